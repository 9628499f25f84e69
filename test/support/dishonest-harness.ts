// A sequencer that lies, for tests and scenarios only: it commits what the honest builder would never build.

import { type DerivedBatch, type Hex, NOTHING_ADDRESS, type SegmentData } from "../../src/chain/types.ts";
import { headOf } from "../../src/chain/view.ts";
import {
  applySegment,
  dataCommitment,
  INSTANCES,
  type State,
  toBytes32,
  wordsOfData,
  wordsOfItems,
} from "../../src/model/index.ts";
import type { BuiltBatch } from "../../src/node/batch-builder.ts";
import type { Node } from "../../src/node/node.ts";

export interface Lie {
  /** Segment whose checkpoint is wrong. */
  readonly segment: number;
  /**
   * `mint`: the corrupt state gives `accomplice` ETH out of nothing, and all later segments go on from it, so that only
   * this one segment is wrong. `flip`: the checkpoint is a number without a state; later ones are honest.
   */
  readonly how: "mint" | "flip";
  readonly accomplice?: Hex;
}

/** The honest batch with one lie in it. */
export function corrupt(node: Node, built: BuiltBatch, { segment, how, accomplice }: Lie): BuiltBatch {
  const { chain, view } = node.derivation;
  const { l2ChainId, instance } = chain.book;
  const { n } = INSTANCES[instance];
  const context = { chainId: l2ChainId, baseFee: built.header.baseFee, n };
  const state = node.stateAfter(headOf(view).id);
  const checkpoints = built.segments.map((data, i) => {
    const records = data.source === "queue" ? wordsOfItems(data.items, n) : wordsOfData(data.bytes, context);
    const { checkpoint } = applySegment(state, { first: i === 0, records });
    if (i !== segment) return checkpoint;
    if (how === "flip") return checkpoint ^ 1n;
    mint(state, BigInt(accomplice ?? NOTHING_ADDRESS) || 1n);
    return state.checkpoint();
  });
  return withCheckpoints(built, checkpoints.map(toBytes32));
}

/** A batch with other claims, and a header that fits them. */
export function withCheckpoints(built: BuiltBatch, checkpoints: readonly Hex[]): BuiltBatch {
  return withHeader({ ...built, checkpoints });
}

/** A batch on top of any parent, valid or not, that claims whatever it is told. */
export function onParent(
  parent: DerivedBatch,
  counter: bigint,
  data: readonly Uint8Array[],
  checkpoints: readonly Hex[],
): BuiltBatch {
  return withHeader({
    parent: { header: parent.header, counter: parent.counter },
    counter,
    header: { ...parent.header, number: parent.header.number + 1n, parent: parent.id, baseFee: 0n },
    segments: data.map((bytes): SegmentData => ({ source: "data", bytes })),
    checkpoints,
    transactions: [],
  });
}

function withHeader(built: BuiltBatch): BuiltBatch {
  const checkpoints = built.checkpoints.map(BigInt);
  const data = built.segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
  const previous = BigInt(built.parent.header.lastCheckpoint);
  const header = {
    ...built.header,
    lastCheckpoint: built.checkpoints[built.checkpoints.length - 1] as Hex,
    dataCommitment: dataCommitment({ previous, checkpoints, data }),
  };
  return { ...built, header };
}

function mint(state: State, account: bigint): void {
  const key = state.accountKey(account);
  const { found, index, leaf } = state.tree.lookup(key);
  if (found) state.tree.set(index, { lo: leaf.lo + 10n ** 24n, hi: leaf.hi });
  else state.tree.insert(key, { lo: 10n ** 24n, hi: 0n });
}
