// M1: two accepted proofs of one segment with different results freeze the rollup at its last final batch.

import { expect } from "chai";
import { hexlify } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { disputeOf } from "../../src/chain/view.ts";
import { toBytes32 } from "../../src/model/index.ts";
import { type BuiltBatch, buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { contradict, forgedProof } from "../../src/node/contradiction.ts";
import { challenge, finalizeAll, refundBatch } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import {
  type ProvenSegment,
  prepareSegment,
  proveSegment,
  sendFraud,
  sendRecord,
  sendValid,
} from "../../src/node/prover.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { watchOnce } from "../../src/watchtower/watch.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, standInProver, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

const WALLETS = ["a", "b", "c", "d", "e"].map(l2Wallet);

/** Sends what L1 refuses, without asking first. */
async function sentUnchecked({ connection, user }: World, to: Hex, data: Hex): Promise<Hex> {
  const { provider } = connection;
  const call = { from: await user.getAddress(), to, data, gas: "0x989680" };
  await provider.request({ method: "evm_setAutomine", params: [false] });
  const hash = await provider.request({ method: "eth_sendTransaction", params: [call] });
  await provider.request({ method: "evm_setAutomine", params: [true] });
  await connection.networkHelpers.mine();
  return String(hash);
}

describe("contradiction", () => {
  let world: World;
  let node: Node;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
  });

  /** Five deposits: two segments. */
  async function build(): Promise<BuiltBatch> {
    await fund(world, node, WALLETS);
    await node.derivation.sync();
    return buildBatch(node, []);
  }

  async function commit(): Promise<string> {
    const { id } = await commitBatch(node, world.sequencer, await build());
    await node.derivation.sync();
    return id;
  }

  const proven = (id: string, segment: number) =>
    proveSegment(node, standInProver, id, segment, world.book.deployer);

  /** What only a broken verifier accepts: the stand-in takes anything. */
  async function forged(id: string, segment: number): Promise<ProvenSegment> {
    const { run } = await prepareSegment(node, id, segment, world.book.deployer);
    const trace = { ...run.trace, b: run.trace.b ^ 1n };
    const proof = hexlify(await standInProver.prove({ ...run, trace }));
    return { ...(await proven(id, segment)), computed: toBytes32(trace.b), proof };
  }

  it("freezes the rollup, drops what is pending and gives innocent bonds back", async () => {
    const final = await commit();
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalizeAll(node, world.user);
    const id = await commit();
    const late = await build();
    await contradict(node, world.user, await proven(id, 0), await forged(id, 0));

    const view = await node.derivation.sync();
    expect(view).to.include({ frozen: true, head: 1n, finalized: 1n });
    expect(view.dead.map((batch) => batch.id)).to.deep.equal([id]);
    expect(view.live[1]?.id).to.equal(final);
    await refundBatch(node, world.user, id);
    expect((await bondOf(node, await world.sequencer.getAddress())).locked).to.equal(0n);
    await revertsWith(depositEth(node, world.user, 1n), "RollupIsFrozen");
    await revertsWith(commitBatch(node, world.sequencer, late), "RollupFrozen");
  });

  it("needs a start that is proven itself", async () => {
    const id = await commit();
    const [right, wrong] = [await proven(id, 1), await forged(id, 1)];
    await revertsWith(contradict(node, world.user, right, wrong), "PredecessorNotProven");
    await sendValid(node, world.user, await proven(id, 0));
    await contradict(node, world.user, right, wrong);
    expect((await node.derivation.sync()).frozen).to.equal(true);
  });

  it("records the segments before it first, for a batch that a forged proof has killed, too", async () => {
    const id = await commit();
    const [right, wrong] = [await proven(id, 1), await forged(id, 1)];
    await sendFraud(node, world.user, wrong);
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
    await revertsWith(sendValid(node, world.user, await proven(id, 0)), "NotLive");
    await contradict(node, world.user, right, wrong, { prover: standInProver });

    const view = await node.derivation.sync();
    expect(view.freeze).to.deep.equal({ kind: "contradiction", id, segment: 1 });
    expect([...disputeOf(view, id).recorded]).to.deep.equal([0]);
    expect([...disputeOf(view, id).proven]).to.deep.equal([]);
  });

  it("records nothing wrong, and nothing twice", async () => {
    const id = await commit();
    await rejectsWith(sendRecord(node, world.user, await forged(id, 0)), "SEGMENT_INVALID");
    await sendRecord(node, world.user, await proven(id, 0));
    const never = { prove: () => expect.fail("the segment is recorded") };
    await contradict(node, world.user, await proven(id, 1), await forged(id, 1), { prover: never });
    expect((await node.derivation.sync()).frozen).to.equal(true);
  });

  describe("with a proof that L1 accepted", () => {
    it("reads a forged fraud proof from its transaction alone", async () => {
      const id = await commit();
      const wrong = await forged(id, 1);
      const { transaction } = await sendFraud(node, world.user, wrong);
      const fresh = await world.open();
      const theirs = await forgedProof(fresh, transaction);
      expect({ ...theirs, provingMs: wrong.provingMs }).to.deep.equal(wrong);
      const right = await proveSegment(fresh, standInProver, id, 1, await world.challenger.getAddress());
      await contradict(fresh, world.challenger, right, theirs, { prover: standInProver });
      const view = await fresh.derivation.sync();
      expect(view.freeze).to.deep.equal({ kind: "contradiction", id, segment: 1 });
    });

    it("reads a forged validity proof and a forged record, of a final batch, too", async () => {
      await fund(world, node, WALLETS);
      await node.derivation.sync();
      const built = corrupt(node, buildBatch(node, []), { segment: 1, how: "flip" });
      const { id } = await commitBatch(node, world.sequencer, built);
      await node.derivation.sync();
      const { batch, opening, run } = await prepareSegment(node, id, 1, world.book.deployer);
      const trace = { ...run.trace, b: BigInt(opening.claimed) };
      const proof = hexlify(await standInProver.prove({ ...run, trace }));
      const { claimed: computed } = opening;
      const beneficiary = world.book.deployer;
      const wrong: ProvenSegment = { id, batch, opening, computed, beneficiary, proof, provingMs: 0 };
      const recorded = await sendRecord(node, world.user, wrong);
      expect(await forgedProof(node, recorded.transaction)).to.deep.equal(wrong);
      const { transaction } = await sendValid(node, world.user, wrong);
      const view = await node.derivation.sync();
      expect([...disputeOf(view, id).proofs]).to.deep.equal([[1, transaction]]);
      const { reports } = await watchOnce(node, { signer: world.challenger, may: [] });
      expect(reports.find((its) => its.id === id)).to.include({ action: "alert", proven: transaction });
      await world.increaseTime(world.book.parameters.challengeWindow);
      await finalizeAll(node, world.user);
      const theirs = await forgedProof(node, transaction);
      await contradict(node, world.user, await proven(id, 1), theirs, { prover: standInProver });
      expect((await node.derivation.sync()).frozen).to.equal(true);
    });

    it("refuses what is true, what is no such call, and what L1 would not take", async () => {
      const id = await commit();
      const valid = await sendValid(node, world.user, await proven(id, 0));
      await rejectsWith(forgedProof(node, valid.transaction), "NO_CONTRADICTION");
      const { transaction } = await depositEth(node, world.user, 1n);
      await rejectsWith(forgedProof(node, transaction), "NOT_AN_ACCEPTED_PROOF");
      await rejectsWith(forgedProof(node, `0x${"17".repeat(32)}`), "L1_DATA_MISSING");

      await commit();
      const wrong = await forged(node.derivation.batchAt(2n).id, 0);
      const child = await sendFraud(node, world.user, wrong);
      await rejectsWith(forgedProof(node, child.transaction), "PARENT_NOT_FINAL");
      await world.increaseTime(world.book.parameters.challengeWindow);
      await finalizeAll(node, world.user);
      expect((await forgedProof(node, child.transaction)).id).to.equal(wrong.id);
    });

    it("refuses calls of Challenges that are no proofs or failed, and calls through a contract", async () => {
      const id = await commit();
      const { challenges } = node.chain.contracts;
      const challenger = world.challenger;
      const open = await challenge(node, challenger, id, 0, { unchecked: true });
      await rejectsWith(forgedProof(node, open.transaction), "NOT_AN_ACCEPTED_PROOF");

      const { batch, opening, computed, beneficiary, proof } = await forged(id, 0);
      const args = [batch, opening, computed, { beneficiary, proof }] as const;
      const data = challenges.interface.encodeFunctionData("proveFraud", [...args]);
      const forwarder = await world.connection.ethers.deployContract("CommitForwarder");
      const target = await challenges.getAddress();
      const passed = await forwarder.getFunction("forward")(target, data);
      await rejectsWith(forgedProof(node, passed.hash), "NOT_AN_ACCEPTED_PROOF");
      expect((await node.derivation.sync()).head).to.equal(0n);

      // The batch is dead now, so that the same call fails.
      const hash = await sentUnchecked(world, target, data);
      expect((await node.chain.provider.getTransactionReceipt(hash))?.status).to.equal(0);
      await rejectsWith(forgedProof(node, hash), "NOT_AN_ACCEPTED_PROOF");
    });
  });

  it("is not sent unless it is one", async () => {
    const id = await commit();
    const right = await proven(id, 0);
    await rejectsWith(contradict(node, world.user, right, right), "NO_CONTRADICTION");
    await rejectsWith(contradict(node, world.user, right, await forged(id, 1)), "NO_CONTRADICTION");
  });
});
