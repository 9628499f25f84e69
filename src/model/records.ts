// Record kinds, their flags, and a record as the circuit sees it (protocol §4.3).

import { fail } from "../errors.ts";

/** A record's kind is a sum of these. */
export const Flag = {
  /** The asset is a token, else ETH. */
  token: 1n,
  /** The sender's balance pays. */
  debit: 2n,
  /** An L2 recipient is paid. */
  credit: 4n,
  /** An L2 signature: nonce and fee apply. */
  signed: 8n,
} as const;

export const Kind = {
  nothing: 0n,
  forcedWithdrawEth: 2n,
  forcedWithdrawToken: 3n,
  depositEth: 4n,
  depositToken: 5n,
  forcedTransferEth: 6n,
  forcedTransferToken: 7n,
  withdrawEth: 10n,
  withdrawToken: 11n,
  transferEth: 14n,
  transferToken: 15n,
} as const;

export type KindName = keyof typeof Kind;
export type Kind = (typeof Kind)[KindName];
export type SignedKind = 10n | 11n | 14n | 15n;
export type QueueKind = 2n | 3n | 4n | 5n | 6n | 7n;

const KIND_NAMES = new Map<bigint, KindName>(
  (Object.entries(Kind) as [KindName, Kind][]).map(([name, kind]) => [kind, name]),
);

export interface KindFlags {
  readonly token: boolean;
  readonly debit: boolean;
  readonly credit: boolean;
  readonly signed: boolean;
}

export function isKind(kind: bigint): kind is Kind {
  return KIND_NAMES.has(kind);
}

export function isSignedKind(kind: bigint): kind is SignedKind {
  return isKind(kind) && flagsOf(kind).signed;
}

export function isQueueKind(kind: bigint): kind is QueueKind {
  return isKind(kind) && kind !== Kind.nothing && !flagsOf(kind).signed;
}

export function kindName(kind: bigint): KindName {
  return KIND_NAMES.get(kind) ?? fail("UNKNOWN_KIND", { kind });
}

export function flagsOf(kind: bigint): KindFlags {
  return {
    token: (kind & Flag.token) !== 0n,
    debit: (kind & Flag.debit) !== 0n,
    credit: (kind & Flag.credit) !== 0n,
    signed: (kind & Flag.signed) !== 0n,
  };
}

/** The seven words of a record, in their order. */
export interface RecordWords {
  readonly kind: bigint;
  readonly sender: bigint;
  readonly recipient: bigint;
  readonly token: bigint;
  readonly amount: bigint;
  readonly nonce: bigint;
  readonly fee: bigint;
}

export const WORDS_PER_RECORD = 7;

/** Words of an absent or void record. */
export const NO_RECORD: RecordWords = {
  kind: Kind.nothing,
  sender: 0n,
  recipient: 0n,
  token: 0n,
  amount: 0n,
  nonce: 0n,
  fee: 0n,
};

/** What the transition function reads of a segment. Records may be fewer than `n`: absent ones change nothing. */
export interface SegmentWords {
  /** Whether this is the batch's first segment. */
  readonly first: boolean;
  readonly records: readonly RecordWords[];
}

/** The `1 + 7n` words of a segment. */
export function flattenWords(first: boolean, records: readonly RecordWords[], n: number): bigint[] {
  if (records.length > n) fail("SEGMENT_SIZE", { records: records.length, most: n });
  const absent = Array.from({ length: n - records.length }, () => NO_RECORD);
  return [first ? 1n : 0n, ...[...records, ...absent].flatMap(wordsOf)];
}

function wordsOf(record: RecordWords): bigint[] {
  const { kind, sender, recipient, token, amount, nonce, fee } = record;
  return [kind, sender, recipient, token, amount, nonce, fee];
}
