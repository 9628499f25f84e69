// What the threads of fixed-base.ts are given. Apart from it, because threads cannot load ffjavascript.

import { FIELD_BYTES } from "./field.ts";

export type Group = "g1" | "g2";

/** Bytes of an affine point as snarkjs's files hold it: x ‖ y, little-endian, in Montgomery form; zeros are infinity. */
export const AFFINE_BYTES: Readonly<Record<Group, number>> = { g1: 64, g2: 128 };

/** What a worker is given: scalars of 32 little-endian bytes, below the group's order. */
export interface FixedBaseWork {
  readonly group: Group;
  readonly scalars: Uint8Array;
}

/** ffjavascript cannot be loaded in a thread, so that its threads are given its WASM. */
export interface CurveCode {
  readonly code: Uint8Array;
  /** Memory that the code uses itself, in pages of 64 KiB. */
  readonly pages: number;
  /** Affine, as in the files. */
  readonly generators: Readonly<Record<Group, Uint8Array>>;
}

/** Number of scalars in such bytes. */
export function scalarsIn(bytes: Uint8Array): number {
  return bytes.byteLength / FIELD_BYTES;
}
