import { expect } from "chai";
import * as fc from "fast-check";
import {
  covers,
  ExitTree,
  exitPreimage,
  hash,
  IndexedTree,
  type Leaf,
  leafPreimage,
  P,
  rootFromPath,
} from "../../src/model/index.ts";
import { expectCode } from "./errors.ts";

const DEPTH = 4;
const SEED = 0x6c756e;
const key = fc.bigInt({ min: 1n, max: P - 1n });
const keys = fc.uniqueArray(key, { maxLength: 12 });

/** The root by definition: all `3^depth` leaves, hashed level by level. */
function naiveRoot(leaves: readonly (readonly bigint[])[], depth: number): bigint {
  let level = Array.from({ length: 3 ** depth }, (_, i) => (leaves[i] === undefined ? 0n : hash(leaves[i])));
  while (level.length > 1) {
    level = Array.from({ length: level.length / 3 }, (_, i) => hash(level.slice(3 * i, 3 * i + 3)));
  }
  return level[0] as bigint;
}

function treeOf(inserted: readonly bigint[], depth = DEPTH): IndexedTree {
  const tree = IndexedTree.genesis(depth);
  inserted.forEach((k, i) => {
    tree.insert(k, { lo: BigInt(i), hi: 1n });
  });
  return tree;
}

function rootOf(tree: IndexedTree): bigint {
  return naiveRoot([...tree.leaves()].map(leafPreimage), tree.depth);
}

describe("Indexed tree", () => {
  it("starts with the sentinel alone", () => {
    const tree = IndexedTree.genesis(2);
    expect(tree.count).to.equal(1);
    expect(tree.leaf(0)).to.deep.equal({ key: 0n, lo: 0n, hi: 0n, next: 0n });
    expect(tree.root()).to.equal(naiveRoot([[0n, 0n, 0n, 0n]], 2));
  });

  it("appends a new key and links it after the leaf that covered it", () => {
    const tree = treeOf([50n, 20n]);
    expect([...tree.leaves()]).to.deep.equal([
      { key: 0n, lo: 0n, hi: 0n, next: 20n },
      { key: 50n, lo: 0n, hi: 1n, next: 0n },
      { key: 20n, lo: 1n, hi: 1n, next: 50n },
    ] satisfies Leaf[]);
  });

  it("finds a present key at its own leaf and an absent one at the leaf that covers it", () => {
    const tree = treeOf([50n, 20n]);
    expect(tree.lookup(20n)).to.include({ index: 2, found: true });
    expect(tree.lookup(19n)).to.include({ index: 0, found: false });
    expect(tree.lookup(49n)).to.include({ index: 2, found: false });
    expect(tree.lookup(P - 1n)).to.include({ index: 1, found: false });
  });

  it("refuses to insert a key twice, the sentinel's too", () => {
    const tree = treeOf([50n]);
    expectCode("KEY_PRESENT", () => tree.insert(50n, { lo: 0n, hi: 0n }));
    expectCode("KEY_PRESENT", () => tree.insert(0n, { lo: 0n, hi: 0n }));
  });

  it("is full at its capacity and then refuses an insertion without a change", () => {
    const tree = IndexedTree.genesis(1);
    tree.insert(5n, { lo: 1n, hi: 0n });
    expect(tree.full).to.equal(false);
    tree.insert(6n, { lo: 1n, hi: 0n });
    expect(tree.full).to.equal(true);
    const root = tree.root();
    expectCode("TREE_FULL", () => tree.insert(7n, { lo: 1n, hi: 0n }));
    expect(tree.root()).to.equal(root);
  });

  it("refuses to read or set a leaf that is not in use", () => {
    const tree = treeOf([5n]);
    expectCode("LEAF_ABSENT", () => tree.leaf(2));
    expectCode("LEAF_ABSENT", () => tree.set(2, { lo: 0n, hi: 0n }));
  });

  it("covers each field element by exactly one leaf", () => {
    fc.assert(
      fc.property(keys, key, (inserted, probe) => {
        const tree = treeOf(inserted);
        const leaves = [...tree.leaves()];
        for (const k of [probe, 0n, P - 1n, ...inserted, ...inserted.map((x) => x - 1n)]) {
          const covering = leaves.flatMap((leaf, index) => (covers(leaf, k) ? [index] : []));
          expect(covering).to.deep.equal([tree.lookup(k).index]);
          expect(tree.lookup(k).found).to.equal(k === 0n || inserted.includes(k));
        }
      }),
      { seed: SEED, numRuns: 100 },
    );
  });

  it("has the root of a full rebuild, whenever it is asked for", () => {
    fc.assert(
      fc.property(
        keys,
        fc.array(fc.tuple(fc.nat(), fc.bigInt({ min: 0n, max: 2n ** 128n })), { maxLength: 6 }),
        (inserted, updates) => {
          const eager = IndexedTree.genesis(DEPTH);
          const lazy = IndexedTree.genesis(DEPTH);
          for (const k of inserted) {
            for (const tree of [eager, lazy]) tree.insert(k, { lo: 3n, hi: 0n });
            eager.root();
          }
          for (const [at, lo] of updates) {
            const index = at % eager.count;
            for (const tree of [eager, lazy]) tree.set(index, { lo, hi: 7n });
            eager.root();
          }
          expect(lazy.root()).to.equal(eager.root());
          expect(lazy.root()).to.equal(rootOf(lazy));
        },
      ),
      { seed: SEED, numRuns: 15 },
    );
  });

  it("leads from any leaf along its path to the root", () => {
    const tree = treeOf([9n, 4n, 7n, 1n, 12n, 3n, 10n]);
    for (let index = 0; index < 3 ** DEPTH; index++) {
      const digest = index < tree.count ? hash(leafPreimage(tree.leaf(index))) : 0n;
      expect(rootFromPath(digest, index, tree.path(index), hash)).to.equal(tree.root());
    }
  });

  it("keeps clones apart, whichever of the two changes", () => {
    const tree = treeOf([50n, 20n]);
    const root = tree.root();
    const copy = tree.clone();
    copy.insert(30n, { lo: 1n, hi: 0n });
    copy.set(1, { lo: 99n, hi: 0n });
    expect(tree.root()).to.equal(root);
    expect(tree.lookup(30n).found).to.equal(false);

    const copied = copy.root();
    tree.insert(40n, { lo: 2n, hi: 0n });
    tree.insert(10n, { lo: 2n, hi: 0n });
    expect(copy.root()).to.equal(copied);
    expect(copy.lookup(40n).found).to.equal(false);
    expect(copy.root()).to.equal(rootOf(copy));
    expect(tree.root()).to.equal(rootOf(tree));
  });

  it("keeps a clone's keys when only the original inserts", () => {
    const tree = treeOf([50n, 20n]);
    const copy = tree.clone();
    tree.insert(40n, { lo: 2n, hi: 0n });
    expect(copy.lookup(40n)).to.include({ index: 2, found: false });
    expect(copy.insert(41n, { lo: 1n, hi: 0n })).to.equal(3);
    expect(copy.root()).to.equal(rootOf(copy));
  });

  it("holds leaves beyond 2^32 at depth 21", () => {
    const tree = IndexedTree.genesis(21);
    const last = 3 ** 21 - 1;
    expect(rootFromPath(0n, last, tree.path(last), hash)).to.equal(tree.root());
  });
});

