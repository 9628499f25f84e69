// Development keys for PLONK: snarkjs's own setup, over a reference string whose secret everybody knows.

import { R } from "../bn254.ts";
import { lagrangeAt } from "./field.ts";
import { multiplesOf } from "./fixed-base.ts";
import { AFFINE_BYTES } from "./fixed-base-work.ts";
import { developmentSecret } from "./secrets.ts";
import { writeSections } from "./sections.ts";
import { curveHeader, words } from "./zkey.ts";

/** Powers of the secret that a setup takes beyond the domain's size, for blinding. */
const EXTRA_POWERS = 6;

export function plonkSecret(): bigint {
  return developmentSecret("PLONK tau");
}

/**
 * Writes a powers-of-tau file with what `snarkjs.plonk.setup` reads of one for a domain of `2^log` points: powers of the
 * secret, and the Lagrange basis of just that domain. The bases of the smaller domains, which come before it, are zeros.
 */
export async function writePlonkDevelopmentString(
  log: number,
  path: string,
  tau: bigint = plonkSecret(),
): Promise<void> {
  const powers: bigint[] = [];
  for (let i = 0, value = 1n; i < 2 ** log + EXTRA_POWERS; i++, value = (value * tau) % R) powers.push(value);
  const [onG1, lagrange, onG2] = (await multiplesOf([
    { group: "g1", scalars: powers },
    { group: "g1", scalars: lagrangeAt(tau, log) },
    { group: "g2", scalars: [1n, tau] },
  ])) as [Uint8Array, Uint8Array, Uint8Array];
  const smaller = new Uint8Array((2 ** log - 1) * AFFINE_BYTES.g1);
  await writeSections(path, "ptau", [
    { id: 1, pieces: [curveHeader().subarray(0, 36), words(log, log)] },
    { id: 2, pieces: [onG1] },
    { id: 3, pieces: [onG2] },
    { id: 12, pieces: [smaller, lagrange] },
  ]);
}
