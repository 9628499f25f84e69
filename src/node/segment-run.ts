// One segment ready to be proven: the model's run of it, and what binds a proof of it.

import { type ProofContext, type SegmentWords, type State, traceSegment } from "../model/index.ts";
import type { SegmentRun } from "../prover/proof-system.ts";
import type { SegmentProver } from "../prover/segment.ts";

/** Makes proofs; `segmentProver(systems)` of `src/prover` does. */
export type Prover = Pick<SegmentProver, "prove">;

/** Runs the circuits without proving; `segmentProver(systems)` of `src/prover` does. */
export type Circuit = Pick<SegmentProver, "execute">;

/** Runs a segment on `state`, in place. `words`: with as many records as parsing found or as there are queue items. */
export function runSegment(state: State, words: SegmentWords, n: number, context: ProofContext): SegmentRun {
  return { trace: traceSegment(state, words, n), words, context };
}
