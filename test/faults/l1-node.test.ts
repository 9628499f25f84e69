// An L1 node that is down, slow, wrong or behind: the sequencer goes on with what it can do, and catches up.

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { depositBond } from "../../src/node/bond.ts";
import { onEmbedded } from "../support/databases.ts";
import { until } from "../support/sequencer-harness.ts";
import { ALICE, Bench } from "./support/bench.ts";
import { type L1, startL1 } from "./support/l1.ts";

onEmbedded("a faulty L1 node", (databases) => {
  let l1: L1;
  let bench: Bench;

  before(async () => {
    l1 = await startL1();
  });

  after(() => l1.close());

  beforeEach(async () => {
    bench = await Bench.open(l1, await databases.open(await databases.fresh()));
  });

  afterEach(() => bench.close());

  /** The first nonce that is free on L2. */
  const next = () =>
    Number(bench.chain.stateAt(bench.chain.head.number).account(BigInt(ALICE.address)).nonce);

  it("down: transactions are taken and sealed all the same, and reach L1 when it is back", async () => {
    await bench.fund();
    const first = next();
    bench.proxy.down = true;
    await bench.payAll(first, first + 6);
    await bench.all("unsafe");
    await sleep(1_000);
    expect(bench.acknowledged.some((hash) => bench.isIn(hash, "safe"))).to.equal(false);
    await bench.endsWell({ passing: ["L1_UNAVAILABLE"] });
  });

  it("slow: calls overtake each other, what is sent comes twice, and the latest block is not the latest", async () => {
    await bench.stop();
    await bench.start({ queueDepth: 4 });
    await l1.rpc("evm_setIntervalMining", 50);
    try {
      await bench.fund();
      const first = next();
      let asked = 0;
      bench.proxy.twice = true;
      bench.proxy.delayMs = () => (asked++ * 37) % 120;
      bench.proxy.lag = () => asked % 4;
      for (let nonce = first; nonce < first + 15; nonce++) {
        await bench.pay(nonce);
        await sleep(60);
      }
      await bench.all("safe");
      await bench.endsWell({ passing: ["L1_UNAVAILABLE", "L1_REORG", "L1_INCONSISTENT", "CALL_REVERTED"] });
    } finally {
      await l1.rpc("evm_setIntervalMining", 0);
    }
  });

  it("answering with errors, or not at all, one time in twenty", async () => {
    await bench.fund();
    const first = next();
    let asked = 0;
    bench.proxy.refuse = () => asked++ % 40 === 3;
    bench.proxy.lose = () => asked % 40 === 26;
    for (let nonce = first; nonce < first + 10; nonce++) {
      await bench.pay(nonce);
      await sleep(60);
    }
    await bench.all("safe", 40_000);
    await bench.endsWell({ passing: ["L1_UNAVAILABLE", "L1_REORG"] });
  });

  it("failing while a transaction of a node's waits: it is waited for all the same, and nothing is left uncaught", async () => {
    const uncaught: unknown[] = [];
    const note = (reason: unknown) => uncaught.push(reason);
    process.prependListener("unhandledRejection", note);
    await l1.rpc("evm_setAutomine", false);
    try {
      const node = await l1.open(bench.proxy.url);
      const waiting = depositBond(node, l1.signer(3, bench.proxy.url), 1n);
      waiting.catch(() => undefined);
      await sleep(500);
      // Just when it is known to be mined, nothing more is.
      let mined = false;
      bench.proxy.lie = (method, _params, result) => {
        mined ||= method === "eth_getTransactionReceipt" && result !== null;
        return result;
      };
      bench.proxy.refuse = (method) => mined && method !== "eth_getTransactionReceipt";
      await l1.mine(2);
      await until(() => mined, "the receipt");
      await sleep(1_000);
      bench.proxy.heal();
      expect((await waiting).gasUsed > 0n).to.equal(true);
      expect(uncaught).to.deep.equal([]);
    } finally {
      process.off("unhandledRejection", note);
      await l1.rpc("evm_setAutomine", true);
    }
  });
});
