// A watchtower's proofs: made once, kept while they cannot be sent, given up when their batch leaves the chain.

import type { Hex } from "../chain/types.ts";
import { pendingOf } from "../chain/view.ts";
import type { Node } from "./node.ts";
import { type ProveOptions, type ProvenSegment, proveSegment } from "./prover.ts";
import type { Prover } from "./segment-run.ts";

/** Proofs that are made and not yet sent, by `shelfName`. */
export type Shelf = Map<string, ProvenSegment>;

export interface ShelfOptions {
  readonly prover: Prover;
  readonly prove?: ProveOptions;
  /** How often a proof in the making is asked whether its batch still stands; default 5000. */
  readonly lookMs?: number;
}

const LOOK_MS = 5000;

/** What a proof is for. */
export interface ProofPlace {
  readonly id: Hex;
  readonly segment: number;
  readonly beneficiary: Hex;
}

export function shelfName({ id, segment, beneficiary }: ProofPlace): string {
  return `${id}:${segment}:${beneficiary}`;
}

/** From the shelf, or made now. The work is given up when the batch leaves the chain. */
export async function proofOf(
  node: Node,
  { id, segment, beneficiary }: ProofPlace,
  { prover, prove, lookMs = LOOK_MS }: ShelfOptions,
  shelf: Shelf,
): Promise<ProvenSegment> {
  const name = shelfName({ id, segment, beneficiary });
  const kept = shelf.get(name);
  if (kept !== undefined) return kept;
  const gone = new AbortController();
  const look = async () => {
    const view = await node.derivation.sync().catch(() => undefined);
    if (view !== undefined && pendingOf(view).every((batch) => batch.id !== id)) gone.abort();
  };
  const looking = setInterval(() => void look(), lookMs);
  try {
    const signal = prove?.signal === undefined ? gone.signal : AbortSignal.any([prove.signal, gone.signal]);
    const proof = await proveSegment(node, prover, id, segment, beneficiary, { ...prove, signal });
    shelf.set(name, proof);
    return proof;
  } finally {
    clearInterval(looking);
  }
}
