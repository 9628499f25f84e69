// Whose turn it is when several watchtowers want to send the same: each one's delay follows from the batch and its account, so that
// they need not know each other, none is always first, and the later ones see what the earlier one has sent.

import { setTimeout as sleep } from "node:timers/promises";
import { concat, keccak256 } from "ethers";
import type { Hex } from "../chain/types.ts";

/** Batches that are remembered: many more than are pending. */
const MOST = 10_000;

/** In [0, spread). */
export function delayOf(id: Hex, account: Hex, spreadMs: number): number {
  if (spreadMs <= 0) return 0;
  return Number(BigInt(keccak256(concat([id, account]))) % BigInt(Math.ceil(spreadMs)));
}

/** Counts from when it was first asked about a batch: a proof is made meanwhile. */
export function turnOrder(account: Hex, spreadMs: number): (id: Hex) => Promise<void> {
  const since = new Map<Hex, number>();
  return async (id) => {
    const seen = since.get(id) ?? performance.now();
    if (since.size >= MOST) since.clear();
    since.set(id, seen);
    const left = seen + delayOf(id, account, spreadMs) - performance.now();
    if (left > 0) await sleep(left);
  };
}
