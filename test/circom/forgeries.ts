// A forgery for every hint of the circom circuit, and for every constraint that stands by itself.

import {
  bindWords,
  claimOf,
  flattenWords,
  hash,
  type Leaf,
  leafPreimage,
  mod,
  P,
  type Path,
  type SegmentWords,
  type State,
  TernaryTree,
} from "../../src/model/index.ts";
import { type CircomInputs, circomWordsHash } from "../../src/prover/circom/index.ts";
import { everyCase, KNOWN, type SegmentVector } from "../support/vectors.ts";
import type { Edit, Forgery, Main } from "./forge.ts";
import { CONTEXT, type Run, runOf, TINY } from "./harness.ts";

const { D, E, cap } = TINY;
const HALF = (P - 1n) / 2n;
const RECORD: Main = { file: "record.circom", template: `Record(${D}, ${E}, ${cap})` };
const SEGMENT: Main = {
  file: "segment.circom",
  template: `Segment(1, ${D}, ${E}, ${cap})`,
  public: ["a", "b", "h", "r", "y", "context"],
};

/** Of the small templates: fast. */
export function gadgetForgeries(): Forgery[] {
  const covers: Main = { file: "interval.circom", template: "Covers()" };
  const lowerHalf: Main = { file: "interval.circom", template: "LowerHalf()" };
  const flags: Main = { file: "record.circom", template: "Flags()" };
  return [
    {
      name: "a digit that is none: 3",
      file: "tree.circom",
      constraint: "product * (digit - 2) === 0;",
      circuit: { file: "tree.circom", template: "Digit()" },
      inputs: { digit: 3n },
      shows: [1n, 3n],
    },
    {
      name: "the upper half passes for the lower one, by a top bit that is none",
      file: "interval.circom",
      constraint: "topBit * (topBit - 1) === 0;",
      hints: [hint("interval.circom", "signal topBit", "in > 2 ** 252 - 1 ? 1 : 0", "in / top")],
      circuit: lowerHalf,
      inputs: { in: HALF + 1n },
    },
    {
      name: "the upper half passes for the lower one, by a low bit that is none",
      file: "interval.circom",
      constraint: "lowBits[i] * (lowBits[i] - 1) === 0;",
      hints: [
        hint(
          "interval.circom",
          "lowBits[i]",
          "((in - topBit * top) >> i) & 1",
          "i == 0 ? in - topBit * top : 0",
        ),
      ],
      circuit: lowerHalf,
      inputs: { in: HALF + 1n },
    },
    {
      name: "the upper half passes for the lower one, by bits of something else",
      file: "interval.circom",
      constraint: "sum === in;",
      circuit: lowerHalf,
      inputs: { in: HALF + 1n },
    },
    {
      // The leaf (10, next 5) covers all but 5 ... 9.
      name: "a leaf covers a key behind its next, which only the lower arc shows",
      file: "interval.circom",
      constraint: "LowerHalf()(lower);",
      circuit: covers,
      inputs: { key: 10n, next: 5n, wanted: 7n },
    },
    {
      name: "a leaf covers a key below its own, which only the upper arc shows",
      file: "interval.circom",
      constraint: "LowerHalf()(upper);",
      circuit: covers,
      inputs: { key: 10n, next: 20n, wanted: 9n },
    },
    {
      name: "a leaf covers a key below its own, with an exemption for no arc",
      file: "tree.circom",
      constraint: "product * (digit - 2) === 0;",
      hints: [hint("interval.circom", "signal exempt", "arcs[0] < 0 ? 0 : (arcs[1] < 0 ? 1 : 2)", "3")],
      circuit: covers,
      inputs: { key: 10n, next: 20n, wanted: 9n },
    },
    {
      name: "a signed deposit",
      file: "record.circom",
      constraint: "signed * (1 - debit) === 0;",
      circuit: flags,
      inputs: { kind: 12n },
      shows: [0n, 0n, 1n, 1n],
    },
    {
      name: "a token that goes from nowhere to nowhere",
      file: "record.circom",
      constraint: "token * neither === 0;",
      circuit: flags,
      inputs: { kind: 1n },
      shows: [1n, 0n, 0n, 0n],
    },
  ];
}

