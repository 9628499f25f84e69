// The exit tree of a batch (protocol §3).

import { fail } from "../errors.ts";
import { capacityOf } from "./params.ts";
import { type Hash, hash as pureHash } from "./poseidon2.ts";
import { type Path, TernaryTree } from "./ternary.ts";

/** A withdrawal, payable on L1 once its batch is final. Token 0 is ETH. */
export interface Exit {
  readonly token: bigint;
  readonly recipient: bigint;
  readonly amount: bigint;
}

export function exitPreimage({ token, recipient, amount }: Exit): readonly bigint[] {
  return [token, recipient, amount];
}

/** The exits of one batch, filled from index 0. */
export class ExitTree {
  readonly depth: number;
  readonly #empty: TernaryTree<Exit>;
  #nodes: TernaryTree<Exit>;
  #count: number;

  private constructor(depth: number, empty: TernaryTree<Exit>, nodes: TernaryTree<Exit>, count: number) {
    this.depth = depth;
    this.#empty = empty;
    this.#nodes = nodes;
    this.#count = count;
  }

  static genesis(depth: number, { hash = pureHash }: { readonly hash?: Hash } = {}): ExitTree {
    const empty = TernaryTree.empty(depth, exitPreimage, hash);
    return new ExitTree(depth, empty, empty, 0);
  }

  clone(): ExitTree {
    return new ExitTree(this.depth, this.#empty, this.#nodes, this.#count);
  }

  get count(): number {
    return this.#count;
  }

  root(): bigint {
    return this.#nodes.root();
  }

  path(index: number): Path {
    return this.#nodes.path(index);
  }

  exit(index: number): Exit {
    return this.#nodes.get(index) ?? fail("LEAF_ABSENT", { index, count: this.#count });
  }

  *exits(): Iterable<Exit> {
    for (let index = 0; index < this.#count; index++) yield this.exit(index);
  }

  append(exit: Exit): number {
    const index = this.#count;
    const capacity = capacityOf(this.depth);
    if (index >= capacity) fail("TREE_FULL", { tree: "exit", capacity });
    this.#nodes = this.#nodes.with(index, exit);
    this.#count = index + 1;
    return index;
  }

  /** Empties the tree, for the next batch. */
  clear(): void {
    this.#nodes = this.#empty;
    this.#count = 0;
  }
}
