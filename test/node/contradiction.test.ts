// M1: two accepted proofs of one segment with different results freeze the rollup at its last final batch.

import { expect } from "chai";
import { hexlify } from "ethers";
import { disputeOf } from "../../src/chain/view.ts";
import { toBytes32 } from "../../src/model/index.ts";
import { type BuiltBatch, buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { contradict } from "../../src/node/contradiction.ts";
import { finalizeAll, refundBatch } from "../../src/node/dispute.ts";
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
import { fund, l2Wallet, standInProver, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

const WALLETS = ["a", "b", "c", "d", "e"].map(l2Wallet);

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

  it("is not sent unless it is one", async () => {
    const id = await commit();
    const right = await proven(id, 0);
    await rejectsWith(contradict(node, world.user, right, right), "NO_CONTRADICTION");
    await rejectsWith(contradict(node, world.user, right, await forged(id, 1)), "NO_CONTRADICTION");
  });
});
