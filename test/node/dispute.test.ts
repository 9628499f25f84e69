// Disputes as people see them, and who gets which bond back.

import { expect } from "chai";
import { headOf } from "../../src/chain/view.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf, depositBond, withdrawBond } from "../../src/node/bond.ts";
import { checkpointsOf, verifyCheckpoints } from "../../src/node/checkpointer.ts";
import {
  challenge,
  disputes,
  finalize,
  finalizeAll,
  isFinalizable,
  refundBatch,
  refundChallenge,
  timeout,
} from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { proveSegment, sendFraud, sendValid } from "../../src/node/prover.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
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

describe("disputes", () => {
  let world: World;
  let node: Node;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    await fund(world, node, WALLETS);
    await node.derivation.sync();
  });

  /** Two queue segments: five deposits. */
  async function commit(lie?: number): Promise<string> {
    const built = buildBatch(node, []);
    const its = lie === undefined ? built : corrupt(node, built, { segment: lie, how: "flip" });
    const { id } = await commitBatch(node, world.sequencer, its);
    await node.derivation.sync();
    return id;
  }

  async function commitChild(): Promise<string> {
    const { commitCounter } = node.derivation.view;
    const head = headOf(node.derivation.view);
    const child = onParent(head, commitCounter + 1n, [Uint8Array.of(1)], [someCheckpoint(1)]);
    const { id } = await commitBatch(node, world.sequencer, child);
    await node.derivation.sync();
    return id;
  }

  const locked = async (who: "sequencer" | "challenger") =>
    (await bondOf(node, await world[who].getAddress())).locked;

  describe("status", () => {
    it("says who may act until when, and what it pays", async () => {
      const id = await commit();
      expect(await disputes(node)).to.deep.equal([]);
      const { deadline, bond } = await challenge(node, world.challenger, id, 1, { unchecked: true });
      await node.derivation.sync();
      const [status] = await disputes(node);
      const { batchBond } = world.book.parameters;
      expect(status).to.include({ id, number: 1n, segment: 1, outcome: "open", deadline, bond });
      expect(status?.moves.map(({ move, pays }) => [move, pays])).to.deep.equal([
        ["answer", bond / 2n],
        ["refute", batchBond / 2n],
        ["timeout", batchBond / 2n + bond],
      ]);
      expect(status?.moves.map(({ from, before }) => [from, before])).to.deep.equal([
        [undefined, deadline],
        [undefined, deadline],
        [deadline, undefined],
      ]);
    });

    it("agrees with the lens about every open challenge, before and after its deadline", async () => {
      const id = await commit();
      for (const segment of [0, 1]) await challenge(node, world.challenger, id, segment, { unchecked: true });
      const { lens } = node.chain.contracts;
      const { slot, provingWindow } = world.book.parameters;
      for (const wait of [0n, 2n * slot + provingWindow]) {
        if (wait > 0n) await world.increaseTime(wait);
        const { time } = await node.derivation.sync();
        const ours = (await disputes(node)).map(({ segment, challenger, deadline, bond, moves }) => ({
          segment: BigInt(segment),
          challenger,
          deadline,
          overdue: time >= deadline,
          bond,
          answerPays: moves.find(({ move }) => move === "answer")?.pays,
          timeoutPays: moves.find(({ move }) => move === "timeout")?.pays,
        }));
        const theirs = (await lens.challengesOf(1n, id)).map((its) => ({
          segment: its.segment,
          challenger: its.challenger.toLowerCase(),
          deadline: its.deadline,
          overdue: its.overdue,
          bond: its.bond,
          answerPays: its.answerPays,
          timeoutPays: its.timeoutPays,
        }));
        expect(ours).to.deep.equal(theirs);
      }
      expect((await lens.batchStatus(1n, id)).finalizable).to.equal(
        isFinalizable(node, node.derivation.batch(id)),
      );
    });

    it("lets a challenger agree to a most", async () => {
      const id = await commit();
      const bond = await node.chain.contracts.challenges.challengeBond();
      const least = { unchecked: true, maxBond: bond - 1n };
      await revertsWith(challenge(node, world.challenger, id, 0, least), "BondAboveMost");
      await challenge(node, world.challenger, id, 0, { unchecked: true, maxBond: 2n * bond });
    });

    it("gives each challenge a slot for every one that is open before it", async () => {
      const id = await commit();
      const { slot, provingWindow } = world.book.parameters;
      for (const segment of [0, 1]) {
        const { block, deadline } = await challenge(node, world.challenger, id, segment, { unchecked: true });
        const at = BigInt((await node.chain.provider.getBlock(block))?.timestamp ?? 0);
        expect(deadline - at).to.equal(BigInt(segment + 1) * slot + provingWindow);
      }
    });

    it("drops what is over, unless asked", async () => {
      const id = await commit();
      await challenge(node, world.challenger, id, 0, { unchecked: true });
      await sendValid(node, world.user, await proveSegment(node, standInProver, id, 0, world.book.deployer));
      await node.derivation.sync();
      expect(await disputes(node)).to.deep.equal([]);
      expect((await disputes(node, { closed: true }))[0]).to.deep.include({ outcome: "answered", moves: [] });
    });
  });

  it("refuses to challenge a valid segment unless told to", async () => {
    const id = await commit();
    const { args } = await rejectsWith(challenge(node, world.challenger, id, 0), "NOT_FIRST_WRONG");
    expect(args.first).to.equal("none");
  });

  it("shows L1's refusals with their values and what to do", async () => {
    const id = await commit(1);
    await challenge(node, world.challenger, id, 1);
    await revertsWith(challenge(node, world.user, id, 1), "AlreadyChallenged");
    const early = await revertsWith(timeout(node, world.user, id, 1), "DeadlineNotReached");
    expect(early.args.args).to.have.property("deadline");
    expect(early.args.hint).not.to.equal("");
    await revertsWith(timeout(node, world.user, id, 0), "NoOpenChallenge");
    await revertsWith(finalize(node, world.user, id), "NotFinalizable");
    await revertsWith(refundBatch(node, world.user, id), "BatchLive");
    await world.increaseTime(world.book.parameters.challengeWindow);
    await revertsWith(challenge(node, world.challenger, id, 0, { unchecked: true }), "ChallengeWindowClosed");
  });

  it("gives innocent bonds back when an ancestor falls", async () => {
    const id = await commit(0);
    const child = await commitChild();
    await challenge(node, world.challenger, child, 0, { unchecked: true });
    expect(await locked("challenger")).not.to.equal(0n);
    await sendFraud(node, world.user, await proveSegment(node, standInProver, id, 0, world.book.deployer));
    await node.derivation.sync();

    const [status] = await disputes(node);
    expect(status?.moves.map(({ move }) => move)).to.deep.equal(["refund"]);
    await refundChallenge(node, world.user, child, 0);
    await refundBatch(node, world.user, child);
    expect([await locked("challenger"), await locked("sequencer")]).to.deep.equal([0n, 0n]);
    await revertsWith(refundBatch(node, world.user, id), "AlreadyRefuted");
    await revertsWith(refundBatch(node, world.user, child), "AlreadyRefunded");
    await node.derivation.sync();
    expect(await disputes(node)).to.deep.equal([]);
  });

  it("sends nothing about a batch that a reorg of L1 took away", async () => {
    const snapshot = await world.connection.networkHelpers.takeSnapshot();
    const id = await commit(0);
    const proof = await proveSegment(node, standInProver, id, 0, world.book.deployer);
    await snapshot.restore();
    await world.connection.networkHelpers.mine(3);
    const before = await node.chain.provider.getTransactionCount(await world.challenger.getAddress());
    for (const call of [
      () => challenge(node, world.challenger, id, 0, { unchecked: true }),
      () => timeout(node, world.challenger, id, 0),
      () => finalize(node, world.challenger, id),
      () => refundBatch(node, world.challenger, id),
      () => refundChallenge(node, world.challenger, id, 0),
      () => sendFraud(node, world.challenger, proof),
    ]) {
      await rejectsWith(call(), "UNKNOWN_BATCH");
    }
    const after = await node.chain.provider.getTransactionCount(await world.challenger.getAddress());
    expect(after).to.equal(before);
  });

  it("finalizes batch after batch until one may not be", async () => {
    await commit();
    await world.increaseTime(world.book.parameters.challengeWindow);
    await fund(world, node, WALLETS.slice(0, 1));
    await node.derivation.sync();
    await commit();
    expect(await finalizeAll(node, world.user)).to.have.length(1);
    expect(node.derivation.view).to.include({ finalized: 1n, head: 2n });
  });

  it("deposits, locks, frees and withdraws bonds", async () => {
    const me = await world.user.getAddress();
    await depositBond(node, world.user, 5n);
    await depositBond(node, world.sequencer, 2n, me);
    expect(await bondOf(node, me)).to.include({ available: 7n, locked: 0n });
    await revertsWith(withdrawBond(node, world.user, 8n), "InsufficientBond");
    await withdrawBond(node, world.user, 7n, world.book.deployer);
    expect((await bondOf(node, me)).available).to.equal(0n);
    await commit();
    expect(await locked("sequencer")).to.equal(world.book.parameters.batchBond);
  });

  describe("checkpoints", () => {
    it("are right in an honest batch", async () => {
      const id = await commit();
      const lines = checkpointsOf(node, id);
      expect(lines.map(({ verdict, source }) => [verdict, source])).to.deep.equal([
        ["right", "queue"],
        ["right", "queue"],
      ]);
      expect(verifyCheckpoints(node)).to.deep.equal(lines);
    });

    it("are unknown after the first wrong one and in the batches after it", async () => {
      await commit(0);
      await commitChild();
      const verdicts = verifyCheckpoints(node).map(({ number, verdict }) => [number, verdict]);
      expect(verdicts).to.deep.equal([
        [1n, "wrong"],
        [1n, "unknown"],
        [2n, "unknown"],
      ]);
      expect(verifyCheckpoints(node, 2n)).to.have.length(1);
    });
  });
});
