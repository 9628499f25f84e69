// Batches of L1 and the L2 blocks that their segments are.

import type { DerivedBatch } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import type { L2Block, L2Chain } from "../l2/types.ts";
import type { RpcContext } from "./context.ts";
import type { BlockRef } from "./params.ts";

/** Live by number or tag, live or dead by id. `latest`, `safe` and `pending` are the last batch on L1. */
export function batchAt({ node: { derivation } }: RpcContext, ref: BlockRef): DerivedBatch | undefined {
  const { view } = derivation;
  if ("tag" in ref) {
    if (ref.tag === "earliest") return view.live[0];
    return view.live[Number(ref.tag === "finalized" ? view.finalized : view.head)];
  }
  if (ref.number !== undefined) return view.live[Number(ref.number)];
  try {
    return derivation.batch(ref.hash);
  } catch (error) {
    if (isLuntraError(error, "UNKNOWN_BATCH")) return undefined;
    throw error;
  }
}

/** The block of a batch's segment, if it is in the chain. */
export function blockOfSegment(
  chain: L2Chain,
  { id, header }: DerivedBatch,
  segment: number,
): L2Block | undefined {
  const first = firstBlockFrom(chain, header.number);
  const block = chain.block(first + BigInt(segment));
  return block?.place.id === id && block.place.segment === segment ? block : undefined;
}

/** Number of the first block of that batch or a later one: batches follow one another as blocks do. */
function firstBlockFrom(chain: L2Chain, batch: bigint): bigint {
  let [low, high] = [0n, chain.number("latest") + 1n];
  while (low < high) {
    const middle = (low + high) / 2n;
    const its = chain.block(middle)?.place.batch ?? batch;
    if (its < batch) low = middle + 1n;
    else high = middle;
  }
  return low;
}
