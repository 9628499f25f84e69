// A full segment to prove, and a stopwatch.

import { type Instance, traceSegment } from "../src/model/index.ts";
import { loadFastHash, type SegmentRun } from "../src/prover/index.ts";
import { generateSegments } from "../test/support/vectors.ts";

const CONTEXT = {
  chainId: 31337n,
  rollup: `0x${"11".repeat(20)}`,
  batchId: `0x${"22".repeat(32)}`,
  segment: 0,
  beneficiary: `0x${"33".repeat(20)}`,
};

/** Random records, as many as the segment holds. */
export async function fullSegment(instance: Instance): Promise<SegmentRun> {
  const hash = await loadFastHash();
  const vectors = generateSegments({ seed: "bench", count: 8, ...instance, hash });
  const vector =
    vectors.find(({ words }) => words.records.length === instance.n && !words.first) ?? vectors[0];
  if (vector === undefined) throw new Error("no segment generated");
  const { before, words } = vector;
  return { trace: traceSegment(before.clone(), words, instance.n), words, context: CONTEXT };
}

export async function timed<T>(work: () => Promise<T>): Promise<[result: T, ms: number]> {
  const started = performance.now();
  const result = await work();
  return [result, performance.now() - started];
}

/** To hundredths. */
export function seconds(ms: number): number {
  return Math.round(ms / 10) / 100;
}
