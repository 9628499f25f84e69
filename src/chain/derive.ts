// The complete L2 state from L1 alone: events, transaction inputs, re-execution. Storage is only a cache.

import type { Chain } from "./client.ts";
import type { DerivedBatch, DerivedDispute, Hex, L1Block, QueueEntry } from "./types.ts";

/** Everything L1 says at one block. Immutable. */
export interface View {
  readonly l1: L1Block;
  /** Live batches by number; index 0 is genesis. */
  readonly live: readonly DerivedBatch[];
  /** Rolled-back batches in order of commit. */
  readonly dead: readonly DerivedBatch[];
  readonly head: bigint;
  readonly finalized: bigint;
  readonly frozen: boolean;
  readonly commitCounter: bigint;
  readonly queue: readonly QueueEntry[];
  readonly disputes: ReadonlyMap<Hex, DerivedDispute>;
  /** Numbers of final batches whose last checkpoint has been opened at the bridge. */
  readonly opened: ReadonlySet<bigint>;
  /** `number:index` of claimed exits. */
  readonly claimed: ReadonlySet<string>;
}

export interface SyncOptions {
  /** Derive up to this block instead of the latest. */
  readonly toBlock?: number;
}

export interface DeriveOptions {
  /** Folder for the cache of L1 data; nothing is cached on disk if left out. */
  readonly cache?: string;
  /** Blocks per eth_getLogs call; default 5000. */
  readonly chunk?: number;
}

/** An incremental derivation. After a reorg it goes back to the last common block by itself. */
export interface Derivation {
  readonly chain: Chain;
  /** The last view; throws NOT_SYNCED before the first `sync`. */
  readonly view: View;
  /**
   * Reads L1 up to its latest block. Throws L1_UNAVAILABLE (the node failed), L1_DATA_MISSING (a transaction is not
   * to be had), L1_INCONSISTENT (what the node says does not fit together) or L1_REORG (the chain changed
   * under the read: sync again). The view stays as it was.
   */
  sync(options?: SyncOptions): Promise<View>;
  /** A batch, live or dead; throws UNKNOWN_BATCH. */
  batch(id: Hex): DerivedBatch;
  /** The live batch at a height; throws UNKNOWN_BATCH. */
  batchAt(number: bigint): DerivedBatch;
}

export declare function openDerivation(chain: Chain, options?: DeriveOptions): Promise<Derivation>;
