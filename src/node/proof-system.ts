// What the node needs of a proof system, so that it can be injected.

import type { Hex } from "../chain/types.ts";

/** One segment to be proven, in words and states of the model. */
export interface SegmentJob {
  readonly id: Hex;
  readonly segment: number;
  readonly beneficiary: Hex;
}

/** Runs the circuit's witness on a segment without proving and returns its public inputs. */
export type WitnessExecutor = (job: SegmentJob) => Promise<readonly Hex[]>;

export interface SegmentProver {
  prove(job: SegmentJob, signal?: AbortSignal): Promise<Uint8Array>;
}
