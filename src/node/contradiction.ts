// The last resort against a broken verifier: two accepted proofs of one segment with different results.

import type { Signer } from "ethers";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import { fail } from "../errors.ts";
import type { Node } from "./node.ts";
import type { ProvenSegment } from "./prover.ts";

/**
 * Freezes the rollup for good at its last final batch. L1 asks that the batch's parent be final and all segments before
 * this one be proven. Throws NO_CONTRADICTION instead of sending what is none.
 */
export async function contradict(
  node: Node,
  signer: Signer,
  first: ProvenSegment,
  second: ProvenSegment,
): Promise<Receipt> {
  const { id, batch, opening } = first;
  const { segment } = opening;
  if (second.id !== id || second.opening.segment !== segment || first.computed === second.computed) {
    fail("NO_CONTRADICTION", { first: nameOf(first), second: nameOf(second) });
  }
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

function nameOf({ id, opening, computed }: ProvenSegment): string {
  return `segment ${opening.segment} of batch ${id} leads to ${computed}`;
}
