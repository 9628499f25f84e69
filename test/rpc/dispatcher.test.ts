// JSON-RPC 2.0 itself: requests, batches, notifications, ids, and the codes of errors.

import { expect } from "chai";
import { ask, post, type RpcAnswer, type RpcRig, startRpcRig } from "../support/rpc-harness.ts";

describe("JSON-RPC", () => {
  let rig: RpcRig;

  before(async () => {
    rig = await startRpcRig();
  });

  after(() => rig.close());

  const send = async (body: unknown) => {
    const { status, text } = await post(
      rig.server.url,
      typeof body === "string" ? body : JSON.stringify(body),
    );
    return { status, answer: text === "" ? undefined : (JSON.parse(text) as RpcAnswer & RpcAnswer[]) };
  };
  const request = (more: object = {}) => ({
    jsonrpc: "2.0",
    id: 1,
    method: "eth_chainId",
    params: [],
    ...more,
  });
  const codeOf = async (body: unknown) => (await send(body)).answer?.error?.code;

  it("answers with the id that it was asked with", async () => {
    for (const id of [0, -7, 1.5, "x", "", null, "\u2028"]) {
      expect((await send(request({ id }))).answer).to.deep.equal({
        jsonrpc: "2.0",
        id,
        result: `0x${rig.world.book.l2ChainId.toString(16)}`,
      });
    }
  });

  it("takes absent and null parameters for none", async () => {
    const { params: _, ...bare } = request();
    for (const its of [bare, request({ params: null })])
      expect((await send(its)).answer?.result).to.be.a("string");
  });

  it("answers nothing to notifications, whatever they ask", async () => {
    const { id: _, ...notification } = request();
    for (const its of [notification, { ...notification, method: "no_such" }, [notification, notification]]) {
      expect(await send(its)).to.deep.equal({ status: 204, answer: undefined });
    }
  });

  it("answers a batch in its order, each call by itself", async () => {
    const { id: _, ...notification } = request();
    const { answer } = await send([
      request({ id: "a" }),
      notification,
      request({ id: "b", method: "no_such" }),
      7,
      request({ id: "c", method: "eth_sendRawTransaction", params: ["0x02"] }),
      request({ id: "d", method: "net_version" }),
    ]);
    expect(answer?.map(({ id, error }) => [id, error?.code])).to.deep.equal([
      ["a", undefined],
      ["b", -32601],
      [null, -32600],
      ["c", -32000],
      ["d", undefined],
    ]);
  });

  it("refuses what is no JSON (-32700)", async () => {
    for (const body of ["", "{", "nonsense", '{"jsonrpc":"2.0",}', "\u0000", "[1,2"]) {
      expect(await codeOf(body), body).to.equal(-32700);
    }
  });

  it("refuses what is no request (-32600), with the id if there is a good one", async () => {
    const bad = [
      1,
      "x",
      null,
      true,
      {},
      [],
      request({ jsonrpc: "1.0" }),
      request({ method: 5 }),
      request({ id: {} }),
    ];
    for (const body of [...bad, request({ params: "x" })]) {
      expect(await codeOf(JSON.stringify(body)), JSON.stringify(body)).to.equal(-32600);
    }
    expect((await send(request({ id: "mine", method: 5 }))).answer?.id).to.equal("mine");
    expect((await send(request({ id: { mine: 1 } }))).answer?.id).to.equal(null);
  });

  it("refuses methods that there are not (-32601), whatever their names", async () => {
    for (const method of ["no_such", "", "__proto__", "constructor", "toString", "eth_sendTransaction"]) {
      const { error } = await ask(rig.server.url, method);
      expect(error?.code, method).to.equal(-32601);
      expect(error?.message).to.match(/^the method .* does not exist/);
    }
    expect((await ask(rig.server.url, "eth_subscribe", "newHeads")).error?.code).to.equal(-32601);
  });

  it("refuses parameters of another shape (-32602), and says which", async () => {
    const address = `0x${"1".repeat(40)}`;
    const bad: readonly (readonly [string, ...unknown[]])[] = [
      ["eth_chainId", 1],
      ["eth_getBalance"],
      ["eth_getBalance", "0x12"],
      ["eth_getBalance", address, "newest"],
      ["eth_getBalance", address, 5],
      ["eth_getBalance", address, { blockHash: "0x1" }],
      ["eth_getBalance", address, { blockNumber: "0x1", blockHash: `0x${"1".repeat(64)}` }],
      ["eth_getBalance", address, "latest", "more"],
      ["eth_getBlockByNumber", "0x", true],
      ["eth_getBlockByNumber", "0x1", "yes"],
      ["eth_getTransactionByHash", "0x1234"],
      ["eth_sendRawTransaction", "02"],
      ["eth_sendRawTransaction", { raw: "0x02" }],
      ["eth_getLogs", { fromBlock: "0x1", blockHash: `0x${"1".repeat(64)}` }],
      ["eth_getLogs", { fromBlock: "0x2", toBlock: "0x1" }],
      ["eth_getLogs", { topics: [[], [], [], [], []] }],
      ["eth_call", { to: address, data: "0x1" }],
      ["eth_call", { to: address, data: "0x11", input: "0x22" }],
      ["eth_feeHistory", "0x1", "latest", [101]],
      ["eth_getFilterChanges", 7],
      ["luntra_getSegment", "latest"],
    ];
    for (const [method, ...params] of bad) {
      const { error } = await ask(rig.server.url, method, ...params);
      expect(error?.code, `${method} ${JSON.stringify(params)}`).to.equal(-32602);
      expect(error?.data).to.include({ code: "RPC_PARAMS", method });
    }
  });

  it("takes parameters by position alone (-32602)", async () => {
    expect(await codeOf(request({ method: "eth_getBalance", params: { address: "0x" } }))).to.equal(-32602);
  });

  it("tells an error of its own by -32603 alone", async () => {
    const broken = new Proxy(rig.service.engine.chain, {
      get: (its, key) =>
        key === "number" ? () => [].map(undefined as never) : Reflect.get(its, key).bind?.(its),
    });
    const server = await rig.serve({ chain: broken });
    const { error } = await ask(server.url, "eth_blockNumber");
    expect(error).to.deep.include({ code: -32603 });
    expect(JSON.stringify(error)).to.not.match(/at |TypeError|undefined/);
  });

  it("reads calls whatever their content type, and knows no other address and no other verb", async () => {
    const body = JSON.stringify(request());
    for (const type of ["text/plain", "application/xml", "application/json; charset=utf-8"]) {
      expect((await post(rig.server.url, body, { "content-type": type })).status, type).to.equal(200);
    }
    const untyped = await fetch(rig.server.url, { method: "POST", body: new TextEncoder().encode(body) });
    expect(untyped.status).to.equal(200);
    expect((await post(`${rig.server.url}/other`, body)).status).to.equal(404);
    expect((await fetch(rig.server.url)).status).to.equal(405);
    expect((await fetch(rig.server.url, { method: "PUT", body })).status).to.equal(404);
  });

  it("lets web pages ask, all of them or those of some origins", async () => {
    const some = await rig.serve({ corsOrigins: ["https://wallet.example"] });
    const allowed = async (url: string, origin: string) => {
      const headers = {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      };
      const { headers: said } = await fetch(url, { method: "OPTIONS", headers });
      return said.get("access-control-allow-origin");
    };
    expect(await allowed(rig.server.url, "https://any.example")).to.equal("*");
    expect(await allowed(some.url, "https://wallet.example")).to.equal("https://wallet.example");
    expect(await allowed(some.url, "https://any.example")).to.equal(null);
  });
});
