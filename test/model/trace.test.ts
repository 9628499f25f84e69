// A trace is enough to check a run: this test walks it as a circuit does, with hashes and paths alone.

import { expect } from "chai";
import {
  type AppendTrace,
  applySegment,
  checkpointOf,
  covers,
  exitPreimage,
  flagsOf,
  hash,
  Kind,
  type Leaf,
  leafPreimage,
  type RecordTrace,
  rootFromPath,
  type SegmentTrace,
  type SlotTrace,
  State,
  traceSegment,
} from "../../src/model/index.ts";
import { depositWords, everyCase, generateSegments } from "../support/vectors.ts";
import { expectCode } from "./errors.ts";

/** The roots and counters that a circuit carries from record to record. */
interface Running {
  stateRoot: bigint;
  leafCount: bigint;
  exitRoot: bigint;
  exitCount: bigint;
  fees: bigint;
}

describe("Segment trace", () => {
  const SIZES = { n: 5, D: 5, E: 4 };

  it("proves each named case: its paths lead from the first checkpoint to the last", () => {
    for (const { name, vector } of everyCase()) {
      const trace = traceSegment(vector.before.clone(), vector.words, vector.n);
      walk(trace, vector.before, name);
      expect([trace.a, trace.b], name).to.deep.equal([vector.a, vector.b]);
    }
  });

  it("proves long random runs, in a tree that fills up", () => {
    for (const vector of generateSegments({ seed: "trace", count: 40, capacity: 20, ...SIZES })) {
      const trace = traceSegment(vector.before.clone(), vector.words, vector.n);
      walk(trace, vector.before, "random run");
      expect([trace.a, trace.b]).to.deep.equal([vector.a, vector.b]);
    }
  });

  it("leaves the state as the plain transition does, with the same receipts", () => {
    for (const { before, words, n, receipts } of generateSegments({ seed: "same", count: 10, ...SIZES })) {
      const [traced, plain] = [before.clone(), before.clone()];
      const trace = traceSegment(traced, words, n);
      expect(applySegment(plain, words).checkpoint).to.equal(traced.checkpoint());
      expect(trace.records.slice(0, receipts.length).map(({ receipt }) => receipt)).to.deep.equal(receipts);
    }
  });

  it("has n records whatever the segment has, and refuses more", () => {
    const words = { first: true, records: [depositWords(1n, 0n, 1n)] };
    const trace = traceSegment(State.genesis({ D: 2, E: 2 }), words, 3);
    expect(trace.records.map(({ receipt }) => receipt.status)).to.deep.equal([
      "executed",
      "skipped",
      "skipped",
    ]);
    expect(trace.records[1]?.A).to.deep.equal({
      used: false,
      key: 0n,
      present: false,
      index: 0,
      leaf: { key: 0n, lo: 0n, hi: 0n, next: 0n },
      path: [
        [0n, 0n],
        [0n, 0n],
      ],
    } satisfies SlotTrace);
    expectCode("SEGMENT_SIZE", () => traceSegment(State.genesis({ D: 2, E: 2 }), words, 0));
  });
});

function walk(trace: SegmentTrace, before: State, name: string): void {
  const running: Running = { ...trace.before };
  expect(checkpointOf(running), name).to.equal(trace.a);
  if (trace.first) {
    const { exitRoot } = State.genesis({ D: before.tree.depth, E: before.exits.depth }).preimage();
    Object.assign(running, { exitRoot, exitCount: 0n, fees: 0n });
  }
  for (const record of trace.records) {
    walkRecord(running, record);
    expect(running, name).to.deep.equal(record.after);
  }
  expect(checkpointOf(running), name).to.equal(trace.b);
}

function walkRecord(running: Running, { words, receipt, A, B, C, D }: RecordTrace): void {
  const { token, debit, credit, signed } = flagsOf(words.kind);
  const used = words.kind !== Kind.nothing;
  expect([A.used, B.used, C.used]).to.deep.equal([
    debit && (signed || !token) && used,
    debit && token && used,
    credit && used,
  ]);

  const moved = receipt.status === "executed" ? words.amount : 0n;
  const charged = signed && receipt.status !== "skipped";
  running.fees += receipt.fee;
  step(running, A, ({ lo, hi, ...rest }) => ({
    ...rest,
    lo: lo - receipt.fee - (token ? 0n : moved),
    hi: hi + (charged ? 1n : 0n),
  }));
  step(running, B, ({ lo, ...rest }) => ({ ...rest, lo: lo - moved }));

  if (D.tree === "state") {
    step(running, C, (leaf) => ({ ...leaf, next: C.key }), true);
    const leaf = { key: C.key, lo: moved, hi: 0n, next: C.leaf.next };
    expect(BigInt(D.index)).to.equal(running.leafCount);
    running.stateRoot = appended(running.stateRoot, D, leafPreimage(leaf));
    running.leafCount += 1n;
    return;
  }
  step(running, C, ({ lo, ...rest }) => ({ ...rest, lo: lo + moved }));
  if (D.tree === "exits") {
    const { token, recipient } = words;
    expect(BigInt(D.index)).to.equal(running.exitCount);
    running.exitRoot = appended(running.exitRoot, D, exitPreimage({ token, recipient, amount: moved }));
    running.exitCount += 1n;
  }
}

/** Checks that a slot's leaf is in the tree and covers the key, then updates it; an absent one changes only to be linked. */
function step(running: Running, slot: SlotTrace, change: (leaf: Leaf) => Leaf, links = false): void {
  if (!slot.used) return;
  const { key, leaf, index, path, present } = slot;
  expect(covers(leaf, key)).to.equal(true);
  expect(present).to.equal(leaf.key === key);
  expect(rootFromPath(hash(leafPreimage(leaf)), index, path, hash)).to.equal(running.stateRoot);
  const updated = present !== links ? change(leaf) : leaf;
  running.stateRoot = rootFromPath(hash(leafPreimage(updated)), index, path, hash);
}

/** The place must be free before; returns the root with the leaf in it. */
function appended(root: bigint, { index, path }: AppendTrace, preimage: readonly bigint[]): bigint {
  expect(rootFromPath(0n, index, path, hash)).to.equal(root);
  return rootFromPath(hash(preimage), index, path, hash);
}
