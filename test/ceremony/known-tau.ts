// Powers of tau with secrets that everybody knows: made in seconds where a ceremony for a circuit of this size takes an
// hour. It holds what deriving and verifying a Groth16 key reads, and has no contributions.

import { R } from "../../src/prover/bn254.ts";
import { lagrangeAt } from "../../src/prover/snarkjs/field.ts";
import { multiplesOf } from "../../src/prover/snarkjs/fixed-base.ts";
import { AFFINE_BYTES } from "../../src/prover/snarkjs/fixed-base-work.ts";
import { writeSections } from "../../src/prover/snarkjs/sections.ts";
import { curveHeader, words } from "../../src/prover/snarkjs/zkey.ts";

const [TAU, ALPHA, BETA] = [0x7a11n, 0xa1fan, 0xbe7an];

type Points = [
  tau1: Uint8Array,
  alphaBeta1: Uint8Array,
  beta2: Uint8Array,
  basis1: Uint8Array,
  wide1: Uint8Array,
  basis2: Uint8Array,
  alphas1: Uint8Array,
  betas1: Uint8Array,
];

/** For circuits whose domain has exactly `2^power` points: of smaller domains there are only zeros. */
export async function writeKnownTau(power: number, path: string): Promise<void> {
  const size = 2 ** power;
  const powers: bigint[] = [];
  for (let i = 0, value = 1n; i < 2 * size - 1; i++, value = (value * TAU) % R) powers.push(value);
  const basis = lagrangeAt(TAU, power);
  const times = (factor: bigint) => basis.map((value) => (value * factor) % R);
  const [tau1, alphaBeta1, beta2, basis1, wide1, basis2, alphas1, betas1] = (await multiplesOf([
    { group: "g1", scalars: powers },
    { group: "g1", scalars: [ALPHA, BETA] },
    { group: "g2", scalars: [BETA] },
    { group: "g1", scalars: basis },
    { group: "g1", scalars: lagrangeAt(TAU, power + 1) },
    { group: "g2", scalars: basis },
    { group: "g1", scalars: times(ALPHA) },
    { group: "g1", scalars: times(BETA) },
  ])) as Points;
  const zeros = (group: "g1" | "g2") => new Uint8Array((size - 1) * AFFINE_BYTES[group]);
  const { g1 } = AFFINE_BYTES;
  await writeSections(path, "ptau", [
    { id: 1, pieces: [curveHeader().subarray(0, 36), words(power, power)] },
    { id: 2, pieces: [tau1] },
    { id: 4, pieces: [alphaBeta1.subarray(0, g1)] },
    { id: 5, pieces: [alphaBeta1.subarray(g1)] },
    { id: 6, pieces: [beta2] },
    { id: 12, pieces: [zeros("g1"), basis1, wide1] },
    { id: 13, pieces: [zeros("g2"), basis2] },
    { id: 14, pieces: [zeros("g1"), alphas1] },
    { id: 15, pieces: [zeros("g1"), betas1] },
  ]);
}
