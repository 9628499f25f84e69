// Limits, each reached by a client that is real, and told of by -32005.

import { connect, type Socket } from "node:net";
import { expect } from "chai";
import type { RpcLimits } from "../../src/rpc/limits.ts";
import type { RpcServer, RpcServerOptions } from "../../src/rpc/server.ts";
import { l2Wallet, signL2 } from "../support/node-harness.ts";
import { ask, post, type RpcAnswer, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const LIMIT = -32005;
const call = (method: string, params: unknown[] = [], id = 1) => ({ jsonrpc: "2.0", id, method, params });
const CHAIN_ID = JSON.stringify(call("eth_chainId"));

describe("limits of the JSON-RPC server", () => {
  let rig: RpcRig;

  before(async () => {
    rig = await startRpcRig();
  });

  after(() => rig.close());

  const serve = (limits: Partial<RpcLimits>, more: Partial<RpcServerOptions> = {}) =>
    rig.serve({ limits, ...more });
  const codeOf = (text: string) => (JSON.parse(text) as RpcAnswer).error?.code;

  /** A WebSocket connection that keeps what it is sent. */
  async function dial({ wsUrl }: RpcServer) {
    const socket = new WebSocket(wsUrl);
    const said: RpcAnswer[] = [];
    const state: { closed?: number } = {};
    socket.onmessage = ({ data }) => said.push(JSON.parse(String(data)));
    socket.onclose = ({ code }) => {
      state.closed = code;
    };
    const opened = new Promise<boolean>((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    return { socket, said, state, opened: await opened };
  }

  it("bound the body of a request (413)", async () => {
    const { url } = await serve({ bodyBytes: 1000 });
    const { status, text } = await post(url, CHAIN_ID.padEnd(1001));
    expect([status, codeOf(text)]).to.deep.equal([413, LIMIT]);
    expect((await post(url, CHAIN_ID.padEnd(1000))).status).to.equal(200);
  });

  it("bound the calls of a batch", async () => {
    const { url } = await serve({ batchLength: 3 });
    const batch = (length: number) => JSON.stringify(Array(length).fill(call("eth_chainId")));
    expect(codeOf((await post(url, batch(4))).text)).to.equal(LIMIT);
    expect(JSON.parse((await post(url, batch(3))).text)).to.have.length(3);
  });

  it("bound the requests of an address in a second (429)", async () => {
    const { url } = await serve({ requestsPerSecond: 5 });
    const answers = await Promise.all(Array.from({ length: 20 }, () => post(url, CHAIN_ID)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).to.be.greaterThan(4);
    expect(codeOf(refused[0]?.text ?? "")).to.equal(LIMIT);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect((await post(url, CHAIN_ID)).status).to.equal(200);
  });

  it("bound the calls of an address in a second, those of batches counted one by one", async () => {
    const { url } = await serve({ callsPerSecond: 60 });
    const batch = JSON.stringify(Array(200).fill(call("eth_chainId")));
    const answers = JSON.parse((await post(url, batch)).text) as RpcAnswer[];
    const refused = answers.filter(({ error }) => error?.code === LIMIT).length;
    // A second may begin in between.
    expect(refused).to.be.within(80, 140);
    expect((await ask(url, "eth_getLogs", {})).error?.code).to.equal(LIMIT);
  });

  it("bound connections, of an address and of all", async () => {
    for (const limits of [{ connectionsPerAddress: 2 }, { connections: 2 }]) {
      const server = await serve(limits);
      const [first, second] = [await dial(server), await dial(server)];
      expect([first.opened, second.opened, (await dial(server)).opened]).to.deep.equal([true, true, false]);
      first.socket.close();
      await until(() => first.state.closed !== undefined, "the end of a connection");
      let again = await dial(server);
      for (let i = 0; i < 50 && !again.opened; i++) again = await dial(server);
      expect(again.opened).to.equal(true);
    }
  });

  it("bound the pages whose WebSockets are let in, as CORS does for requests", async () => {
    const server = await serve({}, { corsOrigins: ["https://wallet.example"] });
    const statusOf = async (origin: string) => {
      const socket = await upgrade(server, { Origin: origin });
      socket.socket.destroy();
      return socket.status;
    };
    expect(await statusOf("https://wallet.example")).to.equal(101);
    expect(await statusOf("https://other.example")).to.equal(403);
  });

  it("bound the subscriptions of a connection", async () => {
    const { socket, said } = await dial(await serve({ subscriptions: 2 }));
    for (let id = 0; id < 3; id++) socket.send(JSON.stringify(call("eth_subscribe", ["newHeads"], id)));
    await until(() => said.length === 3, "three answers");
    expect(said.map(({ error }) => error?.code)).to.deep.equal([undefined, undefined, LIMIT]);
    socket.send(JSON.stringify(call("eth_unsubscribe", [said[0]?.result], 3)));
    socket.send(JSON.stringify(call("eth_unsubscribe", [said[0]?.result], 4)));
    socket.send(JSON.stringify(call("eth_subscribe", ["newHeads"], 5)));
    await until(() => said.length === 6, "three more");
    expect(said.slice(3).map(({ error }) => error?.code)).to.deep.equal([undefined, -32000, undefined]);
    socket.close();
  });

  it("bound the size of a WebSocket message, and close on it", async () => {
    const { socket, said, state } = await dial(await serve({ messageBytes: 1000 }));
    socket.send(CHAIN_ID.padEnd(1000));
    await until(() => said.length === 1, "an answer");
    socket.send(CHAIN_ID.padEnd(1001));
    await until(() => state.closed !== undefined, "the end");
  });

  it("close on binary messages", async () => {
    const { socket, state } = await dial(rig.server);
    socket.send(new Uint8Array([1, 2, 3]));
    await until(() => state.closed !== undefined, "the end");
    expect(state.closed).to.equal(1008);
  });

  it("bound the messages of a connection that are worked on at once", async () => {
    const alice = l2Wallet("at once");
    await rig.fund([alice.address]);
    const { socket, said } = await dial(await serve({ callsAtOnce: 2 }));
    const pay = (nonce: number) => signL2(rig.world, alice, { to: alice.address, value: 1n, nonce });
    const raws = await Promise.all([0, 1, 2, 3].map(pay));
    for (const [id, raw] of raws.entries())
      socket.send(JSON.stringify(call("eth_sendRawTransaction", [raw], id)));
    await until(() => said.length === 4, "four answers");
    expect(said.filter(({ error }) => error?.code === LIMIT)).to.have.length(2);
    socket.close();
  });

  it("disconnect a client that does not take what it is sent", async () => {
    const server = await serve({ backlogBytes: 100_000 });
    const { socket, status } = await upgrade(server);
    expect(status).to.equal(101);
    socket.pause();
    let closed = false;
    socket.on("close", () => {
      closed = true;
    });
    socket.on("error", () => {});
    const request = frame(JSON.stringify(Array(1000).fill(call("eth_getBlockByNumber", ["latest", true]))));
    for (let i = 0; i < 200 && !socket.destroyed; i++) {
      socket.write(request);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    socket.resume();
    await until(() => closed, "the end of the connection");
    expect((await post(server.url, CHAIN_ID)).status).to.equal(200);
  });

  it("bound filters, and forget those that nobody asks about", async () => {
    const { url } = await serve({ filters: 2, filterExpiryMs: 200 });
    const first = await resultOf<string>(url, "eth_newBlockFilter");
    await resultOf(url, "eth_newPendingTransactionFilter");
    expect((await ask(url, "eth_newFilter", {})).error?.code).to.equal(LIMIT);
    expect(await resultOf(url, "eth_uninstallFilter", first)).to.equal(true);
    const last = await resultOf(url, "eth_newFilter", {});
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect((await ask(url, "eth_getFilterChanges", last)).error?.code).to.equal(-32000);
    await resultOf(url, "eth_newFilter", {});
  });

  it("bound the filters of one address", async () => {
    const { url } = await serve({ filtersPerAddress: 1 });
    await resultOf(url, "eth_newBlockFilter");
    expect((await ask(url, "eth_newFilter", {})).error?.code).to.equal(LIMIT);
  });

  it("bound the logs that a filter tells at once, and lose none: the client asks for them by range", async () => {
    const { url } = await serve({ logs: 1 });
    const filter = await resultOf(url, "eth_newFilter", {});
    await rig.fund([l2Wallet("four").address]);
    const logs = async () => (await ask(url, "eth_getFilterChanges", filter)).error?.code;
    await rig.fund([l2Wallet("five").address]);
    expect(await logs()).to.equal(LIMIT);
    expect(await logs()).to.equal(LIMIT);
  });

  it("bound the blocks and logs of one search", async () => {
    const { chain } = rig.service.engine;
    await rig.fund([l2Wallet("one").address, l2Wallet("two").address]);
    await rig.fund([l2Wallet("three").address]);
    const head = chain.head.number;
    expect(head >= 2n).to.equal(true);
    const narrow = await serve({ logRange: Number(head) });
    expect((await ask(narrow.url, "eth_getLogs", { fromBlock: "0x0" })).error?.code).to.equal(LIMIT);
    expect(await resultOf(narrow.url, "eth_getLogs", { fromBlock: "0x1" })).to.not.deep.equal([]);
    const few = await serve({ logs: 1 });
    expect((await ask(few.url, "eth_getLogs", { fromBlock: "0x0" })).error?.code).to.equal(LIMIT);
  });

  it("bound the searches that wait for their turn", async () => {
    const { url } = await serve({ searches: 2 });
    const batch = Array(5).fill(call("eth_getLogs", [{ fromBlock: "0x0" }]));
    const answers = JSON.parse((await post(url, JSON.stringify(batch))).text) as RpcAnswer[];
    expect(answers.map(({ error }) => error?.code)).to.deep.equal([
      undefined,
      undefined,
      LIMIT,
      LIMIT,
      LIMIT,
    ]);
    expect((await ask(url, "eth_getLogs", { fromBlock: "0x0" })).error).to.equal(undefined);
  });

  it("close a connection whose subscriptions have more to tell than its address may ask", async () => {
    const alice = l2Wallet("told");
    await rig.fund([alice.address]);
    const { socket, said, state } = await dial(await serve({ callsPerSecond: 30, subscriptions: 20 }));
    for (let id = 0; id < 20; id++)
      socket.send(JSON.stringify(call("eth_subscribe", ["newPendingTransactions"], id)));
    await until(() => said.length === 20, "twenty subscriptions");
    for (let nonce = 0; nonce < 4; nonce++) {
      await rig.service.pool.submit(await signL2(rig.world, alice, { to: alice.address, value: 1n, nonce }));
    }
    await until(() => state.closed !== undefined, "the end");
    expect(state.closed).to.equal(1008);
  });

  it("close a connection on which nothing moves", async () => {
    const { port } = await serve({ requestTimeoutMs: 200 });
    const socket = connect(port, "127.0.0.1");
    let closed = false;
    socket.on("close", () => {
      closed = true;
    });
    socket.resume();
    socket.write("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{");
    await until(() => closed, "the end");
  });

  it("bound the bytes of an answer, a batch's together", async () => {
    const { url } = await serve({ responseBytes: 3000 });
    const batch = Array(10).fill(call("eth_getBlockByNumber", ["0x0", false]));
    const answers = JSON.parse((await post(url, JSON.stringify(batch))).text) as RpcAnswer[];
    expect(answers.map(({ error }) => error?.code)).to.deep.equal([
      undefined,
      undefined,
      ...Array(8).fill(LIMIT),
    ]);
  });
});

/** Asks for a WebSocket by hand: a client over which the test has every power. */
async function upgrade({ port }: RpcServer, headers: Record<string, string> = {}) {
  const socket: Socket = connect(port, "127.0.0.1");
  const all = { Host: "127.0.0.1", Connection: "Upgrade", Upgrade: "websocket", ...headers };
  const key = { "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==" };
  const lines = Object.entries({ ...all, ...key }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET / HTTP/1.1\r\n${lines.join("")}\r\n`);
  const first = await new Promise<string>((resolve) => socket.once("data", (data) => resolve(String(data))));
  return { socket, status: Number(first.split(" ")[1]) };
}

/** A masked text frame of up to 65,535 bytes, or a longer one. */
function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(payload.length));
  return Buffer.concat([Buffer.from([0x81, 0xff]), length, Buffer.alloc(4), payload]);
}
