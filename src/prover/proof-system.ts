// What every proof system of the segment statement offers.

import type {
  Instance,
  InstanceName,
  ProofContext,
  PublicInputs,
  SegmentTrace,
  SegmentWords,
} from "../model/index.ts";

/** The order is that of preference where a deployment names none. */
export const PROOF_SYSTEMS = ["ultrahonk", "groth16", "plonk"] as const;

export type ProofSystemName = (typeof PROOF_SYSTEMS)[number];

/** A deployment whose proofs several systems must accept. */
export const ALL_OF = "all-of";

/** A run of the model, and what L1 will bind a proof of it to. The same for every proof system. */
export interface SegmentRun {
  readonly trace: SegmentTrace;
  /** Those on L1: with as many records as parsing found or as there are queue items. */
  readonly words: SegmentWords;
  readonly context: ProofContext;
}

export interface Witness {
  readonly bytes: Uint8Array;
  /** In the protocol's order. */
  readonly publicInputs: readonly bigint[];
}

export interface Proof {
  /** The system's own proof, as its generated verifier takes it: without `h`. */
  readonly bytes: Uint8Array;
  /** In the protocol's order. */
  readonly publicInputs: readonly bigint[];
  readonly provingMs: number;
  /** Most memory that proving took; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  readonly verifyingMs: number;
}

/** In the system's own terms; what it does not count is left out. The terms of two systems do not compare. */
export interface CircuitSize {
  /** Rows before they are rounded up to a power of two: UltraHonk, PLONK. */
  readonly gates?: number;
  /** Opcodes of the Noir circuit: UltraHonk. */
  readonly acirOpcodes?: number;
  /** Rank-1 constraints and wires of the circom circuit: Groth16, and PLONK, whose gates come from them. */
  readonly constraints?: number;
  readonly wires?: number;
}

export interface SolidityVerifier {
  readonly contractName: string;
  readonly source: string;
}

export interface KeyHashes {
  /** SHA-256 of the compiled circuit. */
  readonly circuit: string;
  /** Hash of the verification key, as the verifier contract has it. */
  readonly verificationKey: string;
  /** SHA-256 of the Solidity verifier's source. */
  readonly verifier: string;
}

export interface ProofSystem {
  readonly name: ProofSystemName;
  readonly instance: Instance;
  readonly instanceName: InstanceName;
  /** Makes sure of circuit, reference string and keys, building what is missing. Everything else does this first. */
  setup(): Promise<KeyHashes>;
  size(): Promise<CircuitSize>;
  /** With the `h` of this system's circuit. */
  publicInputs(run: SegmentRun): Promise<PublicInputs>;
  /**
   * Solves the circuit. `publicInputs` are the run's own unless given, and may be claims that are wrong. Throws
   * WITNESS_REFUSED if they do not satisfy the circuit.
   */
  witness(run: SegmentRun, publicInputs?: PublicInputs): Promise<Witness>;
  /** Proves and has the verifier check the proof: PROOF_REFUSED if it does not accept. Aborted, throws PROVER_CANCELLED. */
  prove(witness: Witness, signal?: AbortSignal): Promise<Proof>;
  verify(publicInputs: readonly bigint[], proof: Uint8Array): Promise<boolean>;
  exportVerifier(): Promise<SolidityVerifier>;
}
