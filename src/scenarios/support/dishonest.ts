// A sequencer that lies. It commits what the honest builder would never build; nothing outside scenarios and tests uses it.

import type { DerivedBatch, Hex, SegmentData } from "../../chain/types.ts";
import { headOf } from "../../chain/view.ts";
import {
  applySegment,
  dataCommitment,
  INSTANCES,
  type State,
  toBytes32,
  wordsOfData,
  wordsOfItems,
} from "../../model/index.ts";
import type { BuiltBatch } from "../../node/batch-builder.ts";
import type { Node } from "../../node/node.ts";

export interface Lie {
  /** Segment whose checkpoint is wrong. */
  readonly segment: number;
  /** Gets ETH out of nothing in that segment. All later segments go on from there, so that this one alone is wrong. */
  readonly accomplice: Hex;
  readonly amount: bigint;
}

/** A batch that claims what is not so, and the state that it pretends to end in. */
export interface Lying {
  readonly built: BuiltBatch;
  readonly state: State;
}

/** The honest batch with one lie in it. */
export function lie(node: Node, built: BuiltBatch, { segment, accomplice, amount }: Lie): Lying {
  const state = node.stateAfter(headOf(node.derivation.view).id);
  const checkpoints = built.segments.map((data, i) => {
    const honest = run(node, state, data, i, built.header.baseFee);
    if (i !== segment) return honest;
    mint(state, BigInt(accomplice), amount);
    return toBytes32(state.checkpoint());
  });
  return { built: withClaims(built, checkpoints), state };
}

/** A batch of somebody who believes the parent and goes on from the state that it pretends to end in. */
export function buildOn(
  node: Node,
  parent: DerivedBatch,
  pretended: State,
  data: readonly Uint8Array[],
  baseFee: bigint,
): Lying {
  const state = pretended.clone();
  const segments = data.map((bytes): SegmentData => ({ source: "data", bytes }));
  const checkpoints = segments.map((segment, i) => run(node, state, segment, i, baseFee));
  const built: BuiltBatch = {
    parent: { header: parent.header, counter: parent.counter },
    counter: parent.counter + 1n,
    header: { ...parent.header, number: parent.header.number + 1n, parent: parent.id, baseFee },
    segments,
    checkpoints,
    transactions: [],
  };
  return { built: withClaims(built, checkpoints), state };
}

/** The batch with other checkpoints, and a header that fits them. */
export function withClaims(built: BuiltBatch, checkpoints: readonly Hex[]): BuiltBatch {
  const data = built.segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
  const previous = BigInt(built.parent.header.lastCheckpoint);
  const header = {
    ...built.header,
    lastCheckpoint: checkpoints[checkpoints.length - 1] as Hex,
    dataCommitment: dataCommitment({ previous, checkpoints: checkpoints.map(BigInt), data }),
  };
  return { ...built, checkpoints, header };
}

/** Applies a segment to `state` in place and returns the checkpoint after it. */
function run(node: Node, state: State, data: SegmentData, segment: number, baseFee: bigint): Hex {
  const { l2ChainId, instance } = node.chain.book;
  const { n } = INSTANCES[instance];
  const records =
    data.source === "queue"
      ? wordsOfItems(data.items, n)
      : wordsOfData(data.bytes, { chainId: l2ChainId, baseFee, n });
  return toBytes32(applySegment(state, { first: segment === 0, records }).checkpoint);
}

function mint(state: State, account: bigint, amount: bigint): void {
  const key = state.accountKey(account);
  const { found, index, leaf } = state.tree.lookup(key);
  if (found) state.tree.set(index, { lo: leaf.lo + amount, hi: leaf.hi });
  else state.tree.insert(key, { lo: amount, hi: 0n });
}
