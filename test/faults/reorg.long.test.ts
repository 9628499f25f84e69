// L1 changes its mind: reorgs that take away what the node stood on, other people's batches, and rollbacks.

import { expect } from "chai";
import { Transaction } from "ethers";
import { headOf } from "../../src/chain/view.ts";
import { batchId } from "../../src/model/index.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { buildBatch, type BuiltBatch } from "../../src/node/batch-builder.ts";
import { proveSegment, sendFraud } from "../../src/node/prover.ts";
import { onEmbedded } from "../support/databases.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { ETHER, signL2 } from "../support/node-harness.ts";
import { until } from "../support/sequencer-harness.ts";
import { standInProver } from "../support/stand-in.ts";
import { ALICE, BOB, Bench } from "./support/bench.ts";
import { type L1, startL1 } from "./support/l1.ts";

/** Seconds, for challenges and for proofs. */
const WINDOW = 600;
/** Batches that stay here until they are asked to go. */
const LATER = { policy: { segmentMs: 10, batchMs: 3_600_000, patienceMs: 3_600_000 } };

onEmbedded("L1 changes its mind", (databases) => {
  let l1: L1;
  let bench: Bench;

  beforeEach(async () => {
    l1 = await startL1({
      challengeWindow: BigInt(WINDOW),
      provingWindow: BigInt(WINDOW),
      forceInclusionDelay: 900n,
    });
    bench = await Bench.open(l1, await databases.open(await databases.fresh()));
  });

  afterEach(async () => {
    await bench.close();
    await l1.close();
  });

  /** Restarts the sequencer with another policy. */
  async function again(tuning: object = {}): Promise<void> {
    await bench.stop();
    await bench.start(tuning);
  }

  const snapshot = () => l1.rpc("evm_snapshot");
  /** Another history: none of what came since, and other blocks. */
  async function reorg(to: unknown, blocks: number): Promise<void> {
    await l1.rpc("evm_revert", to);
    await l1.mine(blocks);
  }

  async function allFinal(): Promise<void> {
    await l1.pass(WINDOW);
    await bench.all("finalized");
  }

  async function takeFinalityBack(to: unknown, blocks: number): Promise<void> {
    const finalized = bench.chain.number("finalized");
    await reorg(to, blocks);
    await until(() => bench.chain.number("finalized") < finalized, "finalized to go back");
  }

  /** Somebody else's batch, as L1 sees it afterwards. */
  async function commitAsOther(built: BuiltBatch): Promise<string> {
    const { parent, header, checkpoints, segments } = built;
    const data = segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
    const { rollup } = bench.observer.chain.contracts;
    const call = rollup.interface.encodeFunctionData("commit", [parent, header, [...checkpoints], data]);
    const sent = await l1.other.sendTransaction({ to: l1.book.addresses.rollup, data: call });
    await sent.wait();
    return batchId(built);
  }

  it("a reorg of ten blocks takes a commit away: its blocks go back, and its transactions are submitted again", async () => {
    await bench.fund();
    await bench.all("safe");
    const before = await snapshot();
    await l1.mine(8);
    await bench.payAll(0, 5);
    await bench.all("safe");
    const safe = bench.chain.number("safe");
    let back = false;
    bench.chain.on("finality", () => {
      back ||= bench.chain.number("safe") < safe;
    });
    await reorg(before, 10);
    await until(() => back, "safe to go back");
    await bench.endsWell({ passing: ["CALL_REVERTED", "L1_REORG"] });
  });

  it("the commit that a reorg took away comes back by itself, while the node makes another", async () => {
    await bench.fund();
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    const before = await snapshot();
    await bench.payAll(0, 5);
    await bench.all("safe");
    const { transaction } = headOf(await bench.observer.derivation.sync());
    const sent = await l1.provider.getTransaction(transaction);
    const raw = Transaction.from({ ...sent?.toJSON(), from: null, hash: null }).serialized;
    await bench.stop();
    await reorg(before, 2);
    await l1.rpc("evm_setAutomine", false);
    await l1.rpc("eth_sendRawTransaction", raw);
    await bench.start();
    await until(() => !bench.acknowledged.some((hash) => bench.isIn(hash, "safe")), "safe to go back");
    await bench.pay(5);
    await l1.mineAll();
    await bench.endsWell({ passing: ["CALL_REVERTED", "L1_REORG", "L1_UNAVAILABLE"] });
  });

  it("a reorg takes a deposit away: what was built on it goes, the rest stays, and the deposit may come again", async () => {
    await bench.fund(BOB);
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "Bob's deposit on L1");
    await again(LATER);
    const before = await snapshot();
    await bench.fund(ALICE);
    await bench.payAll(0, 3);
    await bench.payAll(0, 2, BOB);
    await bench.all("unsafe");
    await reorg(before, 3);
    await until(() => bench.balance(ALICE.address) === 0n, "the deposit to go");
    await until(
      () => bench.isIn(bench.acknowledged[4] ?? "", "unsafe"),
      "Bob's payments, which need no deposit",
    );
    // Nobody can pay for these now: they wait for the money.
    const parked = bench.acknowledged.slice(0, 3);
    expect(parked.some((hash) => bench.isIn(hash, "unsafe"))).to.equal(false);
    await again();
    await depositEth(bench.observer, l1.user, 2n * ETHER, ALICE.address);
    await bench.all("safe");
    expect(bench.balance(ALICE.address) < 2n * ETHER).to.equal(true);
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });

  it("a deposit that was taken and is gone before anybody looked leaves no rows behind", async () => {
    await again({ pollMs: 3_600_000 });
    const { engine } = bench.rig.service;
    const before = await snapshot();
    await depositEth(bench.observer, l1.user, ETHER, ALICE.address);
    await engine.follow();
    await until(() => engine.drafts.length === 1, "a draft");
    await reorg(before, 1);
    await engine.follow();
    expect(engine.drafts.length).to.equal(0);
    await depositEth(bench.observer, l1.user, 2n * ETHER, ALICE.address);
    await engine.follow();
    await until(() => bench.balance(ALICE.address) === 2n * ETHER, "the other deposit");
    expect(bench.rig.failures).to.deep.equal([]);
  });

  it("a reorg takes a finalization away: finalized goes back, and comes again", async () => {
    await bench.fund();
    await bench.payAll(0, 2);
    await bench.all("safe");
    const before = await snapshot();
    await allFinal();
    await takeFinalityBack(before, 4);
    await allFinal();
    await bench.payAll(2, 4);
    await bench.endsWell({ passing: ["CALL_REVERTED", "L1_REORG"] });
  });

  it("a reorg takes the finalization and the batch away: what was final is submitted again", async () => {
    await bench.fund();
    await bench.all("safe");
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    const before = await snapshot();
    await bench.payAll(0, 2);
    await bench.all("safe");
    await allFinal();
    await takeFinalityBack(before, 10);
    await bench.endsWell({ passing: ["CALL_REVERTED", "L1_REORG", "UNKNOWN_BATCH"] });
  });

  it("L1 forgets a finalization that waits: commits go on, and it is sent again", async () => {
    await bench.fund();
    await bench.pay(0);
    await bench.all("safe");
    await l1.rpc("evm_setAutomine", false);
    await l1.pass(WINDOW);
    const deadline = Date.now() + 20_000;
    while ((await l1.waiting()).length === 0 && Date.now() < deadline) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const { hash } of await l1.waiting()) await l1.rpc("hardhat_dropTransaction", hash);
    await l1.rpc("evm_setAutomine", true);
    await bench.pay(1);
    await bench.all("safe");
    await until(() => bench.isIn(bench.acknowledged[0] ?? "", "finalized"), "the finalization");
    await bench.endsWell({ passing: ["L1_UNAVAILABLE", "CALL_REVERTED"] });
  });

  it("somebody commits a wrong batch where our drafts were to go, and is rolled back: ours follow", async () => {
    await bench.fund();
    await bench.all("safe");
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    await again(LATER);
    await bench.payAll(0, 4);
    await bench.all("unsafe");
    await bench.observer.derivation.sync();
    const raw = await signL2(l1, ALICE, { to: BOB.address, value: 1n, nonce: 0 });
    const built = buildBatch(bench.observer, [{ hash: "0x", raw, receivedAt: 0 }]);
    const id = await commitAsOther(corrupt(bench.observer, built, { segment: 0, how: "mint" }));
    await until(() => headOf(bench.rig.service.engine.node.derivation.view).id === id, "the wrong batch");
    await bench.payAll(4, 6);
    await bench.observer.derivation.sync();
    const challenger = await l1.challenger.getAddress();
    const proven = await proveSegment(bench.observer, standInProver, id, 0, challenger);
    await sendFraud(bench.observer, l1.challenger, proven);
    await again();
    await bench.endsWell({ rollbacks: 1, passing: ["CALL_REVERTED"] });
  });

  it("another sequencer's batch takes our position, with one of our transactions in it", async () => {
    await bench.fund();
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    await again(LATER);
    await bench.payAll(0, 4);
    await bench.all("unsafe");
    await bench.observer.derivation.sync();
    const raw = await signL2(l1, ALICE, { to: BOB.address, value: 1n, nonce: 0 });
    await commitAsOther(buildBatch(bench.observer, [{ hash: "0x", raw, receivedAt: 0 }]));
    await until(() => bench.isIn(bench.acknowledged[0] ?? "", "safe"), "the other's batch");
    await again();
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });

  it("an item that falls due while a batch is closed without it: another batch takes it", async () => {
    await bench.fund();
    await until(() => bench.chain.number("safe") === bench.chain.head.number, "the deposit on L1");
    await again(LATER);
    await bench.payAll(0, 2);
    await bench.all("unsafe");
    await depositEth(bench.observer, l1.user, ETHER, BOB.address);
    await l1.pass(1_000);
    await until(() => bench.balance(BOB.address) >= ETHER, "the deposit", 30_000);
    await again();
    await bench.endsWell({ passing: ["CALL_REVERTED"] });
  });
});
