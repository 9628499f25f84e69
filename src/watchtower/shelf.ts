// A watchtower's proofs: made once, kept while they cannot be sent, given up when their batch leaves the chain.

import type { Hex } from "../chain/types.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { type ProveOptions, type ProvenSegment, proveSegment } from "../node/prover.ts";
import type { Prover } from "../node/segment-run.ts";
import { abortAfter, longestProof } from "./looks.ts";

/** Proofs that are made and not yet sent, by `shelfName`. */
export type Shelf = Map<string, ProvenSegment>;

export interface ShelfOptions {
  readonly prover: Prover;
  readonly prove?: ProveOptions;
  /** Aborted when the proof's batch has left the chain. */
  readonly gone?: AbortSignal | undefined;
  /** Longest that a proof may take; default: `longestProof`. */
  readonly proofMs?: number;
}

/** What a proof is for. */
export interface ProofPlace {
  readonly id: Hex;
  readonly segment: number;
  readonly beneficiary: Hex;
}

export function shelfName({ id, segment, beneficiary }: ProofPlace): string {
  return `${id}:${segment}:${beneficiary}`;
}

/**
 * From the shelf, or made now. Throws PROVER_CANCELLED if its batch is gone or its caller gives it up, PROOF_OVERDUE if the
 * prover takes too long: that is a proof that failed.
 */
export async function proofOf(
  node: Node,
  { id, segment, beneficiary }: ProofPlace,
  { prover, prove, gone, proofMs = longestProof(node) }: ShelfOptions,
  shelf: Shelf,
): Promise<ProvenSegment> {
  const name = shelfName({ id, segment, beneficiary });
  const kept = shelf.get(name);
  if (kept !== undefined) return kept;
  const late = abortAfter(proofMs);
  const given = [prove?.signal, gone].filter((signal) => signal !== undefined);
  try {
    const signal = AbortSignal.any([late.signal, ...given]);
    const proof = await proveSegment(node, prover, id, segment, beneficiary, { ...prove, signal });
    shelf.set(name, proof);
    return proof;
  } catch (error) {
    const overdue = late.signal.aborted && given.every(({ aborted }) => !aborted);
    if (overdue && isLuntraError(error, "PROVER_CANCELLED"))
      fail("PROOF_OVERDUE", { id, segment, seconds: proofMs / 1000 }, error);
    throw error;
  } finally {
    late.clear();
  }
}
