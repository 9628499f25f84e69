// Everything L1 says at one block, as an immutable value.

import type { DerivedBatch, DerivedDispute, Hex, L1Block, QueueEntry } from "./types.ts";

export interface View {
  readonly l1: L1Block;
  /** Live batches by number; index 0 is genesis. */
  readonly live: readonly DerivedBatch[];
  /** Batches that were rolled back or dropped by a freeze, in the order in which they died. */
  readonly dead: readonly DerivedBatch[];
  readonly head: bigint;
  readonly finalized: bigint;
  readonly frozen: boolean;
  readonly commitCounter: bigint;
  readonly queue: readonly QueueEntry[];
  /** By batch id; a batch without disputes has no entry. */
  readonly disputes: ReadonlyMap<Hex, DerivedDispute>;
  /** Numbers of final batches whose last checkpoint has been opened at the bridge. */
  readonly opened: ReadonlySet<bigint>;
  /** `exitName` of each exit that has been paid. */
  readonly claimed: ReadonlySet<string>;
}

export function exitName(number: bigint, index: bigint): string {
  return `${number}:${index}`;
}

export const NO_DISPUTE: DerivedDispute = { proven: new Set(), challenges: [], refunded: false };

export function headOf({ live }: Pick<View, "live">): DerivedBatch {
  return live[live.length - 1] as DerivedBatch;
}

/** Live batches that are not final, in order. */
export function pendingOf({ live, finalized }: Pick<View, "live" | "finalized">): readonly DerivedBatch[] {
  return live.slice(Number(finalized) + 1);
}

export function disputeOf({ disputes }: Pick<View, "disputes">, id: Hex): DerivedDispute {
  return disputes.get(id) ?? NO_DISPUTE;
}
