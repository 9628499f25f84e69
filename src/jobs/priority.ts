// The order in which jobs are taken: what a dispute waits for before what only hastens finality, earlier deadlines first.

export type Purpose = "answer" | "refute" | "finality";

/** 2020-01-01; seconds since then fit for half a century into half of the positive integers of PostgreSQL. */
const EPOCH_SECONDS = 1_577_836_800;
const BAND = 2 ** 30;

/** What a priority says again: whether a dispute waits for the proof, and until when. */
export function urgencyOf(priority: number): { readonly dispute: boolean; readonly deadline: Date } {
  const dispute = priority >= BAND;
  const seconds = BAND - 1 - (dispute ? priority - BAND : priority);
  return { dispute, deadline: new Date((seconds + EPOCH_SECONDS) * 1000) };
}

/** Larger is earlier. */
export function priorityOf(purpose: Purpose, deadline: Date): number {
  const seconds = Math.floor(deadline.getTime() / 1000) - EPOCH_SECONDS;
  const within = BAND - 1 - Math.min(Math.max(seconds, 0), BAND - 1);
  return purpose === "finality" ? within : BAND + within;
}
