// A derived batch in the forms that the contracts' dispute calls take.

import { hexlify } from "ethers";
import { type Batch, openSegment } from "../model/batch.ts";
import type { DerivedBatch, Hex, SegmentOpening } from "./types.ts";

/** Header and counter alone. */
export function batchOf({ header, counter }: DerivedBatch): Batch {
  return { header, counter };
}

/** `previous`: the checkpoint before the batch, its parent's last one. */
export function openingOf(batch: DerivedBatch, previous: Hex, segment: number): SegmentOpening {
  const data = batch.segments.flatMap((one) => (one.source === "data" ? [one.bytes] : []));
  const checkpoints = batch.checkpoints.map(BigInt);
  const opening = openSegment({ previous: BigInt(previous), checkpoints, data }, segment);
  const its = batch.segments[segment];
  return {
    segment,
    previous: opening.previous,
    claimed: opening.claimed,
    data: hexlify(opening.data),
    items: its?.source === "queue" ? [...its.items] : [],
    path: [...opening.path],
  };
}