/** One record, with the words and the state before it as they are: another state after it than the model's. */
export async function recordForgeries(): Promise<Forgery[]> {
  const vectors = new Map(everyCase(TINY).map(({ name, vector }) => [name, vector]));
  const vector = (name: string) => vectors.get(name) ?? missing(name);
  const short = vector("withdrawEth, balance short of the amount by one: balance too low");
  const early = vector("withdrawEth, nonce ahead: wrong nonce");
  const fine = vector("withdrawEth, to a known recipient: executed");
  const forced = vector("forcedWithdrawEth, to a known recipient: executed");
  const deposit = vector("depositEth, to a stranger: executed");
  const topUp = vector("depositEth, to a known recipient: executed");

  return Promise.all([
    onRecord(short, {
      name: "an overdraft: a comparison's bits are none",
      file: "compare.circom",
      constraint: "out[i] * (out[i] - 1) === 0;",
      hints: [bitsOfCover("i == 129 ? 1 : (i == 0 ? in - 2 ** 129 : 0)")],
      change: exitAt(short, 0),
    }),
    onRecord(short, {
      name: "an overdraft: a comparison's bits are those of another number",
      file: "compare.circom",
      constraint: "sum === in;",
      hints: [bitsOfCover("i == 129 ? 1 : 0")],
      change: exitAt(short, 0),
    }),
    onRecord(short, {
      name: "an overdraft: the sender's leaf is not in the tree",
      file: "tree.circom",
      constraint: "weights[i] * (crown[i] - old) === 0;",
      change: (inputs) => ({ ...exitAt(short, 0)(inputs), leaves: richer(inputs) }),
    }),
    onRecord(early, {
      name: "a transaction out of turn: 1 passes for 0",
      file: "compare.circom",
      constraint: "in * out === 0;",
      hints: [inverse("in == 1 ? 0 : (in != 0 ? 1 / in : 0)")],
      change: exitAt(early, 0),
    }),
    onRecord(fine, {
      name: "a good transaction is skipped: 0 passes for something else",
      file: "compare.circom",
      constraint: "out <== 1 - in * inverse;",
      assigns: "out <-- 0;",
    }),
    onRecord(forced, {
      name: "a forced withdrawal fails: its sender's leaf is there, but another one is shown",
      file: "slot.circom",
      constraint: "Covers()(leaf[0], leaf[3], wanted);",
      change: () => showing(forced.before, 0),
    }),
    onRecord(topUp, {
      name: "a second leaf for a key that has one",
      file: "slot.circom",
      constraint: "Covers()(leaf[0], leaf[3], wanted);",
      change: () => insertingAgain(topUp.before),
    }),
    onRecord(deposit, {
      name: "a leaf with a hole before it",
      file: "slot.circom",
      constraint: "inserts * (leafIndex - leafCount) === 0;",
      change: () => insertedAt(deposit, 20),
    }),
    onRecord(fine, {
      name: "an exit beyond the count, which nobody could claim",
      file: "slot.circom",
      constraint: "exits * (exitIndex - exitCount) === 0;",
      change: exitAt(fine, 5),
    }),
    onRecord(fine, {
      name: "an exit in another tree: the earlier exits are gone",
      file: "slot.circom",
      constraint: "exits * (exitRoot - climb.old[E]) === 0;",
      change: (inputs) => ({ ...inputs, appendSiblings: Array.from({ length: E }, () => [7n, 7n]) }),
    }),
  ]);
}

