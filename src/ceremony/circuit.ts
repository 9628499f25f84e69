// The circuit that a ceremony is for, as the ceremony sees it: its constraint system.

import { fileDigest } from "../prover/cache.ts";

export interface CeremonyCircuit {
  readonly instance: string;
  /** The constraint system, compiled on this machine. */
  readonly r1csPath: string;
  /** Which compiler with which settings. */
  readonly compiler: string;
}

/** SHA-256 of the constraint system, hexadecimal. */
export async function circuitHash({ r1csPath }: Pick<CeremonyCircuit, "r1csPath">): Promise<string> {
  return await fileDigest(r1csPath);
}
