// Commits that are not the usual ones: somebody else's, one that censors, one that will not last.

import { type Committed, sequence } from "../../node/sequencer.ts";
import type { Node } from "../../node/node.ts";
import type { Actor } from "./actors.ts";
import { BASE_FEE } from "./l2-calls.ts";
import type { Stage } from "./stage.ts";

interface Turn {
  readonly node?: Node;
  /** Of the batch that comes of it. */
  readonly what?: string;
  /** Most queue items that it takes, if it is not all; L1 may demand more. */
  readonly maxQueueItems?: number;
}

const describe =
  (what: string) =>
  ({ number, segments, transactions, queueItems }: Committed) =>
    `commits batch ${number}${what}: ${queueItems} queue items, ${transactions.length} transactions, ${segments} segments`;

/** A sequencer's turn, with its circuit check, for its own fees. The oracle hears nothing of it. */
async function turn(
  stage: Stage,
  actor: Actor,
  { node = stage.node, what = "", ...options }: Turn,
): Promise<Committed> {
  const { mempool, prover } = stage;
  const its = { baseFee: BASE_FEE, feeRecipient: actor.address, checks: { circuit: prover } };
  const committed = await stage.step(actor.name, describe(what), () =>
    sequence(node, mempool, actor.signer, { ...its, ...options }),
  );
  await Promise.all([stage.node.derivation.sync(), stage.watchNode.derivation.sync()]);
  return committed;
}

/** Somebody else does the sequencer's job, with a node of its own, and gets the fees. */
export async function commitInstead(stage: Stage, actor: Actor): Promise<Committed> {
  const committed = await turn(stage, actor, { node: stage.watchNode });
  const { number, segments } = committed;
  stage.check(`segments of batch ${number}`, stage.oracle.commit().checkpoints.length, segments);
  return committed;
}

/** The sequencer takes all transactions of its pool and leaves L1's queue waiting. */
export async function commitWithoutQueue(stage: Stage): Promise<Committed> {
  const committed = await turn(stage, stage.cast.sequencer, {
    what: ", and leaves L1's queue waiting",
    maxQueueItems: 0,
  });
  const { number, segments, queueItems } = committed;
  stage.check(`queue items of batch ${number}`, 0, queueItems);
  const predicted = stage.oracle.commit(undefined, 0);
  stage.check(`segments of batch ${number}`, predicted.checkpoints.length, segments);
  return committed;
}

/** An honest batch that will leave the chain: for the oracle, what is in it goes on waiting. */
export async function commitInVain(stage: Stage): Promise<Committed> {
  return await turn(stage, stage.cast.sequencer, {});
}
