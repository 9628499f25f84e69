// From an executed segment to an L2 block. A block's hash depends on nothing that changes when its batch reaches L1.

import { AbiCoder, concat, keccak256 } from "ethers";
import { NOTHING_ADDRESS, type Hex, type SegmentData } from "../chain/types.ts";
import { gasOf, toBytes32, type SignedKind, type State } from "../model/index.ts";
import type { ExecutedRecord, ExecutedSegment } from "../node/node.ts";
import { eventCount } from "./events.ts";
import type { BlockPlace, L2Block, L2Transaction } from "./types.ts";

const abi = AbiCoder.defaultAbiCoder();

export interface BlockFacts {
  readonly place: BlockPlace;
  readonly timestamp: bigint;
  readonly baseFee: bigint;
  readonly feeRecipient: Hex;
  readonly source: SegmentData["source"];
  /** Bytes of the segment's data. */
  readonly size: number;
}

export function genesisBlock(chainId: bigint, state: State): L2Block {
  const { stateRoot } = state.preimage();
  const checkpoint = toBytes32(state.checkpoint());
  const head = { number: 0n, parentHash: ZERO_HASH, checkpoint, baseFee: 0n, feeRecipient: NOTHING_ADDRESS };
  return {
    ...head,
    hash: hashOf(chainId, head, []),
    timestamp: 0n,
    stateRoot: toBytes32(stateRoot),
    source: "genesis",
    place: { batch: 0n, segment: 0 },
    transactions: [],
    gasUsed: 0n,
    size: 0,
  };
}

/** The block after `parent`. */
export function blockOf(
  chainId: bigint,
  parent: L2Block,
  { checkpoint, stateRoot, records }: ExecutedSegment,
  facts: BlockFacts,
): L2Block {
  const { baseFee, feeRecipient } = facts;
  const number = parent.number + 1n;
  const counted = records.filter(({ status }) => status !== "skipped");
  const hashes = counted.map((record) => transactionHashOf(chainId, record));
  const head = { number, parentHash: parent.hash, checkpoint, baseFee, feeRecipient };
  const hash = hashOf(chainId, head, hashes);

  const transactions: L2Transaction[] = [];
  let logIndex = 0;
  for (const [index, record] of counted.entries()) {
    const its = { hash: hashes[index] as Hex, block: number, blockHash: hash, index, logIndex };
    transactions.push(transactionOf(record, its));
    logIndex += eventCount(record);
  }
  const gasUsed = transactions.reduce((sum, one) => sum + one.gasUsed, 0n);
  return { ...head, hash, stateRoot, transactions, gasUsed, ...facts };
}

/** Of a signed transaction Ethereum's own; of a queue item, which has none, one of its place in L1's queue. */
function transactionHashOf(chainId: bigint, { transaction, item }: ExecutedRecord): Hex {
  return transaction ?? queueItemHash(chainId, item as bigint);
}

export function queueItemHash(chainId: bigint, item: bigint): Hex {
  return keccak256(abi.encode(["string", "uint256", "uint256"], ["luntra queue item", chainId, item]));
}

type Place = Pick<L2Transaction, "hash" | "block" | "blockHash" | "index" | "logIndex">;

function transactionOf(record: ExecutedRecord, place: Place): L2Transaction {
  const { kind, sender, recipient, token, amount, fee, status, reason, exit, signed, item } = record;
  return {
    ...place,
    kind,
    from: sender,
    recipient,
    token,
    amount,
    fee,
    gasUsed: signed === undefined ? 0n : gasOf(kind as SignedKind),
    status: status as "executed" | "failed",
    ...(reason === undefined ? {} : { reason }),
    ...(exit === undefined ? {} : { exit }),
    ...(signed === undefined ? {} : { record: signed }),
    ...(item === undefined ? {} : { item }),
  };
}

const ZERO_HASH = toBytes32(0n);

type Head = Pick<L2Block, "number" | "parentHash" | "checkpoint" | "baseFee" | "feeRecipient">;

/** keccak256 of the tag, the chain id, the fields, and the hashes of the transactions, which pin the records. */
function hashOf(chainId: bigint, head: Head, transactions: readonly Hex[]): Hex {
  const { number, parentHash, checkpoint, baseFee, feeRecipient } = head;
  const types = ["string", "uint256", "uint256", "bytes32", "bytes32", "bytes32", "uint256", "address"];
  const records = keccak256(concat(transactions));
  return keccak256(
    abi.encode(types, [
      "luntra block",
      chainId,
      number,
      parentHash,
      checkpoint,
      records,
      baseFee,
      feeRecipient,
    ]),
  );
}
