// Development keys for Groth16: a proving key written straight from the constraints and a secret that everybody knows. A
// ceremony multiplies points that nobody knows the logarithms of; here all logarithms are known, so each point of the
// key is one multiple of a generator.

import { R } from "../bn254.ts";
import { inverse, inverses, lagrangeAt, logOf, power, rootOfUnity, writeField } from "./field.ts";
import { multiplesOf } from "./fixed-base.ts";
import { AFFINE_BYTES } from "./fixed-base-work.ts";
import { readR1cs, type R1cs } from "./r1cs.ts";
import { developmentSecret } from "./secrets.ts";
import { writeSections } from "./sections.ts";
import { curveHeader, GROTH16, protocolSection, words } from "./zkey.ts";

export interface Groth16Secrets {
  readonly tau: bigint;
  readonly alpha: bigint;
  readonly beta: bigint;
  /** Not 1, as gamma is: with both equal, anyone could forge without any secret. */
  readonly delta: bigint;
}

export function groth16Secrets(): Groth16Secrets {
  const [tau, alpha, beta, delta] = ["tau", "alpha", "beta", "delta"].map((name) =>
    developmentSecret(`Groth16 ${name}`),
  ) as [bigint, bigint, bigint, bigint];
  return { tau, alpha, beta, delta };
}

/** Logarithms of the key's points, each in its place in the file. */
interface Exponents {
  readonly a: bigint[];
  readonly b: bigint[];
  /** Of the public signals, the constant 1 being the first. */
  readonly publics: bigint[];
  /** Of the private signals. */
  readonly privates: bigint[];
  readonly h: bigint[];
}

/** snarkjs needs the domain to have two points at least. */
const LEAST_LOG = 1;
const COEFFICIENT_BYTES = 12 + 32;
/** Coefficients are kept times `2^512`: snarkjs reads them as Montgomery forms of Montgomery forms. */
const MONTGOMERY_SQUARED = power(2n, 512n);

/** Writes the proving key, which also holds the verification key, to `path`. The same bytes every time. */
export async function writeGroth16DevelopmentKey(
  r1csPath: string,
  path: string,
  secrets: Groth16Secrets = groth16Secrets(),
): Promise<void> {
  const r1cs = await readR1cs(r1csPath);
  // One row more for each public signal and for the constant: they keep public inputs from being traded for each other.
  const log = logOf(r1cs.constraints + r1cs.publics + 1, LEAST_LOG);
  const { alpha, beta, delta } = secrets;
  const { a, b, publics, privates, h } = exponents(r1cs, log, secrets);

  const g1 = [[alpha, beta, delta], publics, a, b, privates, h] as const;
  const g2 = [[beta, 1n, delta], b] as const;
  const [onG1, onG2] = (await multiplesOf([
    { group: "g1", scalars: g1.flat() },
    { group: "g2", scalars: g2.flat() },
  ])) as [Uint8Array, Uint8Array];
  const [headG1, icPoints, aPoints, b1Points, cPoints, hPoints] = split(onG1, g1, AFFINE_BYTES.g1);
  const [headG2, b2Points] = split(onG2, g2, AFFINE_BYTES.g2);
  const point1 = (i: number) => pick(headG1, i, AFFINE_BYTES.g1);
  const point2 = (i: number) => pick(headG2, i, AFFINE_BYTES.g2);

  await writeSections(path, "zkey", [
    protocolSection(GROTH16),
    {
      id: 2,
      pieces: [
        curveHeader(),
        words(r1cs.signals, r1cs.publics, 2 ** log),
        ...[point1(0), point1(1), point2(0), point2(1), point1(2), point2(2)],
      ],
    },
    { id: 3, pieces: [icPoints] },
    { id: 4, pieces: [coefficients(r1cs)] },
    { id: 5, pieces: [aPoints] },
    { id: 6, pieces: [b1Points] },
    { id: 7, pieces: [b2Points] },
    { id: 8, pieces: [cPoints] },
    { id: 9, pieces: [hPoints] },
    // No ceremony: no hash of its circuit and no contributions.
    { id: 10, pieces: [new Uint8Array(64), words(0)] },
  ]);
}

