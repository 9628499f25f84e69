// What L1 alone says about a batch, in the form that features are made of. A node takes it from a derived batch and its
// execution; the simulator makes it up. Amounts are wei, times seconds of the protocol's clock.

import type { Hex } from "../chain/types.ts";
import type { Reason, Status } from "../model/index.ts";

export interface RecordFacts {
  /** Of the transaction, or of the queue item. */
  readonly hash: Hex;
  readonly kind: bigint;
  readonly status: Status;
  readonly reason?: Reason;
  readonly sender: Hex;
  readonly recipient: Hex;
  /** Address 0: ETH. */
  readonly token: Hex;
  readonly amount: bigint;
  /** Wei taken. */
  readonly fee: bigint;
  /** What it offers for a unit of gas; 0 for queue items, which offer nothing. */
  readonly price: bigint;
}

/** L1 in the block of the commit. */
export interface L1Conditions {
  readonly baseFee: bigint;
  /** Gas used of the block's limit, from 0 to 1. */
  readonly fullness: number;
}

export interface BatchFacts {
  readonly number: bigint;
  readonly committer: Hex;
  readonly committedAt: bigint;
  /** Least price of a unit of L2 gas. */
  readonly baseFee: bigint;
  readonly queueSegments: number;
  readonly dataSegments: number;
  /** Records that a segment has room for. */
  readonly n: number;
  /** Bytes of all data segments, and those of them that no record takes. */
  readonly bytes: number;
  readonly unusedBytes: number;
  /** All records in order, skipped ones among them, as re-execution finds them: of a wrong batch, too. */
  readonly records: readonly RecordFacts[];
  /** L1's queue items that were there at the commit and that the batch leaves behind. */
  readonly left: { readonly items: number; readonly oldest: bigint };
  readonly forceInclusionDelay: bigint;
  /** Absent if L1's node does not tell. */
  readonly l1?: L1Conditions;
}

const WEI = 1e18;

/** Good enough for ratios. */
export function ether(wei: bigint): number {
  return Number(wei) / WEI;
}
