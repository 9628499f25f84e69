// A segment's trace as the circuit's inputs: the words, and for each record the hints that the circuit checks.

import { fail } from "../errors.ts";
import {
  accountKey,
  type CheckpointPreimage,
  flagsOf,
  type Hash,
  type Instance,
  leafPreimage,
  mod,
  type Path,
  type PublicInputs,
  type RecordTrace,
  type RecordWords,
  type SegmentTrace,
  type SlotTrace,
  tokenKey,
} from "../model/index.ts";

/** Names and nesting are those of the circuit's `main`. */
export interface CircuitInputs extends Writable<PublicInputs> {
  before: CheckpointInput;
  first: bigint;
  words: RecordWords[];
  hints: HintsInput[];
}

type Writable<T> = { -readonly [Name in keyof T]: T[Name] };

export interface CheckpointInput {
  state_root: bigint;
  leaf_count: bigint;
  exit_root: bigint;
  exit_count: bigint;
  fees: bigint;
}

export interface HintsInput {
  flags: [bigint, bigint, bigint, bigint];
  a: SlotInput;
  b: SlotInput;
  c: SlotInput;
  append: StepInput[];
  covers_fee: bigint;
  covers_amount: bigint;
}

export interface SlotInput {
  leaf: { key: bigint; lo: bigint; hi: bigint; next: bigint };
  arcs: ArcsInput;
  steps: StepInput[];
}

export interface ArcsInput {
  u_top: bigint;
  v_top: bigint;
  carry: bigint;
}

export interface StepInput {
  children: [bigint, bigint, bigint];
  place: [bigint, bigint, bigint];
}

type Leaf = SlotInput["leaf"];

/** Inputs for a run of the model. `publicInputs` binds the words to L1; its `a` and `b` may be claims that are wrong. */
export function buildInputs(
  trace: SegmentTrace,
  publicInputs: PublicInputs,
  { n, D }: Instance,
  hash: Hash,
): CircuitInputs {
  const circuit = `n = ${n}, D = ${D}`;
  if (trace.records.length !== n) {
    fail("CIRCUIT_SIZE", { circuit, what: "records", expected: n, actual: trace.records.length });
  }
  const depth = trace.records[0]?.A.path.length ?? D;
  if (depth !== D) fail("CIRCUIT_SIZE", { circuit, what: "depth", expected: D, actual: depth });

  const climb = climber(D, hash);
  return {
    ...publicInputs,
    before: checkpointInput(trace.before),
    first: trace.first ? 1n : 0n,
    words: trace.records.map(({ words }) => ({ ...words })),
    hints: trace.records.map((record) => hintsOf(record, climb, hash)),
  };
}

export function checkpointInput(preimage: CheckpointPreimage): CheckpointInput {
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = preimage;
  return { state_root: stateRoot, leaf_count: leafCount, exit_root: exitRoot, exit_count: exitCount, fees };
}

function hintsOf(record: RecordTrace, climb: Climb, hash: Hash): HintsInput {
  const { words, A, B, C, D } = record;
  const { token, debit, credit, signed } = flagsOf(words.kind);
  // A slot's key is computed even where the record does not read the slot.
  const keys = {
    a: accountKey(words.sender, hash),
    b: tokenKey(words.token, words.sender, hash),
    c: token ? tokenKey(words.token, words.recipient, hash) : accountKey(words.recipient, hash),
  };
  const slot = (trace: SlotTrace, key: bigint): SlotInput => ({
    leaf: { ...trace.leaf },
    arcs: arcsOf(trace.leaf, key),
    steps: climb(hash(leafPreimage(trace.leaf)), trace.index, trace.path),
  });
  const balance = (leaf: Leaf, key: bigint) => (leaf.key === key ? leaf.lo : 0n);
  const available = token ? balance(B.leaf, keys.b) : balance(A.leaf, keys.a) - (signed ? words.fee : 0n);
  return {
    flags: [bit(token), bit(debit), bit(credit), bit(signed)],
    a: slot(A, keys.a),
    b: slot(B, keys.b),
    c: slot(C, keys.c),
    append: climb(0n, D.index, D.path),
    covers_fee: bit(A.leaf.lo >= words.fee),
    covers_amount: bit(available >= words.amount),
  };
}

const SPLIT = 126n;
const LOW = (1n << SPLIT) - 1n;

/** How the three arcs from the leaf's key round the field to itself, by way of `key` and `next`, add up. */
export function arcsOf(leaf: Pick<Leaf, "key" | "next">, key: bigint): ArcsInput {
  const u = mod(key - leaf.key);
  const v = mod(leaf.next - 1n - key);
  const z = mod(leaf.key - leaf.next);
  return { u_top: u >> SPLIT, v_top: v >> SPLIT, carry: ((u & LOW) + (v & LOW) + (z & LOW)) >> SPLIT };
}

type Climb = (bottom: bigint, index: number, path: Path) => StepInput[];

/** Steps from a leaf's digest to the root of a tree of depth `D`; a shorter path goes on without siblings. */
function climber(D: number, hash: Hash): Climb {
  const siblings = (path: Path, level: number) => path[level] ?? ([0n, 0n] as const);
  // Most slots of most segments are not in use, and all those have the same steps.
  const trivial = new Map<bigint, StepInput[]>();
  const climb: Climb = (bottom, index, path) => {
    let node = bottom;
    return Array.from({ length: D }, (_, level) => {
      const own = Math.floor(index / 3 ** level) % 3;
      const [left, right] = siblings(path, level);
      const children: StepInput["children"] =
        own === 0 ? [node, left, right] : own === 1 ? [left, node, right] : [left, right, node];
      node = hash(children);
      return { children, place: [bit(own === 0), bit(own === 1), bit(own === 2)] };
    });
  };
  return (bottom, index, path) => {
    if (index !== 0 || path.some(([left, right]) => left !== 0n || right !== 0n))
      return climb(bottom, index, path);
    const steps = trivial.get(bottom) ?? climb(bottom, index, path);
    trivial.set(bottom, steps);
    return steps;
  };
}

function bit(flag: boolean): bigint {
  return flag ? 1n : 0n;
}
