// Paths, the crown of the state tree, updates and appends in circom, against the model's trees.

import { expect } from "chai";
import {
  exitPreimage,
  hash,
  type Leaf,
  leafPreimage,
  type Path,
  rootFromPath,
  TernaryTree,
} from "../../src/model/index.ts";
import { Random } from "../support/vectors.ts";
import { expectRefused, outputsOf, templateCircuit } from "./harness.ts";

const D = 3;
const E = 2;
const CAP = 1;
const LEAVES = 3 ** D;

describe("circom: tree", () => {
  it("leads two versions of a leaf to the roots that the model computes", async () => {
    const circuit = await templateCircuit("tree", `Climb(${D})`);
    const random = new Random("climb");
    for (let index = 0; index < LEAVES; index++) {
      const [oldLeaf, newLeaf] = [random.below(2n ** 250n), random.below(2n ** 250n)];
      const siblings = Array.from({ length: D }, () => [random.below(99n), random.below(99n)] as const);
      const digits = digitsOf(index, D);
      const first = digits.map((digit) => (digit === 0n ? 1n : 0n));
      const last = digits.map((digit) => (digit === 2n ? 1n : 0n));
      const outputs = await outputsOf(circuit, { oldLeaf, newLeaf, first, last, siblings }, 2 * (D + 1));
      expect(outputs[D], `${index}`).to.equal(rootFromPath(oldLeaf, index, siblings, hash));
      expect(outputs[2 * D + 1], `${index}`).to.equal(rootFromPath(newLeaf, index, siblings, hash));
    }
  });

  it("hashes the crown to the root", async () => {
    const tree = treeOf(20);
    for (const cap of [1, 2, 3]) {
      const circuit = await templateCircuit("tree", `CrownRoot(${cap})`);
      expect(await outputsOf(circuit, { crown: tree.crown(cap) }, 1), `${cap}`).to.deep.equal([tree.root()]);
    }
  });

  it("weighs the node that the top digits name, and none if it is not used", async () => {
    const circuit = await templateCircuit("tree", "CrownWeights(2)");
    for (let node = 0; node < 9; node++) {
      const digits = digitsOf(node, 2);
      const first = digits.map((digit) => (digit === 0n ? 1n : 0n));
      const last = digits.map((digit) => (digit === 2n ? 1n : 0n));
      for (const used of [0n, 1n]) {
        const expected = Array.from({ length: 9 }, (_, i) => (i === node ? used : 0n));
        expect(await outputsOf(circuit, { first, last, used }, 9)).to.deep.equal(expected);
      }
    }
  });

  it("replaces any leaf, refuses one that is not there, and leaves the crown alone where it is unused", async () => {
    const circuit = await templateCircuit("slot", `Update(${D}, ${CAP})`);
    const tree = treeOf(LEAVES);
    for (let index = 0; index < LEAVES; index++) {
      const old = tree.get(index) as Leaf;
      const changed = { ...old, lo: old.lo + 5n, next: 77n };
      const inputs = {
        used: 1n,
        old: leafPreimage(old),
        new: leafPreimage(changed),
        digits: digitsOf(index, D),
        siblings: tree.path(index).slice(0, D - CAP),
        crown: tree.crown(CAP),
      };
      const expected = tree.with(index, changed).crown(CAP);
      expect(await outputsOf(circuit, inputs, 3), `${index}`).to.deep.equal(expected);
      const absent = { ...inputs, old: leafPreimage({ ...old, hi: old.hi + 1n }) };
      await expectRefused(circuit, absent, `another leaf at ${index}`);
      await expectRefused(circuit, { ...inputs, digits: digitsOf((index + 1) % LEAVES, D) }, "another index");
      expect(await outputsOf(circuit, { ...absent, used: 0n }, 3)).to.deep.equal(inputs.crown);
    }
  });

  it("appends to the state tree or to the exit tree, at the next index alone", async () => {
    const circuit = await templateCircuit("slot", `Append(${D}, ${E}, ${CAP})`);
    const state = treeOf(7);
    const exits = exitTree(4);
    const leaf = { key: 1n, lo: 2n, hi: 3n, next: 4n };
    const exit = { token: 1n, recipient: 2n, amount: 3n };
    const common = { leafCount: 7n, exitCount: 4n, crown: state.crown(CAP), exitRoot: exits.root() };
    const none = { ...common, inserts: 0n, exits: 0n, leaf: 9n };

    const inserting = { ...none, inserts: 1n, leaf: hash(leafPreimage(leaf)), ...pathOf(state.path(7), 7) };
    const inserted = [...state.with(7, leaf).crown(CAP), exits.root()];
    expect(await outputsOf(circuit, inserting, 4)).to.deep.equal(inserted);
    await expectRefused(circuit, { ...inserting, ...pathOf(state.path(8), 8) }, "a hole before the new leaf");
    await expectRefused(circuit, { ...inserting, ...pathOf(state.path(6), 6) }, "a leaf in use");

    const exiting = { ...none, exits: 1n, leaf: hash(exitPreimage(exit)), ...pathOf(exits.path(4), 4) };
    const exited = [...state.crown(CAP), exits.with(4, exit).root()];
    expect(await outputsOf(circuit, exiting, 4)).to.deep.equal(exited);
    await expectRefused(circuit, { ...exiting, ...pathOf(exits.path(5), 5) }, "a hole before the new exit");
    await expectRefused(circuit, { ...exiting, ...pathOf(exits.path(3), 3) }, "an exit in use");

    const idle = [...state.crown(CAP), exits.root()];
    expect(await outputsOf(circuit, { ...none, ...pathOf(exits.path(2), 2) }, 4)).to.deep.equal(idle);
  });
});

function treeOf(count: number): TernaryTree<Leaf> {
  let tree = TernaryTree.empty<Leaf>(D, leafPreimage, hash);
  for (let i = 0; i < count; i++) {
    tree = tree.with(i, { key: BigInt(i), lo: BigInt(i * i), hi: 1n, next: BigInt(i + 1) });
  }
  return tree;
}

function exitTree(count: number) {
  let tree = TernaryTree.empty(E, exitPreimage, hash);
  for (let i = 0; i < count; i++) tree = tree.with(i, { token: 0n, recipient: BigInt(i), amount: 1n });
  return tree;
}

function pathOf(path: Path, index: number) {
  const levels = Math.max(D - CAP, E);
  return {
    digits: digitsOf(index, Math.max(D, E)),
    siblings: Array.from({ length: levels }, (_, i) => path[i] ?? [0n, 0n]),
  };
}

function digitsOf(index: number, count: number): readonly bigint[] {
  return Array.from({ length: count }, (_, level) => BigInt(Math.floor(index / 3 ** level) % 3));
}
