// A segment's run with all that a circuit's witness needs, in the order in which the circuit needs it.

import { fail } from "../errors.ts";
import { NO_RECORD, type RecordWords, type SegmentWords } from "./records.ts";
import { type CheckpointPreimage, checkpointOf, type State } from "./state.ts";
import type { Path } from "./ternary.ts";
import { applyRecord, type Observer, type Receipt, type SlotName } from "./transition.ts";
import type { Leaf } from "./tree.ts";

/** A leaf that a record reads and perhaps updates. */
export interface SlotTrace {
  /** Whether the record reads this slot; else all below is zero. */
  readonly used: boolean;
  readonly key: bigint;
  /** Whether `leaf` has the key; else it covers it. */
  readonly present: boolean;
  /** Index of `leaf` in the state tree. */
  readonly index: number;
  /** The leaf before its own update, after those of the slots before it. */
  readonly leaf: Leaf;
  /** Its siblings at that moment; its own update does not change them. `D` levels. */
  readonly path: Path;
}

/** The leaf that a record appends: the recipient's new record, or an exit. */
export interface AppendTrace {
  readonly tree: "none" | "state" | "exits";
  /** The first free index of that tree. */
  readonly index: number;
  /**
   * Siblings of the free leaf: in the state tree, after slot C was linked to the new key. `D` levels for the state
   * tree (and zeros for none), `E` levels for the exit tree.
   */
  readonly path: Path;
}

export interface RecordTrace {
  readonly words: RecordWords;
  readonly receipt: Receipt;
  /** The sender's account. */
  readonly A: SlotTrace;
  /** The sender's token record. */
  readonly B: SlotTrace;
  /** The recipient's account or token record, or the leaf that covers its absent key. */
  readonly C: SlotTrace;
  readonly D: AppendTrace;
  /** The checkpoint's preimage after this record. */
  readonly after: CheckpointPreimage;
}

export interface SegmentTrace {
  readonly first: boolean;
  /** Checkpoint before the segment, and its preimage (exits and fees not yet reset by `first`). */
  readonly a: bigint;
  readonly before: CheckpointPreimage;
  /** The `3^levels` nodes of the state tree that many levels below its root, before the segment, from the left. */
  readonly crown: (levels: number) => readonly bigint[];
  /** `n` of them: absent records have zero words and zero slots. */
  readonly records: readonly RecordTrace[];
  /** Checkpoint after the segment, and its preimage. */
  readonly b: bigint;
  readonly after: CheckpointPreimage;
}

/** Applies a segment to `state` in place, like `applySegment`, and tells what happened. */
export function traceSegment(state: State, { first, records }: SegmentWords, n: number): SegmentTrace {
  if (records.length > n) fail("SEGMENT_SIZE", { records: records.length, most: n });
  const before = state.preimage();
  const treeBefore = state.tree.clone();
  if (first) state.startBatch();
  const traces = Array.from({ length: n }, (_, i) => traceRecord(state, records[i] ?? NO_RECORD));
  const after = state.preimage();
  return {
    first,
    a: checkpointOf(before, state.hash),
    before,
    crown: (levels) => treeBefore.crown(levels),
    records: traces,
    b: checkpointOf(after, state.hash),
    after,
  };
}

function traceRecord(state: State, words: RecordWords): RecordTrace {
  const slots: Record<SlotName, SlotTrace> = {
    A: unusedSlot(state),
    B: unusedSlot(state),
    C: unusedSlot(state),
  };
  let D: AppendTrace = { tree: "none", index: 0, path: zeroPath(state.tree.depth) };

  const observer: Observer = {
    slot(name, key, { index, leaf, found }) {
      slots[name] = { used: true, key, present: found, index, leaf, path: state.tree.path(index) };
    },
    append(tree, index) {
      D = { tree, index, path: (tree === "state" ? state.tree : state.exits).path(index) };
    },
  };
  const receipt = applyRecord(state, words, observer);
  return { words, receipt, ...slots, D, after: state.preimage() };
}

function unusedSlot({ tree }: State): SlotTrace {
  const leaf = { key: 0n, lo: 0n, hi: 0n, next: 0n };
  return { used: false, key: 0n, present: false, index: 0, leaf, path: zeroPath(tree.depth) };
}

function zeroPath(depth: number): Path {
  return Array.from({ length: depth }, () => [0n, 0n] as const);
}
