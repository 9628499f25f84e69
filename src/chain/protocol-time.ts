// The protocol's clock: wall time less all pauses. Both in seconds.

/** Time stands still in [from, until), wall time. */
export interface Pause {
  readonly from: bigint;
  readonly until: bigint;
}

/** Protocol time at a wall time; within a pause, that of its first second. Pauses are in order. */
export function timeAt(pauses: readonly Pause[], wall: bigint): bigint {
  let skipped = 0n;
  for (const { from, until } of pauses) {
    if (wall < from) break;
    skipped += (wall < until ? wall : until) - from;
  }
  return wall - skipped;
}

/** First wall time at which the protocol's clock runs and shows at least `time`, if no further pause comes. */
export function wallOf(pauses: readonly Pause[], time: bigint): bigint {
  let wall = time;
  for (const { from, until } of pauses) {
    if (wall < from) break;
    wall += until - from;
  }
  return wall;
}

/** The pause that is running at a wall time. */
export function pauseAt(pauses: readonly Pause[], wall: bigint): Pause | undefined {
  return pauses.find(({ from, until }) => from <= wall && wall < until);
}

/** Seconds of all pauses, those of a running one that are still to come included. */
export function skewOf(pauses: readonly Pause[]): bigint {
  return pauses.reduce((sum, { from, until }) => sum + until - from, 0n);
}
