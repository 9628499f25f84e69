// What L1 allows at which second of the protocol's clock, as pure functions of what was derived.

import type { Parameters } from "./presets.ts";
import type { DerivedBatch, DerivedDispute, QueueEntry } from "./types.ts";

/** A place costs at most 2^20 base prices. */
const MOST_DOUBLINGS = 20n;

type PriorityParameters = Pick<Parameters, "primary" | "primaryTimeout">;

/** First second in which anyone bonded may commit; 0: already now. The head alone decides. */
export function primaryLiveUntil(
  head: Pick<DerivedBatch, "committer" | "committedAt" | "header">,
  primarySlashed: boolean,
  { primary, primaryTimeout }: PriorityParameters,
): bigint {
  const byPrimary = head.header.number > 0n && head.committer === primary.toLowerCase();
  return byPrimary && !primarySlashed ? head.committedAt + primaryTimeout : 0n;
}

/** When a pending batch can be made final, its parent being final; undefined while a challenge is open. */
export function finalFrom(
  { committedAt, checkpoints }: Pick<DerivedBatch, "committedAt" | "checkpoints">,
  { proven, challenges }: Pick<DerivedDispute, "proven" | "challenges">,
  { challengeWindow, earliestFinality }: Pick<Parameters, "challengeWindow" | "earliestFinality">,
): bigint | undefined {
  if (challenges.some(({ outcome }) => outcome === "open")) return undefined;
  return committedAt + (proven.size === checkpoints.length ? earliestFinality : challengeWindow);
}

/** First second in which a batch that leaves the item behind has to take its fill. */
export function dueAt(
  { enqueuedAt }: Pick<QueueEntry, "enqueuedAt">,
  { forceInclusionDelay }: Pick<Parameters, "forceInclusionDelay">,
): bigint {
  return enqueuedAt + forceInclusionDelay;
}

/** Deadline of a challenge that opens at `now` while `ahead` others are open: each has a slot of its own. */
export function deadlineOf(
  now: bigint,
  ahead: bigint,
  { slot, provingWindow }: Pick<Parameters, "slot" | "provingWindow">,
): bigint {
  return now + (ahead + 1n) * slot + provingWindow;
}

/** Price of a queue place with so many items in front of it that no live batch has taken. */
export function placePrice(
  backlog: bigint,
  { baseEnqueuePrice, maxForced }: Pick<Parameters, "baseEnqueuePrice" | "maxForced">,
): bigint {
  const doublings = backlog / maxForced;
  return baseEnqueuePrice << (doublings < MOST_DOUBLINGS ? doublings : MOST_DOUBLINGS);
}
