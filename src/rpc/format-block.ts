// Blocks and their headers as wallets expect them. docs/rpc.md says which fields mean something here.

import { concat, keccak256, ZeroHash } from "ethers";
import type { Hex } from "../chain/types.ts";
import type { L2Block, L2Transaction } from "../l2/types.ts";
import { bloomOf } from "./bloom.ts";
import { formatTransaction } from "./format-transaction.ts";
import { toQuantity } from "./json.ts";
import { logsOf } from "./placed.ts";

const NO_UNCLES = "0x1dcc4de8dec75d7aab85b567b6ccd41ad312451b948a7413f0a142fd40d49347";
const NO_TRANSACTIONS = "0x56e81f171bcc55a6ff8345e692c0f86e5b48e01b996cadc001622fb5e363b421";

export interface BlockContext {
  readonly chainId: bigint;
  /** Records in a block. */
  readonly n: number;
  /** Of the next block: wallets reckon from the latest one, even if that is genesis. */
  readonly baseFee: bigint;
}

/** Of the costliest transaction. */
const MOST_GAS = 50_000n;

type Header = ReturnType<typeof headerOf>;

const headers = new WeakMap<L2Block, Header>();

/** Worked out once a block: each subscription to new heads is told the same. */
export function formatHeader(block: L2Block, context: BlockContext): Header {
  const known = headers.get(block);
  if (known !== undefined) return known;
  const fresh = headerOf(block, context);
  // The base fee that genesis shows is no property of it.
  if (block.source !== "genesis") headers.set(block, fresh);
  return fresh;
}

export function gasLimit({ n }: Pick<BlockContext, "n">): bigint {
  return MOST_GAS * BigInt(n);
}

export function baseFeeOf(block: L2Block, { baseFee }: Pick<BlockContext, "baseFee">): bigint {
  return block.source === "genesis" ? baseFee : block.baseFee;
}

function headerOf(block: L2Block, context: BlockContext) {
  const { transactions } = block;
  const all = (of: (its: L2Transaction) => Hex) =>
    transactions.length === 0 ? NO_TRANSACTIONS : keccak256(concat(transactions.map(of)));
  return {
    number: toQuantity(block.number),
    hash: block.hash,
    parentHash: block.parentHash,
    timestamp: toQuantity(block.timestamp),
    stateRoot: block.stateRoot,
    transactionsRoot: all(({ hash }) => hash),
    receiptsRoot: all(({ hash, status }) => concat([hash, status === "executed" ? "0x01" : "0x00"])),
    logsBloom: bloomOf(logsOf(block)),
    miner: block.feeRecipient,
    baseFeePerGas: toQuantity(baseFeeOf(block, context)),
    gasLimit: toQuantity(gasLimit(context)),
    gasUsed: toQuantity(block.gasUsed),
    sha3Uncles: NO_UNCLES,
    mixHash: ZeroHash,
    nonce: "0x0000000000000000",
    difficulty: "0x0",
    extraData: "0x",
  };
}

export function formatBlock(block: L2Block, full: boolean, context: BlockContext) {
  const { transactions } = block;
  return {
    ...formatHeader(block, context),
    size: toQuantity(block.size),
    totalDifficulty: "0x0",
    uncles: [],
    transactions: full
      ? transactions.map((its) => formatTransaction(its, block, context.chainId))
      : transactions.map(({ hash }) => hash),
  };
}
