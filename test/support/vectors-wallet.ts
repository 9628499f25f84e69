// Deterministic wallets that sign compact records, and a random source that repeats by seed.

import { getBytes, id, keccak256 } from "ethers";
import secp256k1 from "secp256k1";
import {
  feeOf,
  fromBytes,
  gasOf,
  type SignedRecord,
  signingHash,
  type UnsignedRecord,
} from "../../src/model/index.ts";

/** L2 chain id and base fee of all vectors. */
export const CHAIN_ID = 90_210n;
export const BASE_FEE = 7n;

export interface Wallet {
  readonly address: bigint;
  readonly privateKey: Uint8Array;
}

export function walletOf(name: string): Wallet {
  const privateKey = getBytes(id(`luntra wallet ${name}`));
  const point = secp256k1.publicKeyCreate(privateKey, false);
  return { privateKey, address: fromBytes(getBytes(keccak256(point.subarray(1))).subarray(12)) };
}

export function addressOf(name: string): bigint {
  return walletOf(name).address;
}

/** A record's fields but for those that most tests do not care about. */
export type RecordFields = Pick<UnsignedRecord, "kind"> & Partial<UnsignedRecord>;

/** Fills the fields that were left out: nonce 0, the exact gas limit, a fair price, token 0, amount 1. */
export function unsignedRecord(fields: RecordFields): UnsignedRecord {
  return {
    nonce: 0n,
    priority: 1n,
    maxFee: 2n * BASE_FEE,
    gasLimit: gasOf(fields.kind),
    token: 0n,
    recipient: 0n,
    amount: 1n,
    ...fields,
  };
}

export function signRecord(wallet: Wallet, fields: RecordFields, chainId: bigint = CHAIN_ID): SignedRecord {
  const record = unsignedRecord(fields);
  const { signature, recid } = secp256k1.ecdsaSign(getBytes(signingHash(record, chainId)), wallet.privateKey);
  const r = fromBytes(signature.subarray(0, 32));
  const s = fromBytes(signature.subarray(32));
  return { ...record, r, s, parity: recid % 2 === 1 ? 1 : 0 };
}

/** What a record of these fields pays at the vectors' base fee. */
export function feeAt(fields: RecordFields): bigint {
  return feeOf(unsignedRecord(fields), BASE_FEE);
}

/** Uniform choices that depend on the seed alone. */
export class Random {
  readonly #seed: string;
  #drawn = 0;

  constructor(seed: string | number) {
    this.#seed = String(seed);
  }

  /** An integer in `[0, bound)`. */
  below(bound: bigint): bigint {
    return BigInt(id(`${this.#seed}/${this.#drawn++}`)) % bound;
  }

  integer(bound: number): number {
    return Number(this.below(BigInt(bound)));
  }

  chance(percent: number): boolean {
    return this.integer(100) < percent;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(choices.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.integer(256));
  }
}
