// Arithmetic in BN254's scalar field that key generation needs: roots of unity, shared inversions, Lagrange polynomials.

import { R } from "../bn254.ts";

/** Bytes of a field element. */
export const FIELD_BYTES = 32;

/** The largest power of two that divides `R − 1` is `2^28`; 5 is the least number that is not a square. */
const TWO_ADICITY = 28;
const LARGEST_ROOT = power(5n, (R - 1n) >> BigInt(TWO_ADICITY));

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let b = base % R, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % R;
    b = (b * b) % R;
  }
  return result;
}

export function inverse(value: bigint): bigint {
  return power(value, R - 2n);
}

/** The root of unity of order `2^log` that snarkjs builds its domains from. */
export function rootOfUnity(log: number): bigint {
  return power(LARGEST_ROOT, 1n << BigInt(TWO_ADICITY - log));
}

/** Inverses of values none of which is 0, with one inversion in all. */
export function inverses(values: readonly bigint[]): bigint[] {
  const products: bigint[] = [];
  let product = 1n;
  for (const value of values) {
    products.push(product);
    product = (product * value) % R;
  }
  let rest = inverse(product);
  const result: bigint[] = Array.from({ length: values.length });
  for (let i = values.length - 1; i >= 0; i--) {
    result[i] = (rest * (products[i] as bigint)) % R;
    rest = (rest * (values[i] as bigint)) % R;
  }
  return result;
}

/**
 * Values at `tau` of the Lagrange polynomials of the domain of size `2^log`:
 * `L_k(tau) = w^k · (tau^N − 1) / (N · (tau − w^k))`, `w` the root of unity of order `N`. `tau` must lie outside the domain.
 */
export function lagrangeAt(tau: bigint, log: number): bigint[] {
  const size = 2 ** log;
  const root = rootOfUnity(log);
  const points: bigint[] = [];
  for (let i = 0, w = 1n; i < size; i++, w = (w * root) % R) points.push(w);
  const scale = ((power(tau, BigInt(size)) + R - 1n) * inverse(BigInt(size))) % R;
  const divisors = inverses(points.map((w) => (tau + R - w) % R));
  return points.map((w, i) => (((w * scale) % R) * (divisors[i] as bigint)) % R);
}

/** The least `log` with `2^log ≥ size`, at least `least`. */
export function logOf(size: number, least: number): number {
  let log = least;
  while (2 ** log < size) log++;
  return log;
}

/** Field elements as 32 little-endian bytes each. */
export function toLittleEndian(values: readonly bigint[]): Uint8Array {
  const bytes = new Uint8Array(values.length * FIELD_BYTES);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < values.length; i++) writeField(view, i * FIELD_BYTES, values[i] as bigint);
  return bytes;
}

export function writeField(view: DataView, at: number, value: bigint): void {
  for (let limb = 0, rest = value; limb < FIELD_BYTES; limb += 8, rest >>= 64n) {
    view.setBigUint64(at + limb, BigInt.asUintN(64, rest), true);
  }
}

export function readField(view: DataView, at: number): bigint {
  const low = view.getBigUint64(at, true) | (view.getBigUint64(at + 8, true) << 64n);
  const high = view.getBigUint64(at + 16, true) | (view.getBigUint64(at + 24, true) << 64n);
  return high === 0n ? low : low | (high << 128n);
}
