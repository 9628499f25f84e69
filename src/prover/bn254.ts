// Powers of a known secret times the BN254 generator, as fast as big integers allow: signed fixed-base windows and
// affine additions that share one inversion in thousands.

/** Order of the field that BN254's coordinates lie in. */
export const Q = 21888242871839275222246405745257275088696311157297823662689037894645226208583n;
/** Order of the curve. */
export const R = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

/** Affine points by coordinate; `x` undefined is the point at infinity. */
interface Points {
  readonly x: (bigint | undefined)[];
  readonly y: (bigint | undefined)[];
}

/** Bytes of an affine point: x ‖ y, big-endian. */
export const POINT_BYTES = 64;

const SCALAR_BITS = 254;
/** Points that share an inversion. */
const BATCH = 4096;

/** `[tau^i]·G` for `from ≤ i < to`, 64 bytes each. */
export function powersOfTau(tau: bigint, from: number, to: number): Uint8Array {
  const bits = windowBits(to - from);
  const table = windowTable(bits);
  const bytes = new Uint8Array((to - from) * POINT_BYTES);
  let power = powMod(tau, BigInt(from), R);
  for (let start = from; start < to; start += BATCH) {
    const scalars: bigint[] = [];
    for (let i = start; i < Math.min(start + BATCH, to); i++) {
      scalars.push(power);
      power = (power * tau) % R;
    }
    write(multiply(scalars, bits, table), bytes.subarray((start - from) * POINT_BYTES));
  }
  return bytes;
}

/** Wider windows pay when there are many points: a table has `2^(bits - 1)` points for each of `256 / bits` windows. */
function windowBits(points: number): number {
  return points > 200_000 ? 14 : points > 10_000 ? 11 : 6;
}

function multiply(scalars: readonly bigint[], bits: number, table: readonly Points[]): Points {
  const sums: Points = {
    x: Array.from({ length: scalars.length }),
    y: Array.from({ length: scalars.length }),
  };
  const rests = [...scalars];
  const mask = (1n << BigInt(bits)) - 1n;
  const half = 1 << (bits - 1);
  for (const window of table) {
    const addends: Points = {
      x: Array.from({ length: scalars.length }),
      y: Array.from({ length: scalars.length }),
    };
    for (let i = 0; i < rests.length; i++) {
      const rest = rests[i] as bigint;
      const low = Number(rest & mask);
      // Digits from -half + 1 to half: the upper half borrows from the next window.
      const digit = low > half ? low - 2 * half : low;
      rests[i] = (rest >> BigInt(bits)) + (low > half ? 1n : 0n);
      if (digit === 0) continue;
      addends.x[i] = window.x[Math.abs(digit) - 1];
      const y = window.y[Math.abs(digit) - 1] as bigint;
      addends.y[i] = digit > 0 ? y : Q - y;
    }
    addInto(sums, addends);
  }
  return sums;
}

/** For each window `j` the multiples `1 … 2^(bits - 1)` of `2^(bits·j)·G`. */
function windowTable(bits: number): Points[] {
  const count = Math.ceil((SCALAR_BITS + 1) / bits);
  const half = 1 << (bits - 1);
  let base: Points = { x: [1n], y: [2n] };
  return Array.from({ length: count }, () => {
    const window: Points = { x: [...base.x], y: [...base.y] };
    while (window.x.length < half) {
      // All multiples up to m, plus m: the multiples up to 2m.
      const m = window.x.length;
      const sums: Points = { x: window.x.slice(), y: window.y.slice() };
      addInto(sums, { x: sums.x.map(() => window.x[m - 1]), y: sums.y.map(() => window.y[m - 1]) });
      window.x.push(...sums.x);
      window.y.push(...sums.y);
    }
    base = { x: [window.x[half - 1]], y: [window.y[half - 1]] };
    addInto(base, { x: [...base.x], y: [...base.y] });
    return window;
  });
}

/** `sums[i] += addends[i]` for all `i`, with one inversion. */
function addInto(sums: Points, addends: Points): void {
  const divisors: bigint[] = [];
  const products: bigint[] = [];
  const places: number[] = [];
  let product = 1n;
  for (let i = 0; i < sums.x.length; i++) {
    const [x1, x2] = [sums.x[i], addends.x[i]];
    if (x2 === undefined) continue;
    if (x1 === undefined) {
      sums.x[i] = x2;
      sums.y[i] = addends.y[i];
      continue;
    }
    const doubling = x1 === x2;
    if (doubling && sums.y[i] !== addends.y[i]) {
      sums.x[i] = undefined;
      continue;
    }
    const divisor = doubling ? 2n * (sums.y[i] as bigint) : x2 - x1;
    places.push(i);
    divisors.push(divisor);
    products.push(product);
    product = (product * divisor) % Q;
  }
  let inverse = powMod(((product % Q) + Q) % Q, Q - 2n, Q);
  for (let k = places.length - 1; k >= 0; k--) {
    const i = places[k] as number;
    const slopeDivisor = (inverse * (products[k] as bigint)) % Q;
    inverse = (inverse * (divisors[k] as bigint)) % Q;
    const [x1, y1] = [sums.x[i] as bigint, sums.y[i] as bigint];
    const [x2, y2] = [addends.x[i] as bigint, addends.y[i] as bigint];
    const rise = x1 === x2 ? 3n * x1 * x1 : y2 - y1;
    const slope = (rise * slopeDivisor) % Q;
    const x = (slope * slope - x1 - x2) % Q;
    const y = (slope * (x1 - x) - y1) % Q;
    sums.x[i] = x < 0n ? x + Q : x;
    sums.y[i] = y < 0n ? y + Q : y;
  }
}

function powMod(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let b = base % modulus, e = exponent; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * b) % modulus;
    b = (b * b) % modulus;
  }
  return result;
}

function write({ x, y }: Points, bytes: Uint8Array): void {
  for (let i = 0; i < x.length; i++) {
    const hex = [x[i], y[i]].map((c) => (c as bigint).toString(16).padStart(64, "0")).join("");
    bytes.set(Buffer.from(hex, "hex"), i * POINT_BYTES);
  }
}
