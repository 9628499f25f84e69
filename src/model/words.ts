// What L1 makes of a segment's bytes or of queue items: the words that a proof is about (protocol §4).

import { fail } from "../errors.ts";
import type { QueueItem } from "./batch.ts";
import { decodeSegment, type SignedRecord, type UnsignedRecord } from "./codec.ts";
import { uint } from "./field.ts";
import { flagsOf, isQueueKind, Kind, NO_RECORD, type RecordWords, type SignedKind } from "./records.ts";
import { recoverSender } from "./transaction.ts";

/** What decoding depends on besides the bytes. */
export interface DecodeContext {
  /** Chain id of this L2. */
  readonly chainId: bigint;
  /** Base fee in the batch's header. */
  readonly baseFee: bigint;
  readonly n: number;
}

export function gasOf(kind: SignedKind): bigint {
  switch (kind) {
    case Kind.transferEth:
      return 21_000n;
    case Kind.transferToken:
    case Kind.withdrawEth:
      return 40_000n;
    case Kind.withdrawToken:
      return 50_000n;
  }
}

type FeeFields = Pick<UnsignedRecord, "kind" | "priority" | "maxFee" | "gasLimit">;

/** Price of a unit of gas that a record pays, in wei. */
export function gasPriceOf({ priority, maxFee }: FeeFields, baseFee: bigint): bigint {
  const price = baseFee + priority;
  return maxFee < price ? maxFee : price;
}

export function feeOf(record: FeeFields, baseFee: bigint): bigint {
  return gasOf(record.kind) * gasPriceOf(record, baseFee);
}

/** Whether a record offers too little gas or pays too low a price to count at all. */
export function isUnderpaid({ kind, priority, maxFee, gasLimit }: FeeFields, baseFee: bigint): boolean {
  return gasLimit < gasOf(kind) || maxFee < baseFee || priority > maxFee;
}

/** Words of each record that parsing finds, void ones included: `m` of them, at most `n`. */
export function wordsOfData(bytes: Uint8Array, { chainId, baseFee, n }: DecodeContext): RecordWords[] {
  return decodeSegment(bytes, n).map((record) => wordsOfRecord(record, chainId, baseFee));
}

export function wordsOfRecord(record: SignedRecord, chainId: bigint, baseFee: bigint): RecordWords {
  return wordsOfSigned(record, recoverSender(record, chainId), baseFee);
}

/** As `wordsOfRecord`, for a sender that has been recovered already. */
export function wordsOfSigned(record: SignedRecord, sender: bigint, baseFee: bigint): RecordWords {
  if (sender === 0n || isUnderpaid(record, baseFee)) return NO_RECORD;
  const { kind, recipient, token, amount, nonce } = record;
  return { kind, sender, recipient, token, amount, nonce, fee: feeOf(record, baseFee) };
}

/** Words of a segment's queue items. */
export function wordsOfItems(items: readonly QueueItem[], n: number): RecordWords[] {
  if (items.length > n) fail("SEGMENT_SIZE", { records: items.length, most: n });
  return items.map(wordsOfItem);
}

function wordsOfItem(item: QueueItem): RecordWords {
  const { kind } = item;
  if (!isQueueKind(kind)) fail("NOT_A_QUEUE_ITEM", { kind, reason: "no queue item has this kind" });
  if (item.amount === 0n) fail("NOT_A_QUEUE_ITEM", { kind, reason: "its amount is 0" });
  const token = BigInt(item.token);
  if (!flagsOf(kind).token && token !== 0n) fail("NOT_A_QUEUE_ITEM", { kind, reason: "ETH with a token" });
  return {
    kind,
    sender: BigInt(item.sender),
    recipient: BigInt(item.recipient),
    token,
    amount: uint(item.amount, 128, "amount"),
    nonce: 0n,
    fee: 0n,
  };
}
