// Groth16's verification key: its hash, and what makes it fit for verifying anything.

import { bn254 } from "@noble/curves/bn254.js";
import { AbiCoder, keccak256 } from "ethers";

/** Affine; the point at infinity is (0, 0). */
export type G1 = readonly [x: bigint, y: bigint];
/** Coordinates are `c0 + c1·i`. */
export type G2 = readonly [x: readonly [c0: bigint, c1: bigint], y: readonly [c0: bigint, c1: bigint]];

export interface VerificationKey {
  readonly alpha: G1;
  readonly beta: G2;
  readonly gamma: G2;
  readonly delta: G2;
  /** One for the constant 1 and one for each public signal. */
  readonly ic: readonly G1[];
}

/** Keccak-256 of all coordinates as words: alpha, beta, gamma, delta, IC; in the second group `c0` before `c1`. */
export function vkHash({ alpha, beta, gamma, delta, ic }: VerificationKey): string {
  const words = [alpha, beta, gamma, delta, ...ic].flat(2);
  return keccak256(AbiCoder.defaultAbiCoder().encode([`uint256[${words.length}]`], [words]));
}

/**
 * Why nobody may verify with this key; undefined if there is no reason. The contributions' pairing checks say nothing about
 * points outside the groups, and a delta equal to gamma lets anyone forge proofs without any secret.
 */
export function flawOf({ alpha, beta, gamma, delta, ic }: VerificationKey): string | undefined {
  const { G1, G2 } = bn254;
  try {
    for (const [x, y] of [alpha, ...ic]) G1.Point.fromAffine({ x, y }).assertValidity();
    for (const point of [beta, gamma, delta]) G2.Point.fromAffine(affine(point)).assertValidity();
  } catch (error) {
    return `it holds what is no point of the groups (${(error as Error).message})`;
  }
  const [generator, last] = [gamma, delta].map((point) => G2.Point.fromAffine(affine(point)));
  if (!generator?.equals(G2.Point.BASE)) return "gamma is not the generator";
  if (last?.equals(generator)) return "delta equals gamma, as if nobody had contributed";
  return undefined;
}

function affine([[c0, c1], [d0, d1]]: G2) {
  return { x: { c0, c1 }, y: { c0: d0, c1: d1 } };
}
