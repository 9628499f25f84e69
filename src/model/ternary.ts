// A Merkle tree of fixed depth with three children a node, as an immutable value: an update copies the nodes
// above its leaf and shares the rest, so keeping an old tree costs nothing. A hash is computed when somebody
// first asks for it and then kept in its node, so updates between two roots share their upper nodes.

import { ARITY } from "./params.ts";
import type { Hash } from "./poseidon2.ts";

/** The two sibling nodes at each level, left one first, from the leaf upwards. */
export type Path = readonly (readonly [bigint, bigint])[];

/** What all versions of a tree have in common. */
export interface TreeShape<Leaf> {
  readonly depth: number;
  readonly hash: Hash;
  /** The numbers whose hash stands for a leaf. An unused leaf is the number 0. */
  readonly preimage: (leaf: Leaf) => readonly bigint[];
  /** Digest of an unused subtree of each height. */
  readonly unused: readonly bigint[];
}

interface Tip<Leaf> {
  readonly leaf: Leaf;
  digest: bigint | undefined;
}

interface Branch<Leaf> {
  readonly children: Children<Leaf>;
  digest: bigint | undefined;
}

/** `undefined` is a subtree without leaves. */
type Node<Leaf> = Tip<Leaf> | Branch<Leaf> | undefined;
type Children<Leaf> = readonly [Node<Leaf>, Node<Leaf>, Node<Leaf>];

export class TernaryTree<Leaf> {
  readonly #shape: TreeShape<Leaf>;
  readonly #top: Node<Leaf>;

  private constructor(shape: TreeShape<Leaf>, top: Node<Leaf>) {
    this.#shape = shape;
    this.#top = top;
  }

  static empty<Leaf>(depth: number, preimage: TreeShape<Leaf>["preimage"], hash: Hash): TernaryTree<Leaf> {
    const unused = [0n];
    for (let level = 0, below = 0n; level < depth; level++) {
      below = hash([below, below, below]);
      unused.push(below);
    }
    return new TernaryTree({ depth, hash, preimage, unused }, undefined);
  }

  get(index: number): Leaf | undefined {
    let node = this.#top;
    for (let level = this.#shape.depth - 1; level >= 0; level--) {
      node = childrenOf(node)[digitOf(index, level)];
    }
    return (node as Tip<Leaf> | undefined)?.leaf;
  }

  /** This tree with one leaf replaced. */
  with(index: number, leaf: Leaf): TernaryTree<Leaf> {
    return new TernaryTree(this.#shape, replaced(this.#top, this.#shape.depth, index, leaf));
  }

  root(): bigint {
    return digestOf(this.#shape, this.#top, this.#shape.depth);
  }

  /** The `3^levels` nodes that many levels below the root, from the left. */
  crown(levels: number): readonly bigint[] {
    let nodes: readonly Node<Leaf>[] = [this.#top];
    for (let level = 0; level < levels; level++) nodes = nodes.flatMap(childrenOf);
    return nodes.map((node) => digestOf(this.#shape, node, this.#shape.depth - levels));
  }

  /** Siblings on the way from a leaf, used or not, to the root. */
  path(index: number): Path {
    const path: (readonly [bigint, bigint])[] = [];
    let node = this.#top;
    for (let level = this.#shape.depth - 1; level >= 0; level--) {
      const children = childrenOf(node);
      const own = digitOf(index, level);
      const [left, right] = siblingsOf(own);
      path.push([
        digestOf(this.#shape, children[left], level),
        digestOf(this.#shape, children[right], level),
      ]);
      node = children[own];
    }
    return path.reverse();
  }
}

/** The root that a leaf's digest at `index` leads to along `path`. */
export function rootFromPath(digest: bigint, index: number, path: Path, hash: Hash): bigint {
  return path.reduce((below, [left, right], level) => {
    const own = digitOf(index, level);
    if (own === 0) return hash([below, left, right]);
    return own === 1 ? hash([left, below, right]) : hash([left, right, below]);
  }, digest);
}

function replaced<Leaf>(node: Node<Leaf>, height: number, index: number, leaf: Leaf): Node<Leaf> {
  if (height === 0) return { leaf, digest: undefined };
  const own = digitOf(index, height - 1);
  const [a, b, c] = childrenOf(node);
  const child = replaced(own === 0 ? a : own === 1 ? b : c, height - 1, index, leaf);
  const children: Children<Leaf> = own === 0 ? [child, b, c] : own === 1 ? [a, child, c] : [a, b, child];
  return { children, digest: undefined };
}

function digestOf<Leaf>(shape: TreeShape<Leaf>, node: Node<Leaf>, height: number): bigint {
  if (node === undefined) return shape.unused[height] as bigint;
  if (node.digest === undefined) {
    node.digest =
      "leaf" in node
        ? shape.hash(shape.preimage(node.leaf))
        : shape.hash(node.children.map((child) => digestOf(shape, child, height - 1)));
  }
  return node.digest;
}

/** Position among its siblings of the node at `level` above leaf `index`: a base-3 digit of the index. */
function digitOf(index: number, level: number): 0 | 1 | 2 {
  return (Math.floor(index / ARITY ** level) % ARITY) as 0 | 1 | 2;
}

function siblingsOf(own: 0 | 1 | 2): readonly [0 | 1 | 2, 0 | 1 | 2] {
  if (own === 0) return [1, 2];
  return own === 1 ? [0, 2] : [0, 1];
}

/** Children of an inner node, used or not. */
function childrenOf<Leaf>(node: Node<Leaf>): Children<Leaf> {
  return node === undefined ? [undefined, undefined, undefined] : (node as Branch<Leaf>).children;
}
