// Transactions waiting for a batch: one file a transaction, so that `submit` and `commit` can be two processes.

import type { Hex } from "../chain/types.ts";

export interface PendingTransaction {
  readonly hash: Hex;
  readonly raw: Hex;
  /** Milliseconds since 1970; the order of arrival. */
  readonly receivedAt: number;
}

/** Files `<hash>.json`, written by atomic rename: a crash leaves a whole transaction or none. */
export interface Mempool {
  readonly directory: string;
  /** Returns false if the transaction is already there. */
  add(hash: Hex, raw: Hex): Promise<boolean>;
  /** In order of arrival; broken files are set aside, never fatal. */
  list(): Promise<readonly PendingTransaction[]>;
  has(hash: Hex): Promise<boolean>;
  remove(hashes: readonly Hex[]): Promise<void>;
  /** Runs `action` while no other process does; throws POOL_LOCKED after `timeoutMs`. A dead owner's lock is broken. */
  exclusively<T>(action: () => Promise<T>, timeoutMs?: number): Promise<T>;
}

export declare function openMempool(directory: string): Promise<Mempool>;
