// One WebSocket connection: its calls, its subscriptions, and its end when it takes too slowly what it is sent.

import { randomBytes } from "node:crypto";
import { hexlify } from "ethers";
import type { WebSocket } from "ws";
import type { Hex } from "../chain/types.ts";
import { fail, LuntraError } from "../errors.ts";
import { errorText } from "./dispatcher.ts";
import type { Service } from "./http.ts";
import type { RpcLimits } from "./limits.ts";
import type { Subscriptions } from "./method.ts";

/** Sent as it is: the client has to connect anew. */
const POLICY_VIOLATION = 1008;

export function serveSocket(
  socket: WebSocket,
  { address, request }: { readonly address: string; readonly request: string },
  service: Service,
): void {
  const { dispatcher, budget, limits } = service;
  const send = (text: string) => {
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > limits.backlogBytes) socket.terminate();
    else socket.send(text);
  };
  /** What a client is told counts as if it had asked: subscriptions are no way around the budget. */
  const tell = (text: string) => {
    try {
      budget.take(address, 1);
      send(text);
    } catch {
      socket.close(POLICY_VIOLATION, "more to tell than calls per second");
    }
  };
  const { subscriptions, end } = createSubscriptions(limits, tell);
  const session = { address, request, forwarded: false, subscriptions };
  let working = 0;

  async function answer(text: string): Promise<void> {
    working += 1;
    try {
      const said = await dispatcher.answer(text, session);
      if (said !== undefined) send(said);
    } catch {
      socket.terminate();
    } finally {
      working -= 1;
    }
  }

  socket.on("message", (data, isBinary) => {
    const most = limits.callsAtOnce;
    if (isBinary) socket.close(POLICY_VIOLATION, "text alone");
    else if (working < most) void answer(String(data));
    else
      send(
        errorText(null, new LuntraError("RPC_LIMIT", { what: "calls at once", most, actual: working + 1 })),
      );
  });
  socket.on("close", end);
}

function createSubscriptions(limits: RpcLimits, send: (text: string) => void) {
  const ends = new Map<Hex, () => void>();
  const subscriptions: Subscriptions = {
    add(listen) {
      const most = limits.subscriptions;
      if (ends.size >= most) fail("RPC_LIMIT", { what: "subscriptions", most, actual: ends.size + 1 });
      const id = hexlify(randomBytes(16));
      const before = `{"jsonrpc":"2.0","method":"eth_subscription","params":{"subscription":"${id}","result":`;
      ends.set(
        id,
        listen((result) => send(`${before}${JSON.stringify(result)}}}`)),
      );
      return id;
    },
    remove(id) {
      ends.get(id)?.();
      return ends.delete(id);
    },
  };
  const end = () => {
    for (const stop of ends.values()) stop();
    ends.clear();
  };
  return { subscriptions, end };
}
