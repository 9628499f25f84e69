// The sequencer: accept transactions, build a batch, cross-check it, commit it.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Batch, Header, Hex, SegmentData } from "../chain/types.ts";
import type { Mempool } from "./mempool.ts";
import type { Node } from "./node.ts";
import type { WitnessExecutor } from "./proof-system.ts";

export interface Submitted {
  readonly hash: Hex;
  readonly sender: Hex;
  readonly nonce: bigint;
  /** Already in the pool. */
  readonly known: boolean;
}

/**
 * Checks a raw EIP-1559 L2 transaction against the codec (TX_*) and against the pending state (TX_NONCE_TOO_LOW,
 * TX_NONCE_GAP, TX_BALANCE, TX_UNDERPRICED, TX_GAS_LIMIT, TX_UNKNOWN_SENDER) and puts it into the pool.
 */
export declare function submit(
  node: Node,
  mempool: Mempool,
  raw: Hex,
  options?: SequencerOptions,
): Promise<Submitted>;

export interface SequencerOptions {
  /** Base fee of the next batch in wei; default DEFAULT_BASE_FEE. */
  readonly baseFee?: bigint;
  readonly feeRecipient?: Hex;
  /** Most segments in one batch; the protocol's 64 if left out. */
  readonly maxSegments?: number;
  /** Most queue items in one batch; due items are never left out. */
  readonly maxQueueItems?: number;
  /** Records in a data segment; the circuit's n if left out. Fewer gives finer disputes. */
  readonly recordsPerSegment?: number;
  /** Commit even if there is neither a queue item nor a transaction: throws NOTHING_TO_COMMIT otherwise. */
  readonly checks?: CheckPolicy;
}

/** Before a commit every segment, or one in `sampling`, goes through the circuit and the contract's decoder. */
export interface CheckPolicy {
  readonly witness?: WitnessExecutor;
  /** 1: every segment. k: every k-th, starting at a random one. */
  readonly sampling?: number;
}

/** A batch as it will be committed. */
export interface BuiltBatch {
  readonly parent: Batch;
  readonly header: Header;
  readonly segments: readonly SegmentData[];
  readonly checkpoints: readonly Hex[];
  /** Hashes of the transactions in the batch, in order. */
  readonly transactions: readonly Hex[];
  /** Hashes of pool transactions that can never execute any more. */
  readonly dropped: readonly Hex[];
}

export interface Committed {
  readonly id: Hex;
  readonly number: bigint;
  readonly segments: number;
  readonly queueItems: number;
  readonly transactions: readonly Hex[];
  readonly receipt: Receipt;
}

export declare const DEFAULT_BASE_FEE: bigint;

export declare function buildBatch(
  node: Node,
  mempool: Mempool,
  options?: SequencerOptions,
): Promise<BuiltBatch>;
/** Throws CHECK_FAILED if the model, the circuit and the contract do not agree on a segment. */
export declare function checkBatch(node: Node, built: BuiltBatch, policy?: CheckPolicy): Promise<void>;
/** Sends a built batch as it is. */
export declare function commitBatch(node: Node, signer: Signer, built: BuiltBatch): Promise<Committed>;
/** Under the pool's lock: sync, put back what a rollback freed, build, check, commit, take out what was committed. */
export declare function sequence(
  node: Node,
  mempool: Mempool,
  signer: Signer,
  options?: SequencerOptions,
): Promise<Committed>;
