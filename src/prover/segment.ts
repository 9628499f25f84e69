// A segment of the model, run through one proof system or through several.

import { AbiCoder, getBytes } from "ethers";
import { fail, isLuntraError } from "../errors.ts";
import { type PublicInputs, toBytes } from "../model/index.ts";
import type { ProofSystem, SegmentRun, Witness } from "./proof-system.ts";

export interface ProveOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface SegmentProof extends PublicInputs {
  /** The system's own proof, without `h`. */
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

/**
 * Runs a system's circuit on a segment without proving. Throws CIRCUIT_DISAGREES, which names the system, if the circuit
 * refuses what the model has run.
 */
export async function executeSegment(system: ProofSystem, run: SegmentRun): Promise<Witness> {
  return await solved(system, run, await system.publicInputs(run));
}

async function solved(system: ProofSystem, run: SegmentRun, inputs: PublicInputs): Promise<Witness> {
  try {
    return await system.witness(run, inputs);
  } catch (error) {
    if (!isLuntraError(error, "WITNESS_REFUSED")) throw error;
    const { name, instanceName } = system;
    const { reason } = error.args;
    return fail("CIRCUIT_DISAGREES", { system: name, instance: instanceName, reason }, error);
  }
}

/** Proves a segment by one system; the proof has been verified. */
export async function proveSegment(
  system: ProofSystem,
  run: SegmentRun,
  { signal }: ProveOptions = {},
): Promise<SegmentProof> {
  const started = performance.now();
  const inputs = await system.publicInputs(run);
  const witness = await solved(system, run, inputs);
  const witnessMs = performance.now() - started;
  const { bytes, peakBytes, provingMs, verifyingMs } = await system.prove(witness, signal);
  return { ...inputs, proof: bytes, timings: { witnessMs, provingMs, verifyingMs }, peakBytes };
}

/** What a node needs of a deployment's proof systems. */
export interface SegmentProver {
  /** Runs every system's circuit: what one of them cannot express must not be committed. Throws CIRCUIT_DISAGREES. */
  execute(run: SegmentRun): Promise<void>;
  /** The proof as the deployment's verifier contract takes it. */
  prove(run: SegmentRun, signal?: AbortSignal): Promise<Uint8Array>;
}

/** Of one system, or of several in the order in which the deployment's `AllOf` asks them. */
export function segmentProver(systems: ProofSystem | readonly ProofSystem[]): SegmentProver {
  const all: readonly ProofSystem[] = "name" in systems ? [systems] : systems;
  if (all.length === 0) fail("PROOF_SYSTEM_NONE", {});
  return {
    async execute(run) {
      for (const system of all) await executeSegment(system, run);
    },
    // One after the other: each of them takes the whole machine.
    async prove(run, signal) {
      const parts: Uint8Array[] = [];
      for (const system of all) parts.push(encodeProof(await proveSegment(system, run, { signal })));
      return encodeProofs(parts);
    },
  };
}

/** `h ‖ proof`: what a system's adapter contract takes. */
export function encodeProof({ h, proof }: Pick<SegmentProof, "h" | "proof">): Uint8Array {
  return Uint8Array.from([...toBytes(h, 32), ...proof]);
}

/** One part as it is; several as `AllOf` takes them, `abi.encode(bytes[])`. */
export function encodeProofs(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return only;
  return getBytes(AbiCoder.defaultAbiCoder().encode(["bytes[]"], [parts]));
}
