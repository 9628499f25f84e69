// Tools of a dishonest prover.

import {
  applyRecord,
  type Leaf,
  leafPreimage,
  mod,
  P,
  type Path,
  type State,
  TernaryTree,
} from "../../src/model/index.ts";
import type { ArcsInput, CircuitInputs, HintsInput, SlotInput, StepInput } from "../../src/prover/inputs.ts";
import type { SegmentVector } from "../support/vectors.ts";
import { hash, SMALL } from "./harness.ts";

/** A quotient in the field. */
export function divide(a: bigint, b: bigint): bigint {
  let [result, base] = [1n, mod(b)];
  for (let e = P - 2n; e > 0n; e >>= 1n) {
    if (e & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return mod(a * result);
}

/** The hints of the segment's first record, which is the one that cases are about. */
export function hintsOf(inputs: CircuitInputs): HintsInput {
  return inputs.hints[0] as HintsInput;
}

/** Inputs whose parts are shared with nothing, so that they can be changed in place. */
export function forgeable(inputs: CircuitInputs): CircuitInputs {
  return structuredClone(inputs);
}

export function leafDigest(leaf: SlotInput["leaf"]): bigint {
  return hash(leafPreimage(leaf));
}

/** Lets a path start from another node, with the hashes above made to fit. */
export function rechain(steps: StepInput[], bottom: bigint, from = 0): void {
  let node = bottom;
  for (const step of steps.slice(from)) {
    step.children[step.place.indexOf(1n)] = node;
    node = hash(step.children);
  }
}

/** Changes a slot's leaf and makes the path fit it. The root it leads to changes too. */
export function plant(slot: SlotInput, change: Partial<SlotInput["leaf"]>): void {
  Object.assign(slot.leaf, change);
  rechain(slot.steps, leafDigest(slot.leaf));
}

/** The state tree at the moment when the first record's slot C is read: slots A and B are updated. */
export function leavesAtC({ before, words }: SegmentVector): Leaf[] {
  const state: State = before.clone();
  if (words.first) state.startBatch();
  let leaves: Leaf[] = [];
  const record = words.records[0];
  if (record === undefined) throw new Error("the segment has no record");
  applyRecord(state, record, {
    slot: (name) => {
      if (name === "C") leaves = [...state.tree.leaves()];
    },
    append: () => {},
  });
  return leaves;
}

/** A tree of the small depth with these leaves. */
export function treeOf(leaves: readonly Leaf[]): TernaryTree<Leaf> {
  return leaves.reduce(
    (tree, leaf, index) => tree.with(index, leaf),
    TernaryTree.empty<Leaf>(SMALL.D, leafPreimage, hash),
  );
}

export function stepsOf(bottom: bigint, index: number, path: Path): StepInput[] {
  let node = bottom;
  return path.map(([left, right], level) => {
    const own = Math.floor(index / 3 ** level) % 3;
    const children = [left, right];
    children.splice(own, 0, node);
    node = hash(children);
    const place = [0n, 0n, 0n];
    place[own] = 1n;
    return { children: children as StepInput["children"], place: place as StepInput["place"] };
  });
}

/**
 * Inserts the recipient's key after leaf `low`, whether or not that leaf covers it, in slots C and D; `skipped` places
 * after the last leaf.
 */
export function insertAfter(
  vector: SegmentVector,
  inputs: CircuitInputs,
  low: number,
  key: bigint,
  skipped = 0,
): void {
  const leaves = leavesAtC(vector);
  const hints = hintsOf(inputs);
  const cover = leaves[low] as Leaf;
  const tree = treeOf(leaves);
  hints.c.leaf = { ...cover };
  hints.c.steps = stepsOf(leafDigest(cover), low, tree.path(low));
  const linked = tree.with(low, { ...cover, next: key });
  const free = leaves.length + skipped;
  hints.append = stepsOf(0n, free, linked.path(free));
}

const SPLIT = 126n;
const LOW = (1n << SPLIT) - 1n;

export interface ArcNumbers {
  readonly u: bigint;
  readonly v: bigint;
  readonly z: bigint;
}

export function arcNumbers({ key: from, next }: Pick<Leaf, "key" | "next">, key: bigint): ArcNumbers {
  return { u: mod(key - from), v: mod(next - 1n - key), z: mod(from - next) };
}

/** Canonical parts everywhere; they do not add up unless the carry is more than a carry. */
export function arcsByCarry({ u, v, z }: ArcNumbers): ArcsInput {
  const top = (p: bigint) => p >> SPLIT;
  return { u_top: top(u), v_top: top(v), carry: mod(top(P - 1n) - top(u) - top(v) - top(z)) };
}

/** Nothing in the tops, all in the bottoms. */
export const ARCS_IN_BOTTOMS: ArcsInput = { u_top: 0n, v_top: 0n, carry: 0n };

/** Nothing in the bottoms, all in the tops. */
export function arcsInTops({ u, v }: ArcNumbers): ArcsInput {
  return { u_top: divide(u, LOW + 1n), v_top: divide(v, LOW + 1n), carry: 0n };
}
