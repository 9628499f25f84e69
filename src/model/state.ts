// The L2 state: balances and nonces in one tree, and the running batch's exits and fees (protocol §3).

import { ExitTree } from "./exits.ts";
import type { Instance } from "./params.ts";
import { type Hash, hash as pureHash } from "./poseidon2.ts";
import { IndexedTree, type TreeOptions } from "./tree.ts";

/** What a checkpoint is the hash of, in this order. */
export interface CheckpointPreimage {
  readonly stateRoot: bigint;
  readonly leafCount: bigint;
  readonly exitRoot: bigint;
  readonly exitCount: bigint;
  readonly fees: bigint;
}

export interface Account {
  readonly nonce: bigint;
  readonly balance: bigint;
}

export type StateOptions = Pick<Instance, "D" | "E"> & TreeOptions;

const Domain = { account: 1n, token: 2n } as const;

export function accountKey(account: bigint, hash: Hash = pureHash): bigint {
  return hash([Domain.account, account]);
}

export function tokenKey(token: bigint, account: bigint, hash: Hash = pureHash): bigint {
  return hash([Domain.token, token, account]);
}

export function checkpointOf(preimage: CheckpointPreimage, hash: Hash = pureHash): bigint {
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = preimage;
  return hash([stateRoot, leafCount, exitRoot, exitCount, fees]);
}

/** Remembered keys; then it starts afresh. */
const MOST_KEYS = 200_000;

/** The same accounts come up again and again, and a key is a hash: a fifth of what a transfer costs. Clones share it. */
class KeyMemo {
  readonly #keys = new Map<bigint | string, bigint>();

  get(name: bigint | string, make: () => bigint): bigint {
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    if (this.#keys.size >= MOST_KEYS) this.#keys.clear();
    const key = make();
    this.#keys.set(name, key);
    return key;
  }
}

export class State {
  readonly hash: Hash;
  readonly tree: IndexedTree;
  readonly exits: ExitTree;
  /** Fees of the running batch, in wei. */
  fees: bigint;
  readonly #keys: KeyMemo;

  private constructor(hash: Hash, tree: IndexedTree, exits: ExitTree, fees: bigint, keys: KeyMemo) {
    this.#keys = keys;
    this.hash = hash;
    this.tree = tree;
    this.exits = exits;
    this.fees = fees;
  }

  static genesis({ D, E, hash = pureHash, ...options }: StateOptions): State {
    const tree = IndexedTree.genesis(D, { hash, ...options });
    return new State(hash, tree, ExitTree.genesis(E, { hash }), 0n, new KeyMemo());
  }

  /** An independent copy, cheap enough to make before every candidate batch. */
  clone(): State {
    return new State(this.hash, this.tree.clone(), this.exits.clone(), this.fees, this.#keys);
  }

  preimage(): CheckpointPreimage {
    return {
      stateRoot: this.tree.root(),
      leafCount: BigInt(this.tree.count),
      exitRoot: this.exits.root(),
      exitCount: BigInt(this.exits.count),
      fees: this.fees,
    };
  }

  checkpoint(): bigint {
    return checkpointOf(this.preimage(), this.hash);
  }

  account(address: bigint): Account {
    const { found, leaf } = this.tree.lookup(this.accountKey(address));
    return found ? { nonce: leaf.hi, balance: leaf.lo } : { nonce: 0n, balance: 0n };
  }

  tokenBalance(token: bigint, account: bigint): bigint {
    const { found, leaf } = this.tree.lookup(this.tokenKey(token, account));
    return found ? leaf.lo : 0n;
  }

  accountKey(account: bigint): bigint {
    return this.#keys.get(account, () => accountKey(account, this.hash));
  }

  tokenKey(token: bigint, account: bigint): bigint {
    return this.#keys.get(`${token} ${account}`, () => tokenKey(token, account, this.hash));
  }

  /** Exits and fees belong to one batch: its first segment starts with none. */
  startBatch(): void {
    this.exits.clear();
    this.fees = 0n;
  }
}
