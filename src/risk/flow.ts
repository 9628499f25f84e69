// What of a batch waits for its finality: ETH that others have got, and ETH that leaves. What goes round and comes back counts for nothing,
// or whoever pays himself often enough would have the node prove for him.

import type { Hex } from "../chain/types.ts";
import { flagsOf } from "../model/index.ts";
import type { BatchFacts } from "./facts.ts";
import { movementOf } from "./ledger.ts";

/** In wei. */
export interface Flow {
  /** What accounts have more after the batch than before, by others' payments, and what leaves. */
  readonly moved: bigint;
  readonly leaving: bigint;
}

export function flowOf({ records }: Pick<BatchFacts, "records">): Flow {
  const net = new Map<Hex, bigint>();
  let leaving = 0n;
  for (const record of records) {
    // Deposits come from L1, and come again if the batch is rolled back.
    if (!flagsOf(record.kind).debit) continue;
    const { debited, credited, leaves } = movementOf(record);
    const paid = debited - record.fee;
    if (paid === 0n) continue;
    net.set(record.sender, (net.get(record.sender) ?? 0n) - paid);
    if (credited > 0n) net.set(record.recipient, (net.get(record.recipient) ?? 0n) + credited);
    leaving += leaves;
  }
  const gained = [...net.values()].reduce((sum, its) => (its > 0n ? sum + its : sum), 0n);
  return { moved: gained + leaving, leaving };
}
