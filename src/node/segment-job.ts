// One segment ready to be proven: the model's run of it, and the public inputs that L1 will derive.

import {
  type Hash,
  type ProofContext,
  publicInputs,
  type SegmentWords,
  type State,
  traceSegment,
} from "../model/index.ts";
import type { SegmentProver, SegmentRun } from "../prover/segment.ts";

/** Makes proofs; `segmentProver(system)` of `src/prover` does. */
export type Prover = Pick<SegmentProver, "prove">;

/** Runs the circuit without proving; `segmentProver(system)` of `src/prover` does. */
export type Circuit = Pick<SegmentProver, "execute">;

export interface SegmentJob extends SegmentRun {
  /** With as many records as parsing found or as there are queue items. */
  readonly words: SegmentWords;
  readonly context: ProofContext;
}

/** Runs a segment on `state`, in place, and prepares what a proof of it needs. */
export function segmentJob(
  state: State,
  words: SegmentWords,
  n: number,
  context: ProofContext,
  hash: Hash = state.hash,
): SegmentJob {
  const trace = traceSegment(state, words, n);
  const inputs = publicInputs({ a: trace.a, b: trace.b, words, n, context, hash });
  return { trace, inputs, words, context };
}
