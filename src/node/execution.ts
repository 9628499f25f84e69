// Re-execution of one batch: pure, from the state before it and the data that L1 holds.

import type { DerivedBatch, Hex, SegmentData } from "../chain/types.ts";
import {
  applySegment,
  type DecodeContext,
  decodeSegment,
  type Reason,
  type Receipt,
  type RecordWords,
  type SegmentWords,
  type SignedRecord,
  type State,
  type Status,
  toAddress,
  toBytes32,
  transactionHash,
  wordsOfData,
  wordsOfItems,
} from "../model/index.ts";

/** What re-execution of a batch says. Depends on nothing but the batch's id, which pins all that was read. */
export interface Execution {
  readonly id: Hex;
  /** One for each right segment. */
  readonly segments: readonly ExecutedSegment[];
  /** One computed checkpoint for each segment, up to and including the first wrong one. */
  readonly computed: readonly Hex[];
  /** The first segment whose computed checkpoint is not the claimed one. */
  readonly wrong?: number;
  readonly exits: readonly ExecutedExit[];
  readonly records: readonly ExecutedRecord[];
}

export interface ExecutedSegment {
  readonly checkpoint: Hex;
  readonly stateRoot: Hex;
  readonly records: readonly ExecutedRecord[];
}

export interface ExecutedExit {
  readonly batch: Hex;
  readonly number: bigint;
  /** Index in the batch's exit tree. */
  readonly index: bigint;
  readonly token: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
}

export interface ExecutedRecord {
  readonly segment: number;
  readonly kind: bigint;
  readonly status: Status;
  readonly reason?: Reason;
  readonly sender: Hex;
  readonly recipient: Hex;
  readonly token: Hex;
  readonly amount: bigint;
  readonly fee: bigint;
  /** Index of its exit in the batch's exit tree. */
  readonly exit?: bigint;
  /** Hash of the L2 transaction, and the transaction; absent for queue items. */
  readonly transaction?: Hex;
  readonly signed?: SignedRecord;
  /** Index in L1's queue; absent for signed transactions. */
  readonly item?: bigint;
}

/** Where a record comes from, beside its words. */
export type Origin = { readonly transaction: Hex; readonly signed: SignedRecord } | { readonly item: bigint };

/** The words of a segment, with as many records as there are in it. */
export function segmentWords(batch: DerivedBatch, segment: number, context: DecodeContext): SegmentWords {
  const data = batch.segments[segment] as SegmentData;
  const records =
    data.source === "queue" ? wordsOfItems(data.items, context.n) : wordsOfData(data.bytes, context);
  return { first: segment === 0, records };
}

/** Runs a batch on `state`, in place, up to its first wrong segment. */
export function executeBatch(batch: DerivedBatch, state: State, context: DecodeContext): Execution {
  const { id } = batch;
  const segments: ExecutedSegment[] = [];
  for (const [segment, claimed] of batch.checkpoints.entries()) {
    const words = segmentWords(batch, segment, context);
    const { checkpoint, receipts } = applySegment(state, words);
    if (toBytes32(checkpoint) !== claimed) {
      const computed = [...segments.map((one) => one.checkpoint), toBytes32(checkpoint)];
      return { ...executionOf(id, batch.header.number, segments), computed, wrong: segment };
    }
    const origins = originsOf(batch, segment, context);
    segments.push(executedSegment(segment, state, words.records, receipts, origins));
  }
  return executionOf(id, batch.header.number, segments);
}

/** What a segment came to; `state` is the one after it. */
export function executedSegment(
  segment: number,
  state: State,
  words: readonly RecordWords[],
  receipts: readonly Receipt[],
  origins: readonly Origin[],
): ExecutedSegment {
  const records = receipts.map(({ status, reason, fee, exit }, i): ExecutedRecord => {
    const why = reason === undefined ? {} : { reason };
    const its = exit === undefined ? {} : { exit: BigInt(exit.index) };
    return {
      segment,
      ...readableRecord(words[i] as RecordWords),
      status,
      ...why,
      fee,
      ...its,
      ...origins[i],
    };
  });
  const stateRoot = toBytes32(state.preimage().stateRoot);
  return { checkpoint: toBytes32(state.checkpoint()), stateRoot, records };
}

/** A batch's execution, all of its segments being right. */
export function executionOf(id: Hex, number: bigint, segments: readonly ExecutedSegment[]): Execution {
  const records = segments.flatMap((one) => one.records);
  const exits = records.flatMap(({ exit: index, token, recipient, amount }) =>
    index === undefined ? [] : [{ batch: id, number, index, token, recipient, amount }],
  );
  return { id, segments, computed: segments.map((one) => one.checkpoint), exits, records };
}

function readableRecord({ kind, sender, recipient, token, amount }: RecordWords) {
  return {
    kind,
    sender: toAddress(sender),
    recipient: toAddress(recipient),
    token: toAddress(token),
    amount,
  };
}

/** One for each record of a segment. */
export function originsOf(
  batch: DerivedBatch,
  segment: number,
  { chainId, n }: DecodeContext,
): readonly Origin[] {
  const data = batch.segments[segment] as SegmentData;
  if (data.source === "queue") {
    const first = batch.queueStart + BigInt(segment * n);
    return data.items.map((_, i) => ({ item: first + BigInt(i) }));
  }
  return decodeSegment(data.bytes, n).map((signed) => ({
    transaction: transactionHash(signed, chainId),
    signed,
  }));
}
