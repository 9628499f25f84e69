// A segment with its source and the model's result.

import {
  applySegment,
  encodeSegment,
  type Hash,
  type QueueItem,
  type Receipt,
  type SegmentWords,
  type SignedRecord,
  type State,
  wordsOfData,
  wordsOfItems,
} from "../../src/model/index.ts";
import { BASE_FEE, CHAIN_ID } from "./vectors-wallet.ts";

/** Where a segment's words come from. */
export type SegmentSource =
  | { readonly type: "data"; readonly data: Uint8Array; readonly records: readonly SignedRecord[] }
  | { readonly type: "queue"; readonly items: readonly QueueItem[] };

export interface SegmentVector {
  readonly n: number;
  /** Decoding depends on these two, `CHAIN_ID` and `BASE_FEE` in all vectors. */
  readonly chainId: bigint;
  readonly baseFee: bigint;
  readonly source: SegmentSource;
  /** `words.records` are as many as parsing finds, or as there are queue items. */
  readonly words: SegmentWords;
  /** State before and after. Vectors share them: clone before use. */
  readonly before: State;
  readonly after: State;
  /** Checkpoints before and after. */
  readonly a: bigint;
  readonly b: bigint;
  readonly receipts: readonly Receipt[];
}

/** Sizes of the state. Small depths keep the pure hash fast; circuits need those of their instance. */
export interface VectorOptions {
  readonly n?: number;
  readonly D?: number;
  readonly E?: number;
  readonly hash?: Hash;
}

/** Data that decodes to `records`, and perhaps bytes after them that count for nothing. */
export function dataSource(
  records: readonly SignedRecord[],
  tail: Uint8Array = new Uint8Array(),
): SegmentSource {
  return { type: "data", data: Uint8Array.from([...encodeSegment(records), ...tail]), records };
}

export function queueSource(items: readonly QueueItem[]): SegmentSource {
  return { type: "queue", items };
}

/** Runs the model over a segment. `before` is left alone. */
export function vectorOf(before: State, source: SegmentSource, first: boolean, n: number): SegmentVector {
  const context = { chainId: CHAIN_ID, baseFee: BASE_FEE, n };
  const records = source.type === "data" ? wordsOfData(source.data, context) : wordsOfItems(source.items, n);
  const words = { first, records };
  const after = before.clone();
  const { checkpoint, receipts } = applySegment(after, words);
  const { chainId, baseFee } = context;
  return {
    n,
    chainId,
    baseFee,
    source,
    words,
    before,
    after,
    a: before.checkpoint(),
    b: checkpoint,
    receipts,
  };
}
