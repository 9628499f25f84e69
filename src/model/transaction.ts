// A signed record as the EIP-1559 transaction it stands for: rebuilding, hashing, recovering the sender
// (protocol §4.1). The conversion is lossless in both directions.

import { concat, dataSlice, encodeRlp, id, keccak256, toBeHex } from "ethers";
import secp256k1 from "secp256k1";
import type { SignedRecord, UnsignedRecord } from "./codec.ts";
import { bytesOf, fromBytes, toAddress, toBytes, toBytes32 } from "./field.ts";
import { BRIDGE_PREDEPLOY } from "./params.ts";
import { Kind } from "./records.ts";

export const SECP256K1_ORDER = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;

export const TRANSACTION_TYPE = 2;

const selector = (signature: string) => dataSlice(id(signature), 0, 4);

/** Calls that a record can stand for. */
export const SELECTORS = {
  transfer: selector("transfer(address,uint256)"),
  withdrawEth: selector("withdrawEth(address)"),
  withdrawToken: selector("withdrawToken(address,address,uint256)"),
} as const;

/** Target, value and data of the transaction that a record stands for. */
export interface Call {
  readonly to: bigint;
  readonly value: bigint;
  readonly data: string;
}

export function callOf({ kind, token, recipient, amount }: UnsignedRecord): Call {
  switch (kind) {
    case Kind.transferEth:
      return { to: recipient, value: amount, data: "0x" };
    case Kind.transferToken:
      return { to: token, value: 0n, data: calldata(SELECTORS.transfer, recipient, amount) };
    case Kind.withdrawEth:
      return { to: BRIDGE_PREDEPLOY, value: amount, data: calldata(SELECTORS.withdrawEth, recipient) };
    case Kind.withdrawToken: {
      const data = calldata(SELECTORS.withdrawToken, token, recipient, amount);
      return { to: BRIDGE_PREDEPLOY, value: 0n, data };
    }
  }
}

function calldata(selector: string, ...args: bigint[]): string {
  return concat([selector, ...args.map(toBytes32)]);
}

/** The hash that a wallet signs. */
export function signingHash(record: UnsignedRecord, chainId: bigint): string {
  return keccak256(typed(payloadOf(record, chainId)));
}

/** The signed transaction, as `eth_sendRawTransaction` takes it. */
export function rawFromRecord(record: SignedRecord, chainId: bigint): string {
  const signature = [BigInt(record.parity), record.r, record.s].map(minimal);
  return typed([...payloadOf(record, chainId), ...signature]);
}

export function transactionHash(record: SignedRecord, chainId: bigint): string {
  return keccak256(rawFromRecord(record, chainId));
}

type Payload = (string | never[])[];

function payloadOf(record: UnsignedRecord, chainId: bigint): Payload {
  const { to, value, data } = callOf(record);
  const { nonce, priority, maxFee, gasLimit } = record;
  const numbers = [chainId, nonce, priority, maxFee, gasLimit].map(minimal);
  return [...numbers, toAddress(to), minimal(value), data, []];
}

function typed(payload: Payload): string {
  return concat([toBeHex(TRANSACTION_TYPE), encodeRlp(payload)]);
}

/** RLP has integers without leading zeros: 0 is the empty string. */
function minimal(x: bigint): string {
  const digits = x === 0n ? "" : x.toString(16);
  return `0x${digits.length % 2 === 0 ? "" : "0"}${digits}`;
}

/** The account that signed a record; 0 if nobody did or if `s` is high. */
export function recoverSender(record: SignedRecord, chainId: bigint): bigint {
  if (record.s > SECP256K1_ORDER / 2n) return 0n;
  return ecrecover(signingHash(record, chainId), record);
}

/** The EVM's precompile for `v = 27 + parity`; 0 where it returns nothing. High `s` recovers like any other. */
export function ecrecover(
  hash: string,
  { r, s, parity }: { readonly r: bigint; readonly s: bigint; readonly parity: 0 | 1 },
): bigint {
  if (r === 0n || r >= SECP256K1_ORDER || s === 0n || s >= SECP256K1_ORDER) return 0n;
  const signature = new Uint8Array([...toBytes(r, 32), ...toBytes(s, 32)]);
  try {
    const point = secp256k1.ecdsaRecover(signature, parity, bytesOf(hash), false);
    return fromBytes(bytesOf(keccak256(point.subarray(1))).subarray(12));
  } catch {
    return 0n; // No point has this r, or the recovered key is the point at infinity.
  }
}
