// The L2 chain as wallets see it: blocks, transactions, receipts, and how final they are. A block is a segment: up to n records
// and the checkpoint after them. Hashes and addresses are lower-case hex strings.

import type { Hex } from "../chain/types.ts";
import type { Reason, SignedRecord, State } from "../model/index.ts";

/**
 * How far a block has come. unsafe: sealed and stored by the sequencer, not on L1. safe: in a live batch on L1.
 * finalized: in a final batch.
 */
export type Finality = "unsafe" | "safe" | "finalized";

/** Place of a block in its batch. */
export interface BlockPlace {
  /** Number of the batch on L1; of a batch that is being built, the number that it will get. */
  readonly batch: bigint;
  readonly segment: number;
  /** Absent while the batch is not on L1. */
  readonly id?: Hex;
}

export interface L2Block {
  /** 0 is genesis; one a segment. */
  readonly number: bigint;
  readonly hash: Hex;
  readonly parentHash: Hex;
  /** Seconds. The sequencer's clock when it sealed the block; the time of the commit if the block was read from L1. */
  readonly timestamp: bigint;
  readonly baseFee: bigint;
  readonly feeRecipient: Hex;
  /** The checkpoint after the segment, and the state root in it. */
  readonly checkpoint: Hex;
  readonly stateRoot: Hex;
  /** Whether the records are of L1's queue or of signed transactions; genesis has none. */
  readonly source: "genesis" | "queue" | "data";
  readonly place: BlockPlace;
  /** Executed and failed ones, in order. Skipped records leave no trace. */
  readonly transactions: readonly L2Transaction[];
  /** Sum of the transactions' gas, in the units of the fee. */
  readonly gasUsed: bigint;
  /** Bytes of the segment's data. */
  readonly size: number;
}

/** A transaction in a block: signed on L2, or an item of L1's queue. */
export interface L2Transaction {
  /** Of a queue item: keccak256(abi.encode("luntra queue item", L2 chain id, index)). */
  readonly hash: Hex;
  readonly block: bigint;
  readonly blockHash: Hex;
  /** Position in the block. */
  readonly index: number;
  readonly kind: bigint;
  readonly from: Hex;
  /** Who is paid. A withdrawal's recipient is on L1. */
  readonly recipient: Hex;
  /** Address 0: ETH. */
  readonly token: Hex;
  readonly amount: bigint;
  /** Paid. 0 for queue items. */
  readonly fee: bigint;
  readonly gasUsed: bigint;
  readonly status: "executed" | "failed";
  /** Why it failed. */
  readonly reason?: Reason;
  /** Index of its exit in the batch's exit tree. */
  readonly exit?: bigint;
  /** Of a signed transaction. */
  readonly record?: SignedRecord;
  /** Of a queue item: its index in L1's queue. */
  readonly item?: bigint;
  /** ERC-20 and bridge events before this one in the block. */
  readonly logIndex: number;
}

/** Waiting in the pool for a block. */
export interface PooledTransaction {
  readonly hash: Hex;
  readonly sender: Hex;
  readonly record: SignedRecord;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
}

export type BlockTag = "earliest" | "finalized" | "safe" | "latest" | "pending";

export interface ChainEvents {
  /** Sealed, or read from L1. */
  readonly block: (block: L2Block) => void;
  /** These blocks are no more: a rollback, a reorg of L1, a batch of somebody else. Highest number first. */
  readonly dropped: (blocks: readonly L2Block[]) => void;
  readonly pooled: (transaction: PooledTransaction) => void;
  /** Something about finality changed: `safe` or `finalized` moved, either way. */
  readonly finality: () => void;
}

/** The L2 chain, read only. All answers are of one moment; nothing here waits. */
export interface L2Chain {
  readonly chainId: bigint;
  /** Number of the block that a tag means; `pending` means `latest`. */
  number(tag: BlockTag): bigint;
  /** Undefined if there is no such block. */
  block(at: bigint | Hex): L2Block | undefined;
  /** By hash; undefined if it is in no block. */
  transaction(hash: Hex): L2Transaction | undefined;
  /**
   * State after a block. Throws STATE_UNAVAILABLE if it has been forgotten: kept are the latest blocks, those of `safe` and
   * `finalized`, and genesis. Not to be changed.
   */
  stateAt(number: bigint): State;
  finality(block: bigint): Finality;
  on<Name extends keyof ChainEvents>(event: Name, listener: ChainEvents[Name]): () => void;
}

export interface PoolLimits {
  /** Transactions in all. */
  readonly total: number;
  /** Of one sender. */
  readonly perSender: number;
  /** How far a nonce may be ahead of the next one. */
  readonly nonceGap: number;
}

/** Where signed transactions go in. */
export interface Pool {
  /** In wei: less is refused. */
  readonly baseFee: bigint;
  readonly limits: PoolLimits;
  /**
   * Takes a raw transaction and answers once it is stored. Throws TX_* of the codec, TX_NONCE_TOO_LOW, TX_NONCE_GAP,
   * TX_UNKNOWN_SENDER, TX_BALANCE, TX_UNDERPRICED, TX_PRIORITY_FEE, TX_GAS_LIMIT, TX_REPLACEMENT (the nonce is taken, and
   * the fees are not 10% higher), TX_KNOWN, POOL_FULL, POOL_SENDER_FULL, NOT_LEADING.
   */
  submit(raw: Hex): Promise<Hex>;
  get(hash: Hex): PooledTransaction | undefined;
  /** How many wait, and how many of them could go into a block now. */
  readonly counts: { readonly all: number; readonly ready: number };
  /** All, by sender and nonce. Takes long if there are many. */
  list(): readonly PooledTransaction[];
  /** The next nonce of an account, its waiting transactions counted. */
  nextNonce(account: Hex): bigint;
}
