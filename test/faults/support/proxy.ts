// An L1 that misbehaves: JSON-RPC passed on to a real one, late, twice, out of order, or not at all.

import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { toQuantity } from "ethers";

export interface Faults {
  /** Connections are cut. */
  down: boolean;
  /** How long a call waits before it is passed on: calls overtake each other. */
  delayMs: (method: string) => number;
  /** Calls that are answered with an error and not passed on. */
  refuse: (method: string) => boolean;
  /** Calls that are passed on, and whose answers are lost. */
  lose: (method: string) => boolean;
  /** What is sent is delivered twice. */
  twice: boolean;
  /** What becomes of an answer's result. */
  lie: (method: string, params: readonly unknown[], result: unknown) => unknown;
  /** How many blocks the latest one is behind L1's own, from question to question. */
  lag: () => number;
}

export interface FaultyL1 extends Faults {
  readonly url: string;
  /** No fault any more. */
  heal(): void;
  /** How often each method was called. */
  readonly calls: ReadonlyMap<string, number>;
  close(): Promise<void>;
}

interface Call {
  readonly id: unknown;
  readonly method: string;
  readonly params: unknown[];
}

const NONE: Readonly<Faults> = {
  down: false,
  delayMs: () => 0,
  refuse: () => false,
  lose: () => false,
  twice: false,
  lie: (_method, _params, result) => result,
  lag: () => 0,
};

export async function faultyL1(target: string): Promise<FaultyL1> {
  const faults: Faults = { ...NONE };
  const calls = new Map<string, number>();

  const pass = async (call: object): Promise<{ readonly result?: unknown }> => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(target, { method: "POST", headers, body: JSON.stringify(call) });
    return (await response.json()) as { result?: unknown };
  };
  /** As a node says it that has not seen the last blocks. */
  const behind = async ({ method, params, ...rest }: Call): Promise<Call> => {
    const lag = faults.lag();
    if (lag === 0 || method !== "eth_getBlockByNumber" || params[0] !== "latest") {
      return { ...rest, method, params };
    }
    const { result } = await pass({ jsonrpc: "2.0", id: 1, method: "eth_blockNumber", params: [] });
    return { ...rest, method, params: [toQuantity(Math.max(0, Number(result) - lag)), ...params.slice(1)] };
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = JSON.parse(Buffer.concat(chunks).toString()) as Call;
    const { id, method } = call;
    calls.set(method, (calls.get(method) ?? 0) + 1);
    await sleep(faults.delayMs(method));
    if (faults.down) return void response.destroy();
    if (faults.refuse(method)) {
      const error = { code: -32603, message: "the node is not well" };
      return void response.end(JSON.stringify({ jsonrpc: "2.0", id, error }));
    }
    const isLost = faults.lose(method);
    const said = await pass(await behind(call));
    const first = "result" in said ? { ...said, result: faults.lie(method, call.params, said.result) } : said;
    if (faults.twice && method === "eth_sendRawTransaction") await pass(call);
    if (isLost) return void response.destroy();
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(first));
  }

  const server = createServer((request, response) => {
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return Object.assign(faults, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    heal: () => void Object.assign(faults, NONE),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  });
}