/** Groth16's quadratic arithmetic program at `tau`: https://eprint.iacr.org/2016/260.pdf, section 3.2, with γ = 1. */
function exponents(r1cs: R1cs, log: number, { tau, alpha, beta, delta }: Groth16Secrets): Exponents {
  const lagrange = lagrangeAt(tau, log);
  const rows = [0, 1, 2].map(() => new Array<bigint>(r1cs.signals).fill(0n)) as [
    bigint[],
    bigint[],
    bigint[],
  ];
  r1cs.forEach((matrix, constraint, signal, coefficient) => {
    const row = rows[matrix];
    const value = lagrange[constraint] as bigint;
    row[signal] = (row[signal] as bigint) + (coefficient === 1n ? value : (coefficient * value) % R);
  });
  const [a, b, c] = rows;
  for (let signal = 0; signal <= r1cs.publics; signal++) {
    a[signal] = (a[signal] as bigint) + (lagrange[r1cs.constraints + signal] as bigint);
  }
  const combined = c.map((value, i) => (beta * (a[i] as bigint) + alpha * (b[i] as bigint) + value) % R);
  const inverseDelta = inverse(delta);
  return {
    a: a.map((value) => value % R),
    b: b.map((value) => value % R),
    publics: combined.slice(0, r1cs.publics + 1),
    privates: combined.slice(r1cs.publics + 1).map((value) => (value * inverseDelta) % R),
    h: quotientBasis(tau, log).map((value) => (value * inverseDelta) % R),
  };
}

/**
 * snarkjs commits to `A·B − C` by its values at the odd points of the domain twice as large; at the even points it is 0.
 * The basis is that domain's Lagrange polynomials of odd index.
 */
function quotientBasis(tau: bigint, log: number): bigint[] {
  const size = 2 ** (log + 1);
  const root = rootOfUnity(log + 1);
  const square = (root * root) % R;
  const points: bigint[] = [];
  for (let i = 0, w = root; i < size / 2; i++, w = (w * square) % R) points.push(w);
  const scale = ((power(tau, BigInt(size)) + R - 1n) * inverse(BigInt(size))) % R;
  const divisors = inverses(points.map((w) => (tau + R - w) % R));
  return points.map((w, i) => (((w * scale) % R) * (divisors[i] as bigint)) % R);
}

/** The matrices A and B with the rows of the public signals, from which the prover computes `A·s` and `B·s`. */
function coefficients(r1cs: R1cs): Uint8Array {
  let count = r1cs.publics + 1;
  r1cs.forEach((matrix) => {
    if (matrix < 2) count++;
  });
  const bytes = new Uint8Array(4 + count * COEFFICIENT_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, count, true);
  let at = 4;
  const write = (matrix: number, constraint: number, signal: number, coefficient: bigint) => {
    view.setUint32(at, matrix, true);
    view.setUint32(at + 4, constraint, true);
    view.setUint32(at + 8, signal, true);
    writeField(view, at + 12, (coefficient * MONTGOMERY_SQUARED) % R);
    at += COEFFICIENT_BYTES;
  };
  r1cs.forEach((matrix, constraint, signal, coefficient) => {
    if (matrix < 2) write(matrix, constraint, signal, coefficient);
  });
  for (let signal = 0; signal <= r1cs.publics; signal++) write(0, r1cs.constraints + signal, signal, 1n);
  return bytes;
}

/** Cuts points up as the lists of their logarithms are cut. */
function split<Parts extends readonly unknown[]>(
  points: Uint8Array,
  lists: Parts,
  size: number,
): { [Index in keyof Parts]: Uint8Array } {
  let at = 0;
  return lists.map((list) => {
    const from = at;
    at += (list as readonly unknown[]).length * size;
    return points.subarray(from, at);
  }) as { [Index in keyof Parts]: Uint8Array };
}

function pick(points: Uint8Array, index: number, size: number): Uint8Array {
  return points.subarray(index * size, (index + 1) * size);
}
