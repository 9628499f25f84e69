// Commits that are stuck, and crashes around the moment of sending: of two batches for one position L1 is never offered both.

import { expect } from "chai";
import { Transaction } from "ethers";
import { sql } from "kysely";
import { onEmbedded } from "../support/databases.ts";
import { until } from "../support/sequencer-harness.ts";
import { Bench } from "./support/bench.ts";
import { type L1, startL1, type Waiting } from "./support/l1.ts";

onEmbedded("commits", (databases) => {
  let l1: L1;
  let bench: Bench;

  beforeEach(async () => {
    l1 = await startL1();
    bench = await Bench.open(l1, await databases.open(await databases.fresh()), { stuckMs: 300 });
    await bench.fund();
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    await l1.rpc("evm_setAutomine", false);
  });

  afterEach(async () => {
    await bench.close();
    await l1.close();
  });

  /** The one commit that waits on L1, once `accept` likes it. */
  async function pending(accept: (its: Waiting) => boolean = () => true): Promise<Waiting> {
    for (const deadline = Date.now() + 10_000; ; ) {
      const all = await l1.waiting();
      expect(all.length <= 1, "waiting for one position").to.equal(true);
      const [first] = all;
      if (first !== undefined && accept(first)) return first;
      if (Date.now() > deadline) {
        const told = bench.rig.failures.slice(-2).map(({ what, error }) => `${what}: ${String(error)}`);
        throw new Error(`waited in vain; last: ${first?.hash} at ${first?.nonce}; ${told.join(" | ")}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  async function stored() {
    return await bench.store.db
      .selectFrom("commits")
      .selectAll()
      .orderBy("number", "desc")
      .executeTakeFirstOrThrow();
  }

  it("a stuck one is replaced at the same nonce, for higher fees, as often as it takes", async () => {
    await bench.pay(0);
    const first = await pending();
    const second = await pending(({ hash }) => hash !== first.hash);
    const third = await pending(({ hash }) => hash !== first.hash && hash !== second.hash);
    for (const [before, after] of [
      [first, second],
      [second, third],
    ] as const) {
      expect(after.nonce).to.equal(before.nonce);
      expect(after.input).to.equal(before.input);
      for (const fee of ["maxFeePerGas", "maxPriorityFeePerGas"] as const) {
        expect(BigInt(after[fee]) * 10n >= BigInt(before[fee]) * 11n, fee).to.equal(true);
      }
    }
    await l1.mineAll();
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });

  it("a crash between storing and sending: the next start sends at the nonce that was stored", async () => {
    bench.proxy.refuse = (method) => method === "eth_sendRawTransaction";
    await bench.pay(0);
    await until(() => bench.rig.failures.length > 0, "a refusal");
    await bench.stop();
    const row = await stored();
    expect(row.l1_hash).to.equal(null);
    expect(await l1.waiting()).to.deep.equal([]);
    bench.proxy.heal();
    await bench.start();
    expect(BigInt((await pending()).nonce)).to.equal(row.l1_nonce);
    await l1.mineAll();
    await bench.endsWell({ passing: ["L1_UNAVAILABLE", "CALL_REVERTED"] });
  });

  it("a crash between sending and storing the hash: the next start replaces what nobody here knows of", async () => {
    bench.proxy.lose = (method) => method === "eth_sendRawTransaction";
    await bench.pay(0);
    const first = await pending();
    await bench.stop();
    expect((await stored()).l1_hash).to.equal(null);
    bench.proxy.heal();
    await bench.start({ stuckMs: 300 });
    const second = await pending(({ hash }) => hash !== first.hash);
    expect(second.nonce).to.equal(first.nonce);
    await l1.mineAll();
    await bench.endsWell({ passing: ["L1_UNAVAILABLE", "CALL_REVERTED"] });
  });

  it("after a crash another batch is made for the position: it takes the nonce of the one that was sent", async () => {
    await bench.pay(0);
    const first = await pending();
    await bench.stop();
    // Its segments are lost, its transactions are not: what is sealed now is another batch.
    await bench.store.db.deleteFrom("segments").execute();
    await bench.start({ stuckMs: 300, policy: { segmentMs: 500, batchMs: 600 } });
    await bench.pay(1);
    const second = await pending(({ input }) => input !== first.input);
    expect(second.nonce).to.equal(first.nonce);
    await l1.mineAll();
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });

  it("the lead is lost while a commit is prepared: nothing is stored or sent", async () => {
    const calls = (method: string) => bench.proxy.calls.get(method) ?? 0;
    const [asked, before] = [calls("eth_maxPriorityFeePerGas"), calls("eth_sendRawTransaction")];
    bench.proxy.delayMs = (method) => (method === "eth_maxPriorityFeePerGas" ? 1_500 : 0);
    await bench.pay(0);
    await until(() => calls("eth_maxPriorityFeePerGas") > asked, "the commit to be prepared");
    const row = await stored();
    // As after a pause of the process: somebody else leads.
    const { db } = bench.store;
    await db
      .updateTable("leader")
      .set({ holder: "somebody", epoch: 99n })
      .set(sql`expires_at`, sql`'infinity'`)
      .execute();
    await until(() => !bench.rig.service.engine.leads, "the lead to be lost");
    await bench.stop();
    expect(calls("eth_sendRawTransaction") - before).to.equal(0);
    expect(await stored()).to.deep.equal(row);
    expect(await l1.waiting()).to.deep.equal([]);
    await db.deleteFrom("leader").execute();
    await bench.start();
    await pending();
    await l1.mineAll();
    await bench.endsWell({ passing: ["LEASE_LOST", "CALL_REVERTED"] });
  });

  it("what L1 forgets is sent again at once", async () => {
    await bench.stop();
    await bench.start({ stuckMs: 3_600_000 });
    await bench.pay(0);
    const first = await pending();
    await l1.rpc("hardhat_dropTransaction", first.hash);
    const second = await pending();
    expect(second.nonce).to.equal(first.nonce);
    expect(Transaction.from(await rawOf(second.hash)).data).to.equal(first.input);
    await l1.mineAll();
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });

  async function rawOf(hash: string): Promise<string> {
    const sent = await l1.provider.getTransaction(hash);
    return Transaction.from({ ...sent?.toJSON(), from: null, hash: null }).serialized;
  }
});
