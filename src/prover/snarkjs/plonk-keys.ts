// Development keys for PLONK: snarkjs's own setup, over a reference string whose secret everybody knows. The setup commits
// to eight polynomials, which takes it most of its time; knowing the secret, each commitment is one multiple of the
// generator. So the setup gets zeros to commit with, and the commitments are put into its result.

import { open } from "node:fs/promises";
import { R } from "../bn254.ts";
import { FIELD_BYTES, inverse, power, readField } from "./field.ts";
import { multiplesOf } from "./fixed-base.ts";
import { AFFINE_BYTES } from "./fixed-base-work.ts";
import { developmentSecret } from "./secrets.ts";
import { type Place, placesOf, writeSections } from "./sections.ts";
import { curveHeader, words } from "./zkey.ts";

/** Powers of the secret that a setup takes beyond the domain's size, for blinding. */
const EXTRA_POWERS = 6;

export function plonkSecret(): bigint {
  return developmentSecret("PLONK tau");
}

/**
 * Writes a powers-of-tau file with what `snarkjs.plonk.setup` reads of one for a domain of `2^log` points: powers of the
 * secret, and in place of the Lagrange basis, which only its commitments need, points at infinity.
 */
export async function writePlonkDevelopmentString(log: number, path: string, tau: bigint): Promise<void> {
  const powers: bigint[] = [];
  for (let i = 0, value = 1n; i < 2 ** log + EXTRA_POWERS; i++, value = (value * tau) % R) powers.push(value);
  const [onG1, onG2] = (await multiplesOf([
    { group: "g1", scalars: powers },
    { group: "g2", scalars: [1n, tau] },
  ])) as [Uint8Array, Uint8Array];
  // The bases of all smaller domains come before this one's.
  const bases = new Uint8Array((2 ** (log + 1) - 1) * AFFINE_BYTES.g1);
  await writeSections(path, "ptau", [
    { id: 1, pieces: [curveHeader().subarray(0, 4 + FIELD_BYTES), words(log, log)] },
    { id: 2, pieces: [onG1] },
    { id: 3, pieces: [onG2] },
    { id: 12, pieces: [bases] },
  ]);
}

const HEADER = 2;
/** Where the header of a key holds the commitments: after two primes with their lengths, five words, k1 and k2. */
const COMMITMENTS_AT = 2 * (4 + FIELD_BYTES) + 5 * 4 + 2 * FIELD_BYTES;
/** Sections of the selectors Qm, Ql, Qr, Qo and Qc: coefficients, then values at four times as many points. */
const SELECTORS = [7, 8, 9, 10, 11];
/** The three permutation polynomials, one after the other. */
const SIGMA = 12;
const SIGMAS = 3;
const EXTENSION = 4;

/** Puts `[p(tau)]·G` in place of the commitment to each polynomial `p` of a key for a domain of `2^log` points. */
export async function commitInPlonkKey(zkey: string, log: number, tau: bigint): Promise<void> {
  const bytes = 2 ** log * FIELD_BYTES;
  const file = await open(zkey, "r+");
  try {
    const places = await placesOf(file);
    const place = (id: number) => places.get(id) as Place;
    const starts = [
      ...SELECTORS.map((id) => place(id).at),
      ...Array.from({ length: SIGMAS }, (_, i) => place(SIGMA).at + i * (1 + EXTENSION) * bytes),
    ];
    const values: bigint[] = [];
    for (const start of starts) {
      const { buffer } = await file.read(new Uint8Array(bytes), 0, bytes, start);
      values.push(evaluate(buffer, tau));
    }
    const [commitments] = (await multiplesOf([{ group: "g1", scalars: values }])) as [Uint8Array];
    await file.write(commitments, 0, commitments.length, place(HEADER).at + COMMITMENTS_AT);
  } finally {
    await file.close();
  }
}

const INVERSE_MONTGOMERY = inverse(power(2n, 256n));

/** Value at `tau` of a polynomial whose coefficients are in Montgomery form, lowest first. */
function evaluate(coefficients: Uint8Array, tau: bigint): bigint {
  const view = new DataView(coefficients.buffer, coefficients.byteOffset, coefficients.byteLength);
  let value = 0n;
  for (let at = coefficients.byteLength - FIELD_BYTES; at >= 0; at -= FIELD_BYTES) {
    value = (value * tau + readField(view, at)) % R;
  }
  return (value * INVERSE_MONTGOMERY) % R;
}
