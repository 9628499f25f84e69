// From a wallet's raw transaction to a record, with a typed error for everything that has no record.

import { decodeRlp, hexlify, keccak256, type Transaction } from "ethers";
import { fail } from "../errors.ts";
import { FIELD_BYTES, type SignedRecord, type UnsignedRecord } from "./codec.ts";
import { bytesOf, fromBytes } from "./field.ts";
import { BRIDGE_PREDEPLOY } from "./params.ts";
import { Kind } from "./records.ts";
import { rawFromRecord, recoverSender, SECP256K1_ORDER, SELECTORS, TRANSACTION_TYPE } from "./transaction.ts";

/** Fields of a signed EIP-1559 transaction, in order. */
const FIELDS = [
  "chainId",
  "nonce",
  "priority",
  "maxFee",
  "gasLimit",
  "to",
  "value",
  "data",
  "accessList",
  "parity",
  "r",
  "s",
] as const;

type RawField = (typeof FIELDS)[number];
type RawFields = Readonly<Record<RawField, string>>;

/** A signed transaction with what its bytes alone tell. */
export interface SignedTransaction {
  readonly record: SignedRecord;
  readonly sender: bigint;
  readonly hash: string;
}

/** The record of a signed transaction. `rawFromRecord` gives the same bytes back. */
export function recordFromRaw(raw: string | Transaction, chainId: bigint): SignedRecord {
  return transactionFromRaw(raw, chainId).record;
}

/** As `recordFromRaw`, with the sender, whose recovery is most of the work, and the hash. */
export function transactionFromRaw(raw: string | Transaction, chainId: bigint): SignedTransaction {
  const bytes = rawBytes(raw);
  const fields = parse(bytes);
  const actual = integer(fields, "chainId");
  if (actual !== chainId) fail("TX_CHAIN_ID", { expected: chainId, actual });

  const parity = integer(fields, "parity");
  if (parity > 1n) malformed("the signature's parity is neither 0 nor 1");
  const record: SignedRecord = {
    ...unsignedRecord(fields),
    r: integer(fields, "r"),
    s: integer(fields, "s"),
    parity: parity === 0n ? 0 : 1,
  };
  if (record.s > SECP256K1_ORDER / 2n) fail("TX_SIGNATURE", { reason: "s is above half the curve order" });
  const sender = recoverSender(record, chainId);
  if (sender === 0n) fail("TX_SIGNATURE", { reason: "it recovers to no account" });
  if (rawFromRecord(record, chainId) !== hexlify(bytes)) malformed("a field is not in its shortest form");
  return { record, sender, hash: keccak256(bytes) };
}

function unsignedRecord(fields: RawFields): UnsignedRecord {
  if (fields.to === "0x") fail("TX_CREATION", {});
  const to = address(fields.to);
  const common = {
    nonce: narrow(fields, "nonce"),
    priority: narrow(fields, "priority"),
    maxFee: narrow(fields, "maxFee"),
    gasLimit: narrow(fields, "gasLimit"),
  };
  const value = integer(fields, "value");
  const { selector, args } = splitCall(fields.data);

  if (selector === "0x") {
    return { kind: Kind.transferEth, ...common, token: 0n, recipient: to, amount: amount(value) };
  }
  if (selector === SELECTORS.transfer && args.length === 2) {
    const [recipient, sum] = args as [bigint, bigint];
    noValue(value);
    return {
      kind: Kind.transferToken,
      ...common,
      token: to,
      recipient: account(recipient),
      amount: amount(sum),
    };
  }
  if (to === BRIDGE_PREDEPLOY && selector === SELECTORS.withdrawEth && args.length === 1) {
    const [recipient] = args as [bigint];
    return {
      kind: Kind.withdrawEth,
      ...common,
      token: 0n,
      recipient: account(recipient),
      amount: amount(value),
    };
  }
  if (to === BRIDGE_PREDEPLOY && selector === SELECTORS.withdrawToken && args.length === 3) {
    const [token, recipient, sum] = args as [bigint, bigint, bigint];
    noValue(value);
    return {
      kind: Kind.withdrawToken,
      ...common,
      token: account(token),
      recipient: account(recipient),
      amount: amount(sum),
    };
  }
  return fail("TX_PAYLOAD", { to: fields.to, selector });
}

function rawBytes(raw: string | Transaction): Uint8Array {
  if (typeof raw !== "string")
    return raw.isSigned() ? bytesOf(raw.serialized) : malformed("it is not signed");
  return bytesOf(raw);
}

function parse(bytes: Uint8Array): RawFields {
  const type = bytes[0] ?? malformed("it is empty");
  // A legacy transaction has no type byte: its first byte opens an RLP list.
  if (type >= 0xc0) fail("TX_TYPE", { type: 0 });
  if (type !== TRANSACTION_TYPE) fail("TX_TYPE", { type });

  const items = decodeList(bytes.subarray(1));
  if (items.length === FIELDS.length - 3) malformed("it is not signed");
  if (items.length !== FIELDS.length) malformed(`it has ${items.length} fields, not ${FIELDS.length}`);
  const fields = Object.fromEntries(FIELDS.map((field, i) => [field, items[i]])) as Record<RawField, unknown>;

  const { accessList, ...scalars } = fields;
  if (!Array.isArray(accessList)) malformed("its access list is no list");
  else if (accessList.length > 0) fail("TX_ACCESS_LIST", {});
  if (Object.values(scalars).some((item) => typeof item !== "string")) malformed("a field is a list");
  return fields as RawFields;
}

function decodeList(rlp: Uint8Array): readonly unknown[] {
  let decoded: unknown;
  try {
    decoded = decodeRlp(rlp);
  } catch (cause) {
    return fail("TX_MALFORMED", { reason: "its RLP cannot be decoded" }, cause);
  }
  return Array.isArray(decoded) ? decoded : malformed("its RLP is no list");
}

function splitCall(data: string): { selector: string; args: bigint[] } {
  const bytes = bytesOf(data);
  const args: bigint[] = [];
  if (bytes.length % 32 === 4) {
    for (let i = 4; i < bytes.length; i += 32) args.push(fromBytes(bytes.subarray(i, i + 32)));
  }
  return { selector: hexlify(bytes.subarray(0, 4)), args };
}

function integer(fields: RawFields, field: RawField): bigint {
  return fromBytes(bytesOf(fields[field]));
}

function narrow(fields: RawFields, field: "nonce" | "priority" | "maxFee" | "gasLimit"): bigint {
  return below(integer(fields, field), 8 * FIELD_BYTES[field], field);
}

function amount(value: bigint): bigint {
  return below(value, 8 * FIELD_BYTES.amount, "amount");
}

function account(word: bigint): bigint {
  return below(word, 160, "address argument");
}

function below(value: bigint, bits: number, field: string): bigint {
  return value >> BigInt(bits) === 0n ? value : fail("TX_FIELD_TOO_WIDE", { field, bits, value });
}

function address(hex: string): bigint {
  const bytes = bytesOf(hex);
  return bytes.length === 20
    ? fromBytes(bytes)
    : malformed(`its recipient has ${bytes.length} bytes, not 20`);
}

function noValue(value: bigint): void {
  if (value !== 0n) fail("TX_VALUE", { value });
}

function malformed(reason: string): never {
  return fail("TX_MALFORMED", { reason });
}
