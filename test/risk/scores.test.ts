// Scores of real batches on a real L1: everybody finds the same ones, a theft stands out, what L1 takes back is forgotten.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { keccak256, zeroPadValue } from "ethers";
import { headOf } from "../../src/chain/view.ts";
import { BRIDGE_PREDEPLOY, SELECTORS, toAddress } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { type Mempool, openMempool, type PendingTransaction } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { proveSegment, sendFraud } from "../../src/node/prover.ts";
import { commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { factsOf } from "../../src/risk/observe.ts";
import { readModel, RiskMeter } from "../../src/risk/index.ts";
import { Scores } from "../../src/risk/scores.ts";
import { corrupt, onParent } from "../support/dishonest-harness.ts";
import {
  ETHER,
  fund,
  l2Wallet,
  signL2,
  someCheckpoint,
  standInProver,
  startWorld,
  type World,
} from "../support/node-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("scores of a node's batches", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;
  let nonce: number;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-risk-"));
    mempool = await openMempool(directory);
    nonce = 0;
    await fund(world, node, [ALICE, BOB]);
    for (let i = 0; i < 4; i++) await pay();
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function pay(value = 1_000n) {
    await submit(node, mempool, await signL2(world, ALICE, { to: BOB.address, value, nonce: nonce++ }));
    return await sequence(node, mempool, world.sequencer);
  }

  /** A withdrawal that a wallet would refuse to sign: of what nobody has. */
  async function greedy(value: bigint) {
    const data = SELECTORS.withdrawEth + zeroPadValue(BOB.address, 32).slice(2);
    const call = { to: toAddress(BRIDGE_PREDEPLOY), value, nonce: 0, data };
    return await signL2(world, BOB, call);
  }

  async function meterOf(its: Node): Promise<RiskMeter> {
    const meter = new RiskMeter(its);
    await meter.follow();
    return meter;
  }

  it("are the same for everybody, whenever they look", async () => {
    const [early, late] = [await meterOf(node), await world.open()];
    await pay();
    await early.follow();
    const its = await meterOf(late);
    await late.derivation.sync();
    await its.follow();
    for (const { id, header } of late.derivation.view.live.slice(1)) {
      expect(its.score(id), `batch ${header.number}`).to.deep.equal(early.score(id));
      expect(its.score(id)?.probability).to.be.within(0, 1);
    }
    expect(its.score(late.derivation.batchAt(0n).id)).to.equal(undefined);
  });

  it("cost L1 one question a second, however many ask, also while L1 is slow", async () => {
    const meter = await meterOf(node);
    await sleep(1_000);
    const { provider } = node.chain;
    const getBlock = provider.getBlock.bind(provider);
    const release = Promise.withResolvers<void>();
    let questions = 0;
    provider.getBlock = async (...args) => {
      questions++;
      await release.promise;
      return await getBlock(...args);
    };
    try {
      const all = Array.from({ length: 20 }, () => meter.follow());
      await sleep(50);
      release.resolve();
      await Promise.all(all);
    } finally {
      provider.getBlock = getBlock;
    }
    expect(questions).to.equal(1);
  });

  it("are looked for once in what L1 has, however many ask", async () => {
    let looks = 0;
    const view = {
      get dead() {
        looks++;
        return [];
      },
      live: [undefined],
      finalized: 0n,
    };
    const scores = new Scores({ derivation: { view } } as unknown as Node, { model: readModel() });
    await Promise.all(Array.from({ length: 20 }, () => scores.follow()));
    await scores.follow();
    expect(looks).to.equal(1);
  });

  it("name every transaction of the batch, and fall into their parts", async () => {
    const { id, transactions } = await pay();
    const score = (await meterOf(node)).score(id);
    expect(score?.transactions.map(({ hash }) => hash)).to.deep.equal(transactions);
    expect(score?.reasons.length).to.be.greaterThan(20);
    expect(score?.model).to.match(/^1-/);
  });

  it("know what L1 has of a batch", async () => {
    const { id } = await pay();
    const facts = factsOf(node, node.derivation.batch(id), undefined);
    expect(facts).to.deep.include({ dataSegments: 1, queueSegments: 0, n: 4, bytes: 118, unusedBytes: 0 });
    expect(facts.records.map(({ amount, status }) => [amount, status])).to.deep.equal([[1_000n, "executed"]]);
    expect(facts.left).to.deep.equal({ items: 0, oldest: 0n });
  });

  it("put a batch that pays out what nobody has above the ordinary ones, to its last record", async () => {
    const ordinary = await pay();
    const honest = buildBatch(node, [pending(await greedy(500n * ETHER))]);
    const { id } = await commitBatch(
      node,
      world.sequencer,
      corrupt(node, honest, { segment: 0, how: "mint" }),
    );
    await node.derivation.sync();
    expect(node.execute(id).wrong).to.equal(0);
    const meter = await meterOf(node);
    const [theft, usual] = [meter.score(id), meter.score(ordinary.id)];
    expect(theft?.transactions).to.have.length(1);
    expect(theft?.probability ?? 0).to.be.greaterThan(10 * (usual?.probability ?? 1));
    const [reason] = theft?.reasons.filter(({ contribution }) => contribution > 0) ?? [];
    expect(["refused", "refusedValue"]).to.include(reason?.feature);
    // It is wrong: there is nothing to prove.
    expect(meter.decision(id)).to.equal(undefined);
  });

  it("leave out what stands on a wrong batch, and go on after the rollback as if it had not been", async () => {
    await node.derivation.sync();
    const honest = buildBatch(node, [pending(await greedy(1n))]);
    const wrong = await commitBatch(
      node,
      world.sequencer,
      corrupt(node, honest, { segment: 0, how: "flip" }),
    );
    await node.derivation.sync();
    const parent = headOf(node.derivation.view);
    const data = [honest.segments[0]?.source === "data" ? honest.segments[0].bytes : new Uint8Array(1)];
    const child = onParent(parent, node.derivation.view.commitCounter + 1n, data, [someCheckpoint(3)]);
    const { id } = await commitBatch(node, world.sequencer, child);
    await node.derivation.sync();
    const meter = await meterOf(node);
    expect(meter.score(wrong.id)).to.not.equal(undefined);
    expect(meter.score(id)).to.equal(undefined);

    const beneficiary = await world.challenger.getAddress();
    const proof = await proveSegment(node, standInProver, wrong.id, 0, beneficiary);
    await sendFraud(node, world.challenger, proof);
    const next = await pay();
    await meter.follow();
    const refuted = meter.score(next.id)?.reasons.find(({ feature }) => feature === "refuted");
    expect(refuted?.value).to.equal(1);
    expect(
      await world
        .open()
        .then(meterOf)
        .then((other) => other.score(next.id)),
    ).to.deep.equal(meter.score(next.id));
  });

  it("forget what a reorg of L1 took away", async () => {
    const { networkHelpers } = world.connection;
    const snapshot = await networkHelpers.takeSnapshot();
    const gone = await pay(5n);
    const meter = await meterOf(node);
    expect(meter.score(gone.id)).to.not.equal(undefined);
    await snapshot.restore();
    nonce--;
    await mempool.remove((await mempool.list()).map(({ hash }) => hash));
    await node.derivation.sync();
    const instead = await pay(7n);
    await meter.follow();
    expect(meter.score(gone.id)).to.equal(undefined);
    expect(
      await world
        .open()
        .then(meterOf)
        .then((other) => other.score(instead.id)),
    ).to.deep.equal(meter.score(instead.id));
  });
});

/** As the pool keeps a transaction. */
function pending(raw: string): PendingTransaction {
  return { hash: keccak256(raw), raw, receivedAt: 0 };
}
