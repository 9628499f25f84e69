// What is asked of snarkjs, which runs in a process of its own.

import type { Groth16Proof, PlonkProof } from "snarkjs";

export type SnarkjsSystem = "groth16" | "plonk";

/** A proof as snarkjs writes it: numbers as decimal strings. */
export type SnarkjsProof = Groth16Proof | PlonkProof;

export interface ProveJob {
  readonly system: SnarkjsSystem;
  readonly zkey: string;
  /** A .wtns file. */
  readonly witness: Uint8Array;
}

export interface Proven {
  readonly proof: SnarkjsProof;
  readonly publicInputs: readonly bigint[];
  readonly ms: number;
}

export interface VerifyJob {
  readonly system: SnarkjsSystem;
  readonly verificationKey: object;
  readonly publicInputs: readonly bigint[];
  readonly proof: SnarkjsProof;
}

export interface Exported {
  /** As snarkjs writes it: numbers as decimal strings. */
  readonly verificationKey: object;
  /** Source of the verifier contract. */
  readonly solidity: string;
}

/** All else are paths. */
export interface Calls {
  plonkSetup(job: { readonly r1cs: string; readonly ptau: string; readonly zkey: string }): Promise<void>;
  export(job: { readonly system: SnarkjsSystem; readonly zkey: string }): Promise<Exported>;
  prove(job: ProveJob): Promise<Proven>;
  verify(job: VerifyJob): Promise<boolean>;
}

export type CallName = keyof Calls;
export type Argument<Name extends CallName> = Parameters<Calls[Name]>[0];
export type Result<Name extends CallName> = Awaited<ReturnType<Calls[Name]>>;

export interface Request {
  readonly name: CallName;
  readonly argument: Argument<CallName>;
}

export type Reply = (
  | { readonly result: Result<CallName> }
  /** Why there is none. */
  | { readonly error: string }
) & {
  /** Most memory that the process ever held. */
  readonly peakBytes: number;
};