describe("Exit tree", () => {
  const exits = [
    { token: 0n, recipient: 1n, amount: 2n },
    { token: 3n, recipient: 4n, amount: 5n },
    { token: 0n, recipient: 1n, amount: 2n },
    { token: 6n, recipient: 7n, amount: 8n },
  ];

  it("fills from index 0 and has the root of a full rebuild", () => {
    const tree = ExitTree.genesis(2);
    expect(exits.map((exit) => tree.append(exit))).to.deep.equal([0, 1, 2, 3]);
    expect(tree.root()).to.equal(naiveRoot(exits.map(exitPreimage), 2));
    expect([...tree.exits()]).to.deep.equal(exits);
    exits.forEach((exit, index) => {
      expect(rootFromPath(hash(exitPreimage(exit)), index, tree.path(index), hash)).to.equal(tree.root());
    });
  });

  it("is empty again after it is cleared", () => {
    const tree = ExitTree.genesis(2);
    const empty = tree.root();
    tree.append({ token: 0n, recipient: 1n, amount: 1n });
    tree.clear();
    expect([tree.root(), tree.count]).to.deep.equal([empty, 0]);
    expect(empty).to.equal(naiveRoot([], 2));
  });

  it("refuses more exits than it has leaves", () => {
    const tree = ExitTree.genesis(1);
    for (let i = 0; i < 3; i++) tree.append({ token: 0n, recipient: 1n, amount: 1n });
    expectCode("TREE_FULL", () => tree.append({ token: 0n, recipient: 1n, amount: 1n }));
  });

  it("keeps clones apart", () => {
    const tree = ExitTree.genesis(2);
    const root = tree.root();
    tree.clone().append({ token: 0n, recipient: 1n, amount: 1n });
    expect([tree.root(), tree.count]).to.deep.equal([root, 0]);
  });
});
