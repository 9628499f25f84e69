// A full segment to prove, and a stopwatch.

import { INSTANCES, traceSegment } from "../src/model/index.ts";
import { loadFastHash, type SegmentRun } from "../src/prover/index.ts";
import { generateSegments } from "../test/support/vectors.ts";

const CONTEXT = {
  chainId: 31337n,
  rollup: `0x${"11".repeat(20)}`,
  batchId: `0x${"22".repeat(32)}`,
  segment: 0,
  beneficiary: `0x${"33".repeat(20)}`,
};

/** Random records, as many as the segment holds, at the production depth. */
export async function fullSegment(records: number): Promise<SegmentRun> {
  const hash = await loadFastHash();
  const vectors = generateSegments({ seed: "bench", count: 8, ...INSTANCES.standard, n: records, hash });
  const vector = vectors.find(({ words }) => words.records.length === records && !words.first) ?? vectors[0];
  if (vector === undefined) throw new Error("no segment generated");
  const { before, words } = vector;
  return { trace: traceSegment(before.clone(), words, records), words, context: CONTEXT };
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