/** The whole statement. */
export async function segmentForgeries(): Promise<Forgery[]> {
  const [deposit, other] = everyCase(TINY).flatMap(({ name, vector }) =>
    name.startsWith("depositEth, to a ") ? [vector] : [],
  );
  if (deposit === undefined || other === undefined) return missing("two deposits");
  const run = await runOf(deposit, TINY);
  const { r } = run.publicInputs;
  const inSegment = (name: string, constraint: string, inputs: CircomInputs): Forgery => ({
    name,
    file: "segment.circom",
    constraint,
    circuit: SEGMENT,
    inputs,
  });

  const more = await runOf(depositing(deposit, { amount: 1n }), TINY);
  const disguised = await runOf(depositing(deposit, { amount: 1n, nonce: mod(-inverseOf(r)) }), TINY);
  const elsewhere = await runOf({ before: other.after, words: deposit.words }, TINY);
  return [
    inSegment("a deposit of more: other words with L1's value at r", "h === wordsHash;", {
      ...disguised.inputs,
      h: run.publicInputs.h,
      r,
      y: run.publicInputs.y,
    }),
    inSegment("a deposit of more: other words with their own hash", "y === wordsValue;", {
      ...more.inputs,
      ...(await claimedOf(more, deposit.words)),
    }),
    inSegment("a segment that starts from another state", "a === checkpointBefore;", {
      ...elsewhere.inputs,
      a: run.publicInputs.a,
    }),
    inSegment("a segment that ends in another state", "b === checkpointAfter;", {
      ...run.inputs,
      b: other.a,
    }),
    inSegment("a segment that is first twice over", "first * (first - 1) === 0;", await firstTwice(run)),
  ];
}

interface Sketch extends Pick<Forgery, "name" | "file" | "constraint" | "assigns" | "hints"> {
  /** What the forger says instead of the honest hints. */
  readonly change?: (inputs: CircomInputs) => CircomInputs;
}

async function onRecord(vector: SegmentVector, { change = () => ({}), ...sketch }: Sketch): Promise<Forgery> {
  const run = await runOf(vector, TINY);
  const honest = recordInputs(run);
  const { tree, exits, fees } = vector.after;
  const truth = [...tree.crown(cap), BigInt(tree.count), exits.root(), BigInt(exits.count), fees];
  return { ...sketch, circuit: RECORD, inputs: { ...honest, ...change(honest) }, truth };
}

function recordInputs({ trace, inputs }: Run): CircomInputs {
  const { exitRoot, exitCount, fees, leafCount } = trace.before;
  const only = (name: string) => (inputs[name] as CircomInputs[string][])[0] ?? missing(name);
  const names = ["leaves", "digits", "siblings", "appendDigits", "appendSiblings"];
  return {
    words: (inputs.words as bigint[]).slice(1),
    crown: trace.crown(cap),
    leafCount,
    exitRoot,
    exitCount,
    fees,
    ...Object.fromEntries(names.map((name) => [name, only(name)])),
  };
}

/** Another formula for a hint: the constraints stay the same. */
function hint(file: string, target: string, from: string, to: string): Edit {
  return { file, from: `${target} <-- ${from};`, to: `${target} <-- ${to};` };
}

/** Bits of the comparison of what is available with the amount; other bits stay honest. */
function bitsOfCover(formula: string): Edit {
  return hint("compare.circom", "out[i]", "(in >> i) & 1", `n == 130 ? (${formula}) : ((in >> i) & 1)`);
}

function inverse(formula: string): Edit {
  return hint("compare.circom", "signal inverse", "in != 0 ? 1 / in : 0", formula);
}

/** Says that an exit is appended at an index of the exit tree, which is empty. */
function exitAt({ before }: SegmentVector, index: number): (inputs: CircomInputs) => CircomInputs {
  return (inputs) => ({ ...inputs, ...appendPath(before.exits.path(index).slice(0, E), index) });
}

function appendPath(path: Path, index: number): CircomInputs {
  return {
    appendDigits: digitsOf(index),
    appendSiblings: path.slice(0, Math.max(D - cap, E)).concat(padding(path)),
  };
}

function padding(path: Path): Path {
  return Array.from({ length: Math.max(0, Math.max(D - cap, E) - path.length) }, () => [0n, 0n] as const);
}

