// What L1 says about the rollup, as plain values: ids, hashes and addresses are lower-case hex strings, integers bigints.

import type { Batch, QueueItem } from "../model/batch.ts";

export type Hex = string;

/** Address 0: ETH as a token, and nobody as a recipient. */
export const NOTHING_ADDRESS: Hex = `0x${"0".repeat(40)}`;

/** A queue item with its place in the queue and on L1. */
export interface QueueEntry extends QueueItem {
  readonly index: bigint;
  /** The queue's hash chain after this item. */
  readonly chain: Hex;
  /** Protocol time, as all times of derived values. */
  readonly enqueuedAt: bigint;
  /** Wei burned for the place. */
  readonly price: bigint;
  readonly block: number;
  readonly transaction: Hex;
}

/** A segment's data is fixed by L1: queue items without bytes, or bytes without queue items. */
export type SegmentData =
  | { readonly source: "queue"; readonly items: readonly QueueItem[] }
  | { readonly source: "data"; readonly bytes: Uint8Array };

/** Opens one segment of a batch for the contracts; field order is the ABI's. */
export interface SegmentOpening {
  readonly segment: number;
  readonly previous: Hex;
  readonly claimed: Hex;
  readonly data: Hex;
  readonly items: QueueItem[];
  readonly path: Hex[];
}

/** pending: live, not final. dead: rolled back, or dropped by a freeze; never live again. */
export type BatchStatus = "pending" | "final" | "dead";

/** A committed batch as L1 alone tells it. Genesis is number 0, has no segments and is always final. */
export interface DerivedBatch extends Batch {
  readonly id: Hex;
  readonly status: BatchStatus;
  readonly committer: Hex;
  readonly committedAt: bigint;
  /** Of a final batch but genesis. */
  readonly finalizedAt?: bigint;
  readonly block: number;
  readonly transaction: Hex;
  /** First queue item of the batch: its parent's `queueEnd`. */
  readonly queueStart: bigint;
  /** Queue segments first, then data segments. */
  readonly segments: readonly SegmentData[];
  /** As claimed by the committer, one for each segment. */
  readonly checkpoints: readonly Hex[];
}

export type ChallengeOutcome = "open" | "answered" | "timed-out" | "refunded";

export interface DerivedChallenge {
  readonly id: Hex;
  readonly number: bigint;
  readonly segment: number;
  readonly challenger: Hex;
  readonly deadline: bigint;
  readonly bond: bigint;
  readonly outcome: ChallengeOutcome;
  readonly block: number;
}

/** How a batch died, or that it was proven: everything disputes said about one batch. */
export interface DerivedDispute {
  readonly proven: ReadonlySet<number>;
  /** Segments with a valid proof that counts for a contradiction alone. */
  readonly recorded: ReadonlySet<number>;
  readonly challenges: readonly DerivedChallenge[];
  /** The accepted fraud proof, if that is what refuted the batch. */
  readonly fraud?: { readonly segment: number; readonly computed: Hex; readonly beneficiary: Hex };
  readonly refunded: boolean;
}

/** A payment beyond the exit limit: the same call pays it from `payableFrom` on, or earlier if it then fits. */
export interface DelayedPayment {
  readonly token: Hex;
  readonly amount: bigint;
  readonly payableFrom: bigint;
}

/** A balance of the last final state that was credited to its owner. */
export interface EscapedRecord {
  readonly token: Hex;
  readonly account: Hex;
  readonly amount: bigint;
  readonly paid: boolean;
}

/** Why there will be no more batches. */
export type FreezeCause =
  | { readonly kind: "unserved"; readonly index: bigint; readonly enqueuedAt: bigint }
  | { readonly kind: "contradiction"; readonly id: Hex; readonly segment: number };

/** `timestamp` is wall time. */
export interface L1Block {
  readonly number: number;
  readonly hash: Hex;
  readonly timestamp: bigint;
}
