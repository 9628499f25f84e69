// The compact form of signed records in batch data (protocol §4.1).

import { fromBytes, toBytes, uint } from "./field.ts";
import { flagsOf, isSignedKind, Kind, type SignedKind } from "./records.ts";

export interface Signature {
  readonly r: bigint;
  readonly s: bigint;
  /** Parity of the y coordinate of the signature's point. */
  readonly parity: 0 | 1;
}

/** What a record says, before anybody signed it. `token` is 0 in the ETH kinds. */
export interface UnsignedRecord {
  readonly kind: SignedKind;
  readonly nonce: bigint;
  readonly priority: bigint;
  readonly maxFee: bigint;
  readonly gasLimit: bigint;
  readonly token: bigint;
  readonly recipient: bigint;
  readonly amount: bigint;
}

export interface SignedRecord extends UnsignedRecord, Signature {}

type Field = Exclude<keyof UnsignedRecord, "kind">;

/** Width of each field in bytes. Kind byte, these fields in their order, then `r` and `vs`. */
export const FIELD_BYTES: Readonly<Record<Field, number>> = {
  nonce: 4,
  priority: 6,
  maxFee: 6,
  gasLimit: 3,
  token: 20,
  recipient: 20,
  amount: 14,
};

const ETH_FIELDS = ["nonce", "priority", "maxFee", "gasLimit", "recipient", "amount"] as const;
const TOKEN_FIELDS = ["nonce", "priority", "maxFee", "gasLimit", "token", "recipient", "amount"] as const;

const PARITY_BIT = 1n << 255n;

function fieldsOf(kind: SignedKind): readonly Field[] {
  return flagsOf(kind).token ? TOKEN_FIELDS : ETH_FIELDS;
}

/** Length in bytes of a record: 118 for ETH, 138 for tokens. */
export function recordLength(kind: SignedKind): number {
  return 1 + fieldsOf(kind).reduce((sum, field) => sum + FIELD_BYTES[field], 0) + 32 + 32;
}

/** Most bytes that a data segment may have: those of `n` of the longest records. */
export function maxSegmentBytes(n: number): number {
  return n * Math.max(recordLength(Kind.transferEth), recordLength(Kind.transferToken));
}

export function encodeRecord(record: SignedRecord): Uint8Array {
  const s = uint(record.s, 255, "s");
  return joined([
    toBytes(record.kind, 1),
    ...fieldsOf(record.kind).map((field) => toBytes(record[field], FIELD_BYTES[field])),
    toBytes(record.r, 32),
    toBytes(record.parity === 1 ? s | PARITY_BIT : s, 32),
  ]);
}

export function encodeSegment(records: readonly SignedRecord[]): Uint8Array {
  return joined(records.map(encodeRecord));
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Reads up to `n` records. Total: it stops at whatever is no whole record and ignores the rest. */
export function decodeSegment(bytes: Uint8Array, n: number): SignedRecord[] {
  const records: SignedRecord[] = [];
  let offset = 0;
  while (records.length < n) {
    const kind = BigInt(bytes[offset] ?? 0);
    if (!isSignedKind(kind)) break;
    const end = offset + recordLength(kind);
    if (end > bytes.length) break;
    records.push(decodeRecord(kind, bytes.subarray(offset + 1, end)));
    offset = end;
  }
  return records;
}

/** Decodes what follows a kind byte; `body` has exactly that kind's length. */
function decodeRecord(kind: SignedKind, body: Uint8Array): SignedRecord {
  let offset = 0;
  const take = (length: number) => {
    offset += length;
    return fromBytes(body.subarray(offset - length, offset));
  };

  const fields = Object.fromEntries(
    fieldsOf(kind).map((field) => [field, take(FIELD_BYTES[field])]),
  ) as unknown as Record<Exclude<Field, "token">, bigint>;
  const r = take(32);
  const vs = take(32);
  return { kind, token: 0n, ...fields, r, s: vs % PARITY_BIT, parity: vs >= PARITY_BIT ? 1 : 0 };
}
