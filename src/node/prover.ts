// Proofs on demand: a segment's inputs, the check against what the contract would say, the proof, the transaction.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Batch, Hex, SegmentOpening } from "../chain/types.ts";
import type { Node } from "./node.ts";
import type { SegmentProver } from "./proof-system.ts";

/** A proof and everything a dispute call needs besides it. */
export interface ProvenSegment {
  readonly batch: Batch;
  readonly id: Hex;
  readonly opening: SegmentOpening;
  /** Where the segment leads; equal to `opening.claimed` if the claim is right. */
  readonly computed: Hex;
  readonly h: Hex;
  readonly beneficiary: Hex;
  readonly proof: Hex;
  readonly provingMs: number;
}

export interface ProveOptions {
  readonly signal?: AbortSignal;
  readonly pool?: ProverPool;
}

/**
 * Proves one segment of a batch. Before proving, the contract's words and statement are compared with the
 * model's (STATEMENT_DIFFERS). Throws SEGMENT_UNPROVABLE if the segment starts from an unknown state.
 */
export declare function proveSegment(
  node: Node,
  prover: SegmentProver,
  id: Hex,
  segment: number,
  beneficiary: Hex,
  options?: ProveOptions,
): Promise<ProvenSegment>;

/** Proves the segment valid on L1; answers an open challenge. Throws SEGMENT_INVALID before sending if it is wrong. */
export declare function sendValid(node: Node, signer: Signer, proven: ProvenSegment): Promise<Receipt>;
/** Refutes the batch. Throws SEGMENT_VALID before sending if the claim is right. */
export declare function sendFraud(node: Node, signer: Signer, proven: ProvenSegment): Promise<Receipt>;

export interface EarlyFinality {
  readonly proven: readonly number[];
  readonly receipts: readonly Receipt[];
  /** Absent if the parent was not final. */
  readonly finalized?: Receipt;
}

/** Proves every segment not yet proven and finalizes the batch: early finality. */
export declare function proveBatch(
  node: Node,
  prover: SegmentProver,
  signer: Signer,
  id: Hex,
  options?: ProveOptions,
): Promise<EarlyFinality>;

/** At most `concurrency` jobs at once, in order of arrival; an aborted job leaves the queue. */
export interface ProverPool {
  run<T>(job: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
  /** Aborts everything, running and waiting. */
  cancel(): void;
}

export declare function openProverPool(concurrency: number): ProverPool;
