// What the node needs of a proof system; which one it is, is the caller's choice.

import type { Hash, ProofContext, PublicInputs, SegmentTrace, SegmentWords, State } from "../model/index.ts";
import { publicInputs, traceSegment } from "../model/index.ts";

/** One segment to be proven: the run, and the public inputs that L1 will derive. */
export interface SegmentJob {
  readonly trace: SegmentTrace;
  /** With as many records as parsing found or as there are queue items. */
  readonly words: SegmentWords;
  /** Records in a segment of the circuit. */
  readonly n: number;
  readonly context: ProofContext;
  readonly inputs: PublicInputs;
}

/**
 * Runs the circuit on a segment without proving. Throws if the circuit refuses the segment or computes anything else
 * than the job's public inputs.
 */
export type WitnessExecutor = (job: SegmentJob) => Promise<void>;

export interface SegmentProver {
  /** The proof as the verifier contract takes it. */
  prove(job: SegmentJob, signal?: AbortSignal): Promise<Uint8Array>;
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
  return { trace, words, n, context, inputs };
}
