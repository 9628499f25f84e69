// Proofs of balances in the state tree, as the bridge takes them: one leaf, or all leaves of an aligned subtree.

import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { leafPreimage, type State, toBytes32 } from "../model/index.ts";

/** A leaf of the state tree with the owner that its key is the hash of. Token 0: the account's ETH. */
export interface OwnedLeaf {
  readonly index: number;
  readonly token: Hex;
  readonly account: Hex;
  readonly amount: bigint;
  readonly nonce: bigint;
  readonly next: bigint;
}

/** An aligned subtree of `3^levels` leaves, and those of them that escape. */
export interface Subtree {
  readonly first: number;
  readonly levels: number;
  readonly owned: readonly OwnedLeaf[];
}

/** As the ABI has it; account 0: a leaf that does not escape, by its hash. */
export interface EscapeLeaf {
  readonly token: Hex;
  readonly account: Hex;
  readonly lo: bigint;
  readonly hi: bigint;
  readonly next: Hex;
}

export interface EscapeCall {
  readonly first: number;
  readonly leaves: EscapeLeaf[];
  readonly path: [Hex, Hex][];
}

const ARITY = 3;
/** 81 leaves: the next power would take more gas than a transaction may. */
const MOST_LEVELS = 4;
/** Poseidon2 permutations of a leaf with its key, and what a call costs besides, counted in them. */
const LEAF_COST = 3;
const CALL_COST = 2;

export function singleLeaf(leaf: OwnedLeaf): Subtree {
  return { first: leaf.index, levels: 0, owned: [leaf] };
}

/** The cheapest cover of the leaves by aligned subtrees, counted in permutations. */
export function subtreesOf(leaves: readonly OwnedLeaf[], depth: number): readonly Subtree[] {
  const levels = Math.min(MOST_LEVELS, depth);
  const blocks = Map.groupBy(leaves, ({ index }) => Math.floor(index / ARITY ** levels));
  return [...blocks]
    .sort(([a], [b]) => a - b)
    .flatMap(([block, owned]) => cheapest({ first: block * ARITY ** levels, levels, owned }, depth).cover);
}

function cheapest(
  subtree: Subtree,
  depth: number,
): { readonly cover: readonly Subtree[]; readonly cost: number } {
  const { first, levels, owned } = subtree;
  const inner = (ARITY ** levels - 1) / (ARITY - 1);
  const whole = { cover: [subtree], cost: LEAF_COST * owned.length + inner + depth - levels + CALL_COST };
  if (levels === 0) return whole;
  const width = ARITY ** (levels - 1);
  const children = [0, 1, 2]
    .map((child) => first + child * width)
    .map((start) => ({
      first: start,
      levels: levels - 1,
      owned: owned.filter(({ index }) => index >= start && index < start + width),
    }))
    .filter((child) => child.owned.length > 0)
    .map((child) => cheapest(child, depth));
  const cost = children.reduce((sum, child) => sum + child.cost, 0);
  return whole.cost < cost ? whole : { cover: children.flatMap(({ cover }) => cover), cost };
}

export function escapeCall(state: State, { first, levels, owned }: Subtree): EscapeCall {
  const byIndex = new Map(owned.map((leaf) => [leaf.index, leaf]));
  const leaves = Array.from({ length: ARITY ** levels }, (_, i) => leafOf(state, first + i, byIndex));
  const path = state.tree
    .subtreePath(first, levels)
    .map(([left, right]): [Hex, Hex] => [toBytes32(left), toBytes32(right)]);
  return { first, leaves, path };
}

function leafOf({ tree, hash }: State, index: number, owned: ReadonlyMap<number, OwnedLeaf>): EscapeLeaf {
  const its = owned.get(index);
  // L1 takes account 0 for the sign of a hash: what belongs to it stays.
  if (its !== undefined && its.account !== NOTHING_ADDRESS) {
    const { token, account, amount, nonce, next } = its;
    return { token, account, lo: amount, hi: nonce, next: toBytes32(next) };
  }
  const digest = index < tree.count ? hash(leafPreimage(tree.leaf(index))) : 0n;
  return { token: NOTHING_ADDRESS, account: NOTHING_ADDRESS, lo: 0n, hi: 0n, next: toBytes32(digest) };
}
