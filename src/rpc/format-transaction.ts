// Transactions and receipts as wallets expect them. Items of L1's queue are transactions, too, of a type of their own.

import { AbiCoder, concat, id } from "ethers";
import type { Hex } from "../chain/types.ts";
import { BRIDGE_ADDRESS } from "../l2/events.ts";
import type { L2Block, L2Transaction, PooledTransaction } from "../l2/types.ts";
import {
  type Call,
  callOf,
  Flag,
  gasPriceOf,
  Kind,
  type SignedKind,
  type SignedRecord,
  toAddress,
} from "../model/index.ts";
import { bloomOf } from "./bloom.ts";
import { toQuantity } from "./json.ts";
import { formatLog, type Placed } from "./placed.ts";

const SIGNED_TYPE = "0x2";
/** As other L2s have it for deposits. */
const QUEUE_ITEM_TYPE = "0x7e";

/**
 * First nonce of queue items, above all that an account can have: clients take a transaction with the same sender and nonce
 * for a replacement.
 */
const QUEUE_NONCES = 1n << 32n;

const DEPOSIT_TOKEN = id("depositToken(address,address,uint256)").slice(0, 10);

export function formatTransaction(transaction: L2Transaction, block: L2Block, chainId: bigint) {
  const { hash, from, record, index } = transaction;
  const place = {
    hash,
    from,
    blockHash: block.hash,
    blockNumber: toQuantity(block.number),
    transactionIndex: toQuantity(index),
    chainId: toQuantity(chainId),
  };
  if (record === undefined) return { ...place, ...formatItem(transaction) };
  return { ...place, ...formatRecord(record, gasPriceOf(record, block.baseFee)) };
}

export function formatPooled({ hash, sender, record }: PooledTransaction, chainId: bigint) {
  return {
    hash,
    from: sender,
    blockHash: null,
    blockNumber: null,
    transactionIndex: null,
    chainId: toQuantity(chainId),
    ...formatRecord(record, record.maxFee),
  };
}

function formatRecord(record: SignedRecord, gasPrice: bigint) {
  const { to, value, data } = callOf(record);
  const parity = toQuantity(record.parity);
  return {
    type: SIGNED_TYPE,
    nonce: toQuantity(record.nonce),
    to: toAddress(to),
    value: toQuantity(value),
    input: data,
    gas: toQuantity(record.gasLimit),
    gasPrice: toQuantity(gasPrice),
    maxFeePerGas: toQuantity(record.maxFee),
    maxPriorityFeePerGas: toQuantity(record.priority),
    accessList: [],
    v: parity,
    yParity: parity,
    r: toQuantity(record.r),
    s: toQuantity(record.s),
  };
}

/** Nobody signed it: L1 says who sent it. */
function formatItem(transaction: L2Transaction) {
  const { to, value, data } = itemCall(transaction);
  return {
    type: QUEUE_ITEM_TYPE,
    nonce: toQuantity(QUEUE_NONCES + (transaction.item ?? 0n)),
    to: toAddress(to),
    value: toQuantity(value),
    input: data,
    gas: toQuantity(transaction.gasUsed),
    gasPrice: "0x0",
    v: "0x0",
    yParity: "0x0",
    r: "0x0",
    s: "0x0",
  };
}

/** A forced transaction is the call that its signed form would be; a token's deposit is one that only L1 makes. */
function itemCall({ kind, token, recipient, amount }: L2Transaction): Call {
  const ends = { token: BigInt(token), recipient: BigInt(recipient), amount };
  if (kind === Kind.depositEth) return { to: ends.recipient, value: amount, data: "0x" };
  if (kind === Kind.depositToken) {
    const types = ["address", "address", "uint256"];
    const args = AbiCoder.defaultAbiCoder().encode(types, [token, recipient, amount]);
    return { to: BigInt(BRIDGE_ADDRESS), value: 0n, data: concat([DEPOSIT_TOKEN, args]) };
  }
  const signed = (kind | Flag.signed) as SignedKind;
  return callOf({ kind: signed, nonce: 0n, priority: 0n, maxFee: 0n, gasLimit: 0n, ...ends });
}

export function formatReceipt({ transaction, logs, cumulativeGas }: Placed, block: L2Block) {
  const { hash, from, record, index, gasUsed, status } = transaction;
  const { to } = record === undefined ? itemCall(transaction) : callOf(record);
  return {
    transactionHash: hash as Hex,
    transactionIndex: toQuantity(index),
    blockHash: block.hash,
    blockNumber: toQuantity(block.number),
    from,
    to: toAddress(to),
    gasUsed: toQuantity(gasUsed),
    cumulativeGasUsed: toQuantity(cumulativeGas),
    effectiveGasPrice: toQuantity(record === undefined ? 0n : gasPriceOf(record, block.baseFee)),
    contractAddress: null,
    logs: logs.map((log) => formatLog(log)),
    logsBloom: bloomOf(logs),
    status: status === "executed" ? "0x1" : "0x0",
    type: record === undefined ? QUEUE_ITEM_TYPE : SIGNED_TYPE,
  };
}
