// A sequencer that lies, for tests: the scenarios' liar, and claims that stand for no state at all.

import type { DerivedBatch, Hex, SegmentData } from "../../src/chain/types.ts";
import { toBytes32 } from "../../src/model/index.ts";
import type { BuiltBatch } from "../../src/node/batch-builder.ts";
import type { Node } from "../../src/node/node.ts";
import { lie, withClaims } from "../../src/scenarios/support/dishonest.ts";

export { withClaims as withCheckpoints } from "../../src/scenarios/support/dishonest.ts";

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

const LOOT = 10n ** 24n;
const SOMEBODY = `0x${"00".repeat(19)}01`;

/** The honest batch with one lie in it. */
export function corrupt(node: Node, built: BuiltBatch, { segment, how, accomplice }: Lie): BuiltBatch {
  if (how === "mint") {
    return lie(node, built, { segment, accomplice: accomplice ?? SOMEBODY, amount: LOOT }).built;
  }
  const flip = (claim: Hex, i: number) => (i === segment ? toBytes32(BigInt(claim) ^ 1n) : claim);
  return withClaims(built, built.checkpoints.map(flip));
}

/** A batch on top of any parent, valid or not, that claims whatever it is told. */
export function onParent(
  parent: DerivedBatch,
  counter: bigint,
  data: readonly Uint8Array[],
  checkpoints: readonly Hex[],
): BuiltBatch {
  const segments = data.map((bytes): SegmentData => ({ source: "data", bytes }));
  const header = { ...parent.header, number: parent.header.number + 1n, parent: parent.id, baseFee: 0n };
  const on = { header: parent.header, counter: parent.counter };
  return withClaims({ parent: on, counter, header, segments, checkpoints, transactions: [] }, checkpoints);
}
