// Whatever is sent, there is an answer, it is a good one, and the server goes on.

import { expect } from "chai";
import { l2Wallet } from "../support/node-harness.ts";
import { faultOf, requestsOf, sendBytes, streamsOf } from "./malformed.ts";
import { post, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const SEED = 0x6c756e;
const LIMITS = {
  requestsPerSecond: 1_000_000,
  callsPerSecond: 100_000_000,
  callsPerSecondInAll: 100_000_000,
  callsAtOnce: 1_000_000,
};

export interface Counts {
  readonly http: number;
  readonly socket: number;
  readonly streams: number;
}

export function describeMalformed({ http, socket: messages, streams: count }: Counts): void {
  let rig: RpcRig;

  before(async () => {
    rig = await startRpcRig({ limits: LIMITS });
    await rig.fund([l2Wallet("alice").address]);
  });

  after(() => rig.close());

  it(`get good answers over HTTP, ${http} of them`, async () => {
    const requests = requestsOf(SEED, http);
    const faults: string[] = [];
    for (let i = 0; i < requests.length; i += 50) {
      const some = requests.slice(i, i + 50);
      const answers = await Promise.all(some.map((body) => post(rig.server.url, body)));
      for (const [j, { text }] of answers.entries()) {
        const fault = faultOf(text);
        if (fault !== undefined) faults.push(`${some[j]} → ${fault}`);
      }
    }
    expect(faults).to.deep.equal([]);
    expect(await resultOf(rig.server.url, "eth_chainId")).to.be.a("string");
  });

  it(`get good answers over one WebSocket, ${messages} of them`, async () => {
    const socket = new WebSocket(rig.server.wsUrl);
    const said: string[] = [];
    socket.onmessage = ({ data }) => said.push(String(data));
    await new Promise((resolve) => {
      socket.onopen = resolve;
    });
    for (const body of requestsOf(SEED + 1, messages)) socket.send(body);
    socket.send(JSON.stringify({ jsonrpc: "2.0", id: "the last", method: "eth_chainId" }));
    await until(() => said.some((text) => text.includes('"the last"')), "the last answer");
    expect(
      said.map(faultOf).filter((fault) => fault !== undefined && fault !== "neither result nor error"),
    ).to.deep.equal([]);
    expect(socket.readyState).to.equal(WebSocket.OPEN);
    socket.close();
  });

  it("may be any bytes in place of HTTP and WebSocket", async () => {
    const streams = streamsOf(SEED, count);
    for (let i = 0; i < streams.length; i += 200) {
      const some = streams.slice(i, i + 200);
      await Promise.all(some.map((bytes) => sendBytes(rig.server, bytes, 500)));
    }
    expect(await resultOf(rig.server.url, "eth_chainId")).to.be.a("string");
    expect(rig.failures).to.deep.equal([]);
  });
}