/** The sender's leaf with a million wei more. */
function richer(inputs: CircomInputs): bigint[][] {
  const [[key, lo, hi, next], ...others] = inputs.leaves as [[bigint, bigint, bigint, bigint], ...bigint[][]];
  return [[key, lo + 1_000_000n, hi, next], ...others];
}

/** The sentinel's leaf for slot A, the other slots unused. */
function showing({ tree }: State, index: number): CircomInputs {
  const { key, lo, hi, next } = tree.leaf(index);
  const none = [0n, 0n, 0n, 0n];
  const zeros = Array.from({ length: D - cap }, () => [0n, 0n]);
  return {
    leaves: [[key, lo, hi, next], none, none],
    digits: [digitsOf(index), digitsOf(0), digitsOf(0)],
    siblings: [tree.path(index).slice(0, D - cap), zeros, zeros],
    appendDigits: digitsOf(0),
    appendSiblings: Array.from({ length: Math.max(D - cap, E) }, () => [0n, 0n]),
  };
}

/** Slot C shows the sentinel, which does not cover the recipient's key, and links the key after it. */
function insertingAgain(before: State): CircomInputs {
  const A = showing(before, 0);
  const [shown, none] = A.leaves as bigint[][];
  const [digits, zero] = A.digits as bigint[][];
  const [siblings, zeros] = A.siblings as bigint[][][];
  const linked = treeOf(before).with(0, { ...before.tree.leaf(0), next: before.accountKey(KNOWN) });
  return {
    leaves: [none, none, shown] as bigint[][],
    digits: [zero, zero, digits] as bigint[][],
    siblings: [zeros, zeros, siblings] as bigint[][][],
    ...appendPath(linked.path(before.tree.count).slice(0, D - cap), before.tree.count),
  };
}

/** The recipient's new leaf at another free place. */
function insertedAt({ before, words }: SegmentVector, index: number): CircomInputs {
  const [record] = words.records;
  const key = before.accountKey(record?.recipient ?? 0n);
  const cover = before.tree.lookup(key);
  const linked = treeOf(before).with(cover.index, { ...cover.leaf, next: key });
  return appendPath(linked.path(index).slice(0, D - cap), index);
}

function treeOf({ tree }: State): TernaryTree<Leaf> {
  const empty = TernaryTree.empty<Leaf>(D, leafPreimage, hash);
  return [...tree.leaves()].reduce((nodes, leaf, index) => nodes.with(index, leaf), empty);
}

function digitsOf(index: number): readonly bigint[] {
  return Array.from({ length: Math.max(D, E) }, (_, level) => BigInt(Math.floor(index / 3 ** level) % 3));
}

/** The same segment with some words raised. */
function depositing(vector: SegmentVector, more: { readonly amount: bigint; readonly nonce?: bigint }) {
  const [record] = vector.words.records;
  if (record === undefined) return missing("a record");
  const { amount, nonce } = record;
  const forged = { ...record, amount: amount + more.amount, nonce: mod(nonce + (more.nonce ?? 0n)) };
  return { before: vector.before, words: { first: vector.words.first, records: [forged] } };
}

/** What L1 would ask for: its own words at the r that follows from the forger's h. */
async function claimedOf(forged: Run, words: SegmentWords): Promise<CircomInputs> {
  const { a, b, h } = forged.publicInputs;
  return { ...bindWords(claimOf({ a, b, words, context: CONTEXT }), h) };
}

async function firstTwice({ trace, publicInputs, inputs }: Run): Promise<CircomInputs> {
  const [, ...words] = flattenWords(
    true,
    trace.records.map((record) => record.words),
    1,
  );
  const changed = [2n, ...words];
  const { a, b, context } = publicInputs;
  return {
    ...inputs,
    words: changed,
    ...bindWords({ a, b, context, words: changed }, await circomWordsHash(changed)),
  };
}

function inverseOf(x: bigint): bigint {
  let [result, base] = [1n, x];
  for (let exponent = P - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = mod(result * base);
    base = mod(base * base);
  }
  return result;
}

function missing(what: string): never {
  throw new Error(`the forgeries need ${what}`);
}
