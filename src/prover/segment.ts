// A segment of the model, run through a proof system.

import type { Hash, PublicInputs, SegmentTrace } from "../model/index.ts";
import { loadFastHash } from "./fast-hash.ts";
import { buildInputs } from "./inputs.ts";
import type { ProofSystem, Witness } from "./proof-system.ts";

/** A run of the model and the public inputs that L1 derives for it. */
export interface SegmentRun {
  readonly trace: SegmentTrace;
  readonly inputs: PublicInputs;
}

export interface ProveOptions {
  readonly signal?: AbortSignal | undefined;
  /** Hash for the paths; barretenberg's unless given. */
  readonly hash?: Hash;
}

export interface SegmentProof extends PublicInputs {
  readonly proof: Uint8Array;
  readonly timings: SegmentTimings;
  /** Most memory that proving took; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
}

export interface SegmentTimings {
  readonly witnessMs: number;
  readonly provingMs: number;
  readonly verifyingMs: number;
}

/** Runs the circuit on a segment without proving. Throws WITNESS_REFUSED if it does not lead from `a` to `b`. */
export async function executeSegment(
  system: ProofSystem,
  { trace, inputs }: SegmentRun,
  hash?: Hash,
): Promise<Witness> {
  return system.witness(buildInputs(trace, inputs, system.instance, hash ?? (await loadFastHash())));
}

/** Proves a segment; the proof has been verified. */
export async function proveSegment(
  system: ProofSystem,
  run: SegmentRun,
  { signal, hash }: ProveOptions = {},
): Promise<SegmentProof> {
  const started = performance.now();
  const witness = await executeSegment(system, run, hash);
  const witnessMs = performance.now() - started;
  const { bytes, peakBytes, provingMs, verifyingMs } = await system.prove(witness, signal);
  return { ...run.inputs, proof: bytes, timings: { witnessMs, provingMs, verifyingMs }, peakBytes };
}

/** What a node needs of a proof system. */
export interface SegmentProver {
  execute(run: SegmentRun): Promise<void>;
  prove(run: SegmentRun, signal?: AbortSignal): Promise<Uint8Array>;
}

export function segmentProver(system: ProofSystem): SegmentProver {
  return {
    execute: async (run) => {
      await executeSegment(system, run);
    },
    prove: async (run, signal) => (await proveSegment(system, run, { signal })).proof,
  };
}
