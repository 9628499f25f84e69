// Two nodes, one of which leads: transactions that reach the other one find their way.

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { LuntraError } from "../../src/errors.ts";
import { FORWARDED_HEADER } from "../../src/rpc/forward.ts";
import { l2Wallet, signL2 } from "../support/node-harness.ts";
import { ask, post, type RpcAnswer, type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";

const ALICE = l2Wallet("alice");

describe("a node that does not lead", () => {
  let rig: RpcRig;
  const others: Server[] = [];

  before(async () => {
    rig = await startRpcRig();
    await rig.fund([ALICE.address]);
  });

  after(async () => {
    for (const other of others) other.close();
    await rig.close();
  });

  const pay = (nonce: number) => signL2(rig.world, ALICE, { to: ALICE.address, value: 1n, nonce });

  /** Something else at the leader's address. */
  async function impostor(answer: string | undefined): Promise<string> {
    const server = createServer((_request, response) => {
      if (answer !== undefined) response.end(answer);
    });
    others.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    server.unref();
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("passes transactions on, and the leader's answers back as they are", async () => {
    const follower = await rig.serve({ forward: () => rig.server.url });
    expect(await resultOf(follower.url, "luntra_status")).to.include({ leading: false });
    const hash = await resultOf<string>(follower.url, "eth_sendRawTransaction", await pay(0));
    expect(rig.service.pool.get(hash) ?? rig.service.engine.chain.transaction(hash)).to.not.equal(undefined);
    const direct = await ask(rig.server.url, "eth_sendRawTransaction", "0x02c0");
    expect(direct.error?.data).to.include({ code: "TX_MALFORMED" });
    expect(await ask(follower.url, "eth_sendRawTransaction", "0x02c0")).to.deep.equal(direct);
  });

  it("passes on what the pool refuses because another node leads by now", async () => {
    const { pool } = rig.service;
    const lost = {
      ...pool,
      baseFee: pool.baseFee,
      limits: pool.limits,
      submit: () => Promise.reject(new LuntraError("NOT_LEADING", { leader: "another" })),
    };
    let asked = 0;
    // It seemed to lead when the transaction came.
    const forward = () => (asked++ === 0 ? undefined : rig.server.url);
    const follower = await rig.serve({ forward, pool: lost as unknown as typeof pool });
    expect(await resultOf(follower.url, "eth_sendRawTransaction", await pay(1))).to.match(/^0x/);
    const alone = await rig.serve({ pool: lost as unknown as typeof pool });
    const { error } = await ask(alone.url, "eth_sendRawTransaction", await pay(2));
    expect(error?.message).to.match(/^not leading/);
  });

  it("passes nothing on twice: two nodes may take each other for the leader", async () => {
    const urls: string[] = [];
    const first = await rig.serve({ forward: () => urls[1] });
    const second = await rig.serve({ forward: () => urls[0] });
    urls.push(first.url, second.url);
    expect(await resultOf(first.url, "eth_sendRawTransaction", await pay(3))).to.match(/^0x/);
    const body = JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "eth_sendRawTransaction",
      params: [await pay(4)],
    });
    const nowhere = await rig.serve({ forward: () => "http://127.0.0.1:1" });
    const { text } = await post(nowhere.url, body, { [FORWARDED_HEADER]: "1" });
    expect((JSON.parse(text) as RpcAnswer).result).to.match(/^0x/);
  });

  it("says so if the leader cannot be had, or answers nonsense, without saying where it looked", async () => {
    const limits = { forwardTimeoutMs: 200 };
    const places = [
      "http://127.0.0.1:1",
      await impostor("nonsense"),
      await impostor('{"result":"0x12"}'),
      await impostor(undefined),
    ];
    for (const place of places) {
      const follower = await rig.serve({ forward: () => place, limits });
      const { error } = await ask(follower.url, "eth_sendRawTransaction", await pay(5));
      expect(error?.code, place).to.equal(-32000);
      expect(error?.data).to.include({ code: "RPC_LEADER_UNREACHABLE" });
      expect(JSON.stringify(error)).to.not.include("127.0.0.1");
    }
  });
});
