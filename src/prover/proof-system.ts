// What every proof system of the segment statement offers.

import type { Instance } from "../model/index.ts";
import type { CircuitInputs } from "./inputs.ts";

export interface Witness {
  readonly bytes: Uint8Array;
  readonly inputs: CircuitInputs;
}

export interface Proof {
  /** As the verifier contract takes it. */
  readonly bytes: Uint8Array;
  /** In the protocol's order. */
  readonly publicInputs: readonly bigint[];
  readonly provingMs: number;
  /** Most memory that proving took; undefined where the system does not tell. */
  readonly peakBytes: number | undefined;
  readonly verifyingMs: number;
}

export interface CircuitSize {
  readonly gates: number;
  readonly acirOpcodes: number;
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
  readonly name: string;
  readonly instance: Instance;
  /** Makes sure of circuit, reference string and keys, building what is missing. Everything else does this first. */
  setup(): Promise<KeyHashes>;
  gates(): Promise<CircuitSize>;
  /** Throws WITNESS_REFUSED if the inputs do not satisfy the circuit. */
  witness(inputs: CircuitInputs): Promise<Witness>;
  /** Proves and has the verifier check the proof: PROOF_REFUSED if it does not accept. Aborted, throws PROVER_CANCELLED. */
  prove(witness: Witness, signal?: AbortSignal): Promise<Proof>;
  verify(publicInputs: readonly bigint[], proof: Uint8Array): Promise<boolean>;
  exportVerifier(): Promise<SolidityVerifier>;
}
