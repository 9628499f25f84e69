// The indexed Merkle tree of the state (protocol §3): a map whose absences can be proven.

import { fail } from "../errors.ts";
import { mod } from "./field.ts";
import { capacityOf } from "./params.ts";
import { type Hash, hash as pureHash } from "./poseidon2.ts";
import { type Path, TernaryTree } from "./ternary.ts";

/** Two 128-bit limbs. Account: `lo` is the ETH balance, `hi` the nonce. Token: `lo` is the balance. */
export interface Value {
  readonly lo: bigint;
  readonly hi: bigint;
}

export interface Leaf extends Value {
  readonly key: bigint;
  /** The next larger key in the tree; 0 in the leaf of the largest. */
  readonly next: bigint;
}

export interface Lookup {
  /** Index of the leaf that covers the key. */
  readonly index: number;
  readonly leaf: Leaf;
  /** Whether that leaf has the key itself; else it proves that the key is absent. */
  readonly found: boolean;
}

/** First leaf of every tree. It covers whatever no other leaf covers. */
const SENTINEL: Leaf = { key: 0n, lo: 0n, hi: 0n, next: 0n };

/** Whether `key` lies in the leaf's interval `[leaf.key, leaf.next)`, taken around the field. */
export function covers(leaf: Pick<Leaf, "key" | "next">, key: bigint): boolean {
  return mod(key - leaf.key) <= mod(leaf.next - leaf.key - 1n);
}

export function leafPreimage({ key, lo, hi, next }: Leaf): readonly bigint[] {
  return [key, lo, hi, next];
}

export interface TreeOptions {
  readonly hash?: Hash;
  /** Leaves that may be used; 3^depth unless a test of the full tree asks for fewer. */
  readonly capacity?: number;
}

/** Where a key stands. Never changes once inserted, so clones share entries. */
interface Entry {
  readonly key: bigint;
  readonly index: number;
}

/** A map from keys to values. Copies are cheap: `clone` before trying something out. */
export class IndexedTree {
  readonly depth: number;
  /** Leaves that may be used. */
  readonly capacity: number;
  #nodes: TernaryTree<Leaf>;
  #count: number;
  /** All keys in ascending order, to find the covering leaf; shared with clones until one of them inserts. */
  #sorted: readonly Entry[];
  #sortedIsShared: boolean;

  private constructor(
    depth: number,
    capacity: number,
    nodes: TernaryTree<Leaf>,
    count: number,
    sorted: readonly Entry[],
  ) {
    this.depth = depth;
    this.capacity = capacity;
    this.#nodes = nodes;
    this.#count = count;
    this.#sorted = sorted;
    this.#sortedIsShared = true;
  }

  /** The tree with the sentinel alone. */
  static genesis(depth: number, options: TreeOptions = {}): IndexedTree {
    const { hash = pureHash, capacity = capacityOf(depth) } = options;
    const nodes = TernaryTree.empty(depth, leafPreimage, hash).with(0, SENTINEL);
    return new IndexedTree(depth, capacity, nodes, 1, [{ key: SENTINEL.key, index: 0 }]);
  }

  /** An independent copy. The sorted keys are copied when one of the two first inserts. */
  clone(): IndexedTree {
    this.#sortedIsShared = true;
    return new IndexedTree(this.depth, this.capacity, this.#nodes, this.#count, this.#sorted);
  }

  /** Leaves in use, the sentinel among them. */
  get count(): number {
    return this.#count;
  }

  get full(): boolean {
    return this.#count >= this.capacity;
  }

  root(): bigint {
    return this.#nodes.root();
  }

  /** The `3^levels` nodes that many levels below the root, from the left. */
  crown(levels: number): readonly bigint[] {
    return this.#nodes.crown(levels);
  }

  /** Siblings of a leaf, in use or not. */
  path(index: number): Path {
    return this.#nodes.path(index);
  }

  /** Siblings of the root of the aligned subtree of `3^levels` leaves that begins at `first`. */
  subtreePath(first: number, levels: number): Path {
    return this.#nodes.path(first).slice(levels);
  }

  leaf(index: number): Leaf {
    return this.#nodes.get(index) ?? fail("LEAF_ABSENT", { index, count: this.#count });
  }

  /** Leaves in order of index. */
  *leaves(): Iterable<Leaf> {
    for (let index = 0; index < this.#count; index++) yield this.leaf(index);
  }

  /** The leaf that covers a key. */
  lookup(key: bigint): Lookup {
    const { index } = this.#sorted[this.#position(key)] as Entry;
    const leaf = this.leaf(index);
    return { index, leaf, found: leaf.key === key };
  }

  /** Replaces the value of a leaf. */
  set(index: number, { lo, hi }: Value): void {
    const { key, next } = this.leaf(index);
    this.#nodes = this.#nodes.with(index, { key, lo, hi, next });
  }

  /** Links an absent key in after its covering leaf and appends its own leaf, whose index is returned. */
  insert(key: bigint, { lo, hi }: Value): number {
    const position = this.#position(key);
    const cover = this.#sorted[position] as Entry;
    if (cover.key === key) fail("KEY_PRESENT", { key, index: cover.index });
    if (this.full) fail("TREE_FULL", { tree: "state", capacity: this.capacity });

    const index = this.#count;
    const before = this.leaf(cover.index);
    this.#nodes = this.#nodes
      .with(cover.index, { ...before, next: key })
      .with(index, { key, lo, hi, next: before.next });
    this.#count = index + 1;
    this.#ownSorted().splice(position + 1, 0, { key, index });
    return index;
  }

  /** Position of the largest key not above `key`. The sentinel's key 0 is below all others. */
  #position(key: bigint): number {
    let low = 0;
    let high = this.#sorted.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#sorted[middle] as Entry).key <= key) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #ownSorted(): Entry[] {
    if (this.#sortedIsShared) {
      this.#sorted = this.#sorted.slice();
      this.#sortedIsShared = false;
    }
    return this.#sorted as Entry[];
  }
}
