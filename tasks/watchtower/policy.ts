// What a watchtower may do, as people type it.

import type { WatchAct } from "../../src/watchtower/watch.ts";
import { parseChoices } from "../support/arguments.ts";

/** What can be undone, or is decided by proofs: `all`. A freeze is neither. */
const ALL = [
  "refute",
  "challenge",
  "answer",
  "timeout",
  "finalize",
  "refund",
] as const satisfies readonly WatchAct[];

export const PROVING: readonly WatchAct[] = ["refute", "answer"];

/** `all`, `none` or `alert-only`, or a list with commas. */
export function parsePolicy(text: string, argument: string): readonly WatchAct[] {
  if (text === "all") return ALL;
  if (text === "alert-only") return [];
  return parseChoices<WatchAct>(text, argument, [...ALL, "freeze"]);
}
