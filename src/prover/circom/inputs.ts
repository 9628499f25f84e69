// Inputs of the circom segment circuit, from the model's trace. All but the public ones are hints: the circuit checks each.

import { fail } from "../../errors.ts";
import {
  type AppendTrace,
  flattenWords,
  type Path,
  type PublicInputs,
  type SegmentTrace,
  type SlotTrace,
} from "../../model/index.ts";
import type { CircomInputs } from "./calculator.ts";
import type { CircomSizes } from "./compile.ts";

export type { CircomInputs, CircomValue } from "./calculator.ts";

/** `publicInputs` may be wrong claims: then the circuit refuses. Throws CIRCUIT_SIZE if the trace is for other sizes. */
export function circomInputs(
  trace: SegmentTrace,
  publicInputs: PublicInputs,
  sizes: CircomSizes,
): CircomInputs {
  checkSizes(trace, sizes);
  const { n, D, cap } = sizes;
  const { first, before, records } = trace;
  const slots = records.map(({ A, B, C }) => [A, B, C]);
  const words = records.map((record) => record.words);
  const { a, b, h, r, y, context } = publicInputs;
  return {
    a,
    b,
    h,
    r,
    y,
    context,
    words: flattenWords(first, words, n),
    crown: trace.crown(cap),
    leafCount: before.leafCount,
    exitRoot: before.exitRoot,
    exitCount: before.exitCount,
    fees: before.fees,
    leaves: slots.map((three) => three.map(leafOf)),
    digits: slots.map((three) => three.map(({ index }) => digitsOf(index, D))),
    siblings: slots.map((three) => three.map(({ path }) => siblingsOf(path, D - cap))),
    appendDigits: records.map((record) => digitsOf(record.D.index, Math.max(D, sizes.E))),
    appendSiblings: records.map((record) => appendSiblings(record.D, sizes)),
  };
}

function leafOf({ leaf: { key, lo, hi, next } }: SlotTrace): readonly bigint[] {
  return [key, lo, hi, next];
}

/** Base-3 digits of a leaf's index, least significant first. */
function digitsOf(index: number, count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, level) => BigInt(Math.floor(index / 3 ** level) % 3));
}

/** The lowest `levels` of a path, with zeros above it. */
function siblingsOf(path: Path, levels: number): readonly (readonly bigint[])[] {
  return Array.from({ length: levels }, (_, level) => path[level] ?? [0n, 0n]);
}

/** One path serves both trees. */
function appendSiblings({ path }: AppendTrace, { D, E, cap }: CircomSizes): readonly (readonly bigint[])[] {
  return siblingsOf(path, Math.max(D - cap, E));
}

function checkSizes({ records }: SegmentTrace, { n, D, E }: CircomSizes): void {
  expectSize("records", n, records.length);
  for (const record of records) {
    for (const slot of [record.A, record.B, record.C]) {
      expectSize("levels of the state tree", D, slot.path.length);
    }
    if (record.D.tree === "exits") expectSize("levels of the exit tree", E, record.D.path.length);
  }
}

function expectSize(what: string, expected: number, actual: number): void {
  if (actual !== expected) fail("CIRCUIT_SIZE", { circuit: "segment (circom)", what, expected, actual });
}
