// A pause from outside: everything that has a deadline waits, proofs are made meanwhile, and times derived are protocol times.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { wallOf } from "../../src/chain/protocol-time.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { challenge, finalizeAll, isFinalizable, timeout } from "../../src/node/dispute.ts";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { pauseClock, resumeClock } from "../../src/node/pause.ts";
import { proveSegment } from "../../src/node/prover.ts";
import { commitBatch, sequence } from "../../src/node/sequencer.ts";
import { type Shelf, watchOnce, watchThrough } from "../../src/watchtower/watch.ts";
import { corrupt, onParent } from "../support/dishonest-harness.ts";
import {
  fund,
  l2Wallet,
  someCheckpoint,
  standInProver,
  startWorld,
  type World,
} from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

const WALLETS = ["a", "b", "c", "d", "e"].map(l2Wallet);
const GUARDIAN = developmentWallet(2, 31337n).address;
const HOUR = 3600n;

describe("a pause", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld({
      overrides: { guardian: GUARDIAN, longestPause: HOUR, pauseCooldown: 4n * HOUR },
    });
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-pause-"));
    mempool = await openMempool(directory);
    await fund(world, node, WALLETS);
    await node.derivation.sync();
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function commit(lie?: number): Promise<string> {
    const built = buildBatch(node, []);
    const its = lie === undefined ? built : corrupt(node, built, { segment: lie, how: "flip" });
    const { id } = await commitBatch(node, world.sequencer, its);
    await node.derivation.sync();
    return id;
  }

  const pause = async (seconds = HOUR) => {
    await pauseClock(node, world.challenger, seconds);
    return await node.derivation.sync();
  };

  const wall = async () => BigInt((await node.chain.provider.getBlock("latest"))?.timestamp ?? 0);

  it("is the guardian's alone, bounded, and not chained", async () => {
    await revertsWith(pauseClock(node, world.user, 1n), "OnlyGuardian");
    await revertsWith(pauseClock(node, world.challenger, HOUR + 1n), "PauseLengthOutOfRange");
    await pause();
    await resumeClock(node, world.challenger);
    await revertsWith(pauseClock(node, world.challenger, 1n), "PauseTooSoon");
    await revertsWith(resumeClock(node, world.challenger), "NotPaused");
  });

  it("stops derived time in its first second and gives it back after", async () => {
    const before = await pause();
    const start = await wall();
    expect(before).to.include({ paused: true, time: start });
    await world.increaseTime(600n);
    expect(await node.derivation.sync()).to.include({ paused: true, time: start });
    await resumeClock(node, world.challenger);
    const resumed = await node.derivation.sync();
    expect(resumed).to.include({ paused: false, time: start });
    await world.increaseTime(10n);
    expect((await node.derivation.sync()).time).to.equal(start + 10n);
    expect((await world.open()).derivation.view.pauses).to.deep.equal(resumed.pauses);
  });

  it("ends by itself, and all deadlines have moved by exactly its seconds", async () => {
    const id = await commit();
    const { deadline } = await challenge(node, world.challenger, id, 0, { unchecked: true });
    await pause();
    await world.increaseTime(HOUR);
    const view = await node.derivation.sync();
    expect(view.paused).to.equal(false);
    const { networkHelpers } = world.connection;
    expect(wallOf(view.pauses, deadline)).to.equal(deadline + HOUR);
    await networkHelpers.time.setNextBlockTimestamp(deadline + HOUR - 1n);
    await revertsWith(timeout(node, world.user, id, 0), "DeadlineNotReached");
    await networkHelpers.time.setNextBlockTimestamp(deadline + HOUR);
    await timeout(node, world.user, id, 0);
    expect((await node.derivation.sync()).head).to.equal(0n);
  });

  it("stamps batches and queue items with protocol time", async () => {
    await pause(600n);
    await world.increaseTime(600n);
    await depositEth(node, world.user, 1n);
    const { queue, pauses } = await node.derivation.sync();
    expect(pauses).to.have.length(1);
    expect(queue.at(-1)?.enqueuedAt).to.equal((await wall()) - 600n);
    await commit();
    expect(node.derivation.batchAt(1n).committedAt).to.equal((await wall()) - 600n);
    await world.increaseTime(world.book.parameters.challengeWindow);
    expect(await finalizeAll(node, world.user)).to.have.length(1);
  });

  it("lets no sequencer build what L1 would refuse", async () => {
    const { l1 } = await pause();
    const { args } = await rejectsWith(sequence(node, mempool, world.sequencer), "CLOCK_PAUSED");
    expect(args.until).to.equal(l1.timestamp + HOUR);
    await revertsWith(depositEth(node, world.user, 1n), "ClockPaused");
  });

  it("makes nothing final that would be final otherwise", async () => {
    const id = await commit();
    await world.increaseTime(world.book.parameters.challengeWindow);
    await node.derivation.sync();
    expect(isFinalizable(node, node.derivation.batch(id))).to.equal(true);
    await pause();
    expect(isFinalizable(node, node.derivation.batch(id))).to.equal(false);
  });

  it("does not keep a watchtower from proving: it sends when time runs again", async () => {
    const id = await commit(1);
    await pause();
    const policy = { prover: standInProver, signer: world.user };
    const shelf: Shelf = new Map();
    const first = await watchOnce(node, policy, shelf);
    expect(first).to.include({ paused: true, more: false });
    expect(first.reports[0]).to.include({ id, action: "refute", segment: 1, deferred: true, ready: true });
    const [kept] = shelf.values();
    await watchOnce(node, policy, shelf);
    expect([...shelf.values()]).to.deep.equal([kept]);
    expect(kept?.computed).not.to.equal(kept?.opening.claimed);

    await world.increaseTime(HOUR);
    const noProver = { ...standInProver, prove: () => expect.fail("the proof was made in the pause") };
    const after = await watchOnce(node, { ...policy, prover: noProver }, shelf);
    expect(after.reports[0]?.receipt).not.to.equal(undefined);
    expect((await node.derivation.sync()).head).to.equal(0n);
    expect(shelf.size).to.equal(0);
  });

  it("ends a watchtower's rounds once every proof is ready, and sends no challenge", async () => {
    const id = await commit();
    for (const segment of [0, 1]) await challenge(node, world.challenger, id, segment, { unchecked: true });
    await pause();
    const answers = await watchThrough(node, { prover: standInProver, signer: world.user });
    expect(answers.reports.map(({ action, deferred, ready }) => [action, deferred, ready])).to.deep.equal([
      ["answer", true, true],
      ["answer", true, true],
    ]);
  });

  it("forgets a proof whose batch is gone", async () => {
    const id = await commit(0);
    const proof = await proveSegment(node, standInProver, id, 0, GUARDIAN);
    const shelf: Shelf = new Map([["some name", { ...proof, id: `0x${"99".repeat(32)}` }]]);
    await watchOnce(node, {}, shelf);
    expect(shelf.size).to.equal(0);
  });

  it("keeps bonds that died with another batch where they are until it is over", async () => {
    const id = await commit(0);
    const parent = node.derivation.batch(id);
    const { commitCounter } = node.derivation.view;
    const child = onParent(parent, commitCounter + 1n, [Uint8Array.of(1)], [someCheckpoint(1)]);
    const { id: childId } = await commitBatch(node, world.sequencer, child);
    await node.derivation.sync();
    await challenge(node, world.challenger, childId, 0, { unchecked: true });
    await watchOnce(node, { prover: standInProver, signer: world.user, may: ["refute"] });
    await pause();
    expect((await watchOnce(node, { signer: world.sequencer })).refunds).to.equal(undefined);

    await resumeClock(node, world.challenger);
    for (const [signer, segment] of [
      [world.sequencer, undefined],
      [world.challenger, 0],
    ] as const) {
      const { refunds } = await watchOnce(node, { signer });
      expect(refunds?.map((its) => [its.id, its.segment])).to.deep.equal([[childId, segment]]);
      expect(refunds?.[0]?.receipt).not.to.equal(undefined);
      expect((await bondOf(node, await signer.getAddress())).locked).to.equal(0n);
      expect((await watchOnce(node, { signer })).refunds).to.equal(undefined);
    }
  });
});
