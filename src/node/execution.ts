// Re-execution of one batch: pure, from the state before it and the data that L1 holds.

import type { DerivedBatch, Hex, SegmentData } from "../chain/types.ts";
import {
  applySegment,
  type DecodeContext,
  decodeSegment,
  type Reason,
  type RecordWords,
  type SegmentWords,
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
  /** One computed checkpoint for each segment, up to and including the first wrong one. */
  readonly computed: readonly Hex[];
  /** The first segment whose computed checkpoint is not the claimed one. */
  readonly wrong?: number;
  readonly exits: readonly ExecutedExit[];
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
  /** Hash of the L2 transaction; absent for queue items. */
  readonly transaction?: Hex;
}

/** The words of a segment, with as many records as there are in it. */
export function segmentWords(batch: DerivedBatch, segment: number, context: DecodeContext): SegmentWords {
  const data = batch.segments[segment] as SegmentData;
  const records =
    data.source === "queue" ? wordsOfItems(data.items, context.n) : wordsOfData(data.bytes, context);
  return { first: segment === 0, records };
}

/** Runs a batch on `state`, in place, up to its first wrong segment. */
export function executeBatch(batch: DerivedBatch, state: State, context: DecodeContext): Execution {
  const computed: Hex[] = [];
  const exits: ExecutedExit[] = [];
  const records: ExecutedRecord[] = [];
  for (const [segment, claimed] of batch.checkpoints.entries()) {
    const words = segmentWords(batch, segment, context);
    const { checkpoint, receipts } = applySegment(state, words);
    computed.push(toBytes32(checkpoint));
    if (computed[segment] !== claimed) return { id: batch.id, computed, wrong: segment, exits, records };

    const hashes = transactionHashes(batch.segments[segment] as SegmentData, context);
    for (const [i, { status, reason, fee, exit }] of receipts.entries()) {
      const readable = readableRecord(words.records[i] as RecordWords);
      const why = reason === undefined ? {} : { reason };
      const transaction = hashes[i] === undefined ? {} : { transaction: hashes[i] };
      records.push({ segment, ...readable, status, ...why, fee, ...transaction });
      if (exit === undefined) continue;
      const { token, recipient, amount } = exit;
      const readableExit = { token: toAddress(token), recipient: toAddress(recipient), amount };
      const place = { batch: batch.id, number: batch.header.number, index: BigInt(exit.index) };
      exits.push({ ...place, ...readableExit });
    }
  }
  return { id: batch.id, computed, exits, records };
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

function transactionHashes(data: SegmentData, { chainId, n }: DecodeContext): readonly Hex[] {
  if (data.source === "queue") return [];
  return decodeSegment(data.bytes, n).map((record) => transactionHash(record, chainId));
}
