// What all of snarkjs's key files have in common.

import { Q, R } from "../bn254.ts";
import { FIELD_BYTES, toLittleEndian } from "./field.ts";
import type { Section } from "./sections.ts";

/** snarkjs's numbers for proof systems. */
export const GROTH16 = 1;
export const PLONK = 2;

export function protocolSection(protocol: number): Section {
  return { id: 1, pieces: [words(protocol)] };
}

/** BN254's two primes, each after its length. */
export function curveHeader(): Uint8Array {
  return Buffer.concat([words(FIELD_BYTES), toLittleEndian([Q]), words(FIELD_BYTES), toLittleEndian([R])]);
}

/** Little-endian words of 32 bits. */
export function words(...values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 4);
  values.forEach((value, i) => {
    bytes.writeUInt32LE(value, i * 4);
  });
  return bytes;
}
