// Thread that computes multiples of a generator. Signed windows: a scalar is `Σ dⱼ·2^(bits·j)`, `−half < dⱼ ≤ half`, and
// for each window `j` a table holds the multiples `1 … half` of `2^(bits·j)·G`, so that a multiple is one addition a window.

import { parentPort, workerData } from "node:worker_threads";
import {
  AFFINE_BYTES,
  type CurveCode,
  type FixedBaseWork,
  type Group,
  scalarsIn,
} from "./fixed-base-work.ts";

const SCALAR_BITS = 254;
/** Addition in the second group costs four times as much; both tables take some tenths of a second. */
const WINDOW_BITS: Readonly<Record<Group, number>> = { g1: 12, g2: 10 };
/** For work that a large table would outlast. */
const SMALL_WINDOW_BITS = 6;
const SMALL_WORK = 1000;

const PAGE = 65536;
/** Jacobian points have three coordinates, affine ones two. */
const JACOBIAN = 3 / 2;

interface Table {
  readonly bits: number;
  readonly windows: number;
  /** Address of the first point. */
  readonly at: number;
}

const { code, generators, pages } = workerData as CurveCode;
const memory = new WebAssembly.Memory({ initial: pages });
const instance = await WebAssembly.instantiate(await WebAssembly.compile(code), { env: { memory } });
const tables = new Map<string, Table>();

parentPort?.on("message", ({ group, scalars }: FixedBaseWork) => {
  const count = scalarsIn(scalars);
  const bits = count < SMALL_WORK ? SMALL_WINDOW_BITS : WINDOW_BITS[group];
  const table = tables.get(`${group} ${bits}`) ?? makeTable(group, bits);
  tables.set(`${group} ${bits}`, table);
  const points = multiply(group, table, scalars);
  parentPort?.postMessage(points, [points.buffer as ArrayBuffer]);
});

/** Fresh memory, beyond all that the code itself uses. */
function allocate(bytes: number): number {
  return memory.grow(Math.ceil(bytes / PAGE)) * PAGE;
}

function functionsOf(group: Group) {
  const named = (name: string) => instance.exports[`${group}m_${name}`] as (...pointers: number[]) => void;
  return {
    zero: named("zero"),
    double: named("double"),
    addMixed: named("addMixed"),
    subMixed: named("subMixed"),
    toAffine: named("batchToAffine"),
  };
}

function makeTable(group: Group, bits: number): Table {
  const { zero, double, addMixed, toAffine } = functionsOf(group);
  const affine = AFFINE_BYTES[group];
  const jacobian = affine * JACOBIAN;
  const half = 2 ** (bits - 1);
  // One bit more than a scalar has: the topmost window may have to take a carry.
  const windows = Math.ceil((SCALAR_BITS + 1) / bits);
  const at = allocate(windows * half * affine);
  const [base, sums] = [allocate(affine), allocate(half * jacobian)];
  new Uint8Array(memory.buffer).set(generators[group], base);

  for (let window = 0; window < windows; window++) {
    zero(sums);
    addMixed(sums, base, sums);
    for (let i = 1; i < half; i++) addMixed(sums + (i - 1) * jacobian, base, sums + i * jacobian);
    const next = sums + (half - 1) * jacobian;
    const first = at + window * half * affine;
    toAffine(sums, half, first);
    double(next, next);
    toAffine(next, 1, base);
  }
  return { bits, windows, at };
}

/** Windows in which every scalar's digit is 0 cost nothing, nor does a scalar 0. */
function multiply(group: Group, { bits, windows, at }: Table, scalars: Uint8Array): Uint8Array {
  const { zero, addMixed, subMixed, toAffine } = functionsOf(group);
  const affine = AFFINE_BYTES[group];
  const jacobian = affine * JACOBIAN;
  const half = 2 ** (bits - 1);
  const count = scalarsIn(scalars);
  const sums = workspace(count * jacobian);
  for (let i = 0; i < count; i++) {
    const sum = sums + i * jacobian;
    zero(sum);
    let carry = 0;
    for (let window = 0; window < windows; window++) {
      const low = bitsAt(scalars, i * 32, window * bits, bits) + carry;
      carry = low > half ? 1 : 0;
      const digit = low - carry * 2 * half;
      const row = at + window * half * affine;
      if (digit > 0) addMixed(sum, row + (digit - 1) * affine, sum);
      else if (digit < 0) subMixed(sum, row + (-digit - 1) * affine, sum);
    }
  }
  toAffine(sums, count, sums);
  return new Uint8Array(memory.buffer).slice(sums, sums + count * affine);
}

let space = { at: 0, bytes: 0 };
function workspace(bytes: number): number {
  if (space.bytes < bytes) space = { at: allocate(bytes), bytes };
  return space.at;
}

/** `width ≤ 17` bits of a 32-byte scalar. */
function bitsAt(bytes: Uint8Array, scalar: number, from: number, width: number): number {
  const byte = from >> 3;
  let word = 0;
  for (let k = 2; k >= 0; k--)
    word = (word << 8) | (byte + k < 32 ? (bytes[scalar + byte + k] as number) : 0);
  return (word >> (from & 7)) & ((1 << width) - 1);
}
