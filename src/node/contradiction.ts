// The last resort against a broken verifier: two accepted proofs of one segment with different results.

import type { Signer } from "ethers";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import { disputeOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import type { Node } from "./node.ts";
import { type ProveOptions, type ProvenSegment, proveSegment, sendRecord } from "./prover.ts";
import type { Prover } from "./segment-run.ts";

/** For the segments before the contradiction. */
export interface PredecessorProofs extends ProveOptions {
  readonly prover: Prover;
}

/**
 * Freezes the rollup for good at its last final batch. L1 asks that the batch's parent be final and all segments before
 * this one be proven: with `predecessors`, those that are not are proven and recorded first, which works for dead and final
 * batches and during a pause, too. Throws NO_CONTRADICTION instead of sending what is none.
 */
export async function contradict(
  node: Node,
  signer: Signer,
  first: ProvenSegment,
  second: ProvenSegment,
  predecessors?: PredecessorProofs,
): Promise<Receipt> {
  const { id, batch, opening } = first;
  const { segment } = opening;
  if (second.id !== id || second.opening.segment !== segment || first.computed === second.computed) {
    fail("NO_CONTRADICTION", { first: nameOf(first), second: nameOf(second) });
  }
  if (predecessors !== undefined) await recordBefore(node, signer, id, segment, predecessors);
  const { challenges } = withSigner(node.chain, signer);
  const proofOf = ({ beneficiary, proof }: ProvenSegment) => ({ beneficiary, proof });
  return await send(node.chain, `the contradiction in segment ${segment} of batch ${id}`, () =>
    challenges.contradict(
      batch,
      opening,
      [first.computed, second.computed],
      [proofOf(first), proofOf(second)],
    ),
  );
}

async function recordBefore(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
  { prover, ...options }: PredecessorProofs,
): Promise<void> {
  const { proven, recorded } = disputeOf(await node.derivation.sync(), id);
  for (let before = 0; before < segment; before++) {
    if (proven.has(before) || recorded.has(before)) continue;
    const proof = await proveSegment(node, prover, id, before, await signer.getAddress(), options);
    await sendRecord(node, signer, proof);
  }
}

function nameOf({ id, opening, computed }: ProvenSegment): string {
  return `segment ${opening.segment} of batch ${id} leads to ${computed}`;
}
