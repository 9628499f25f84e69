// What the processes of a node share: a chain, its derivation, and re-execution of what it derived.

import type { ArtifactReader } from "../chain/artifacts.ts";
import type { AddressBook } from "../chain/address-book.ts";
import type { Chain } from "../chain/client.ts";
import type { Derivation, DeriveOptions } from "../chain/derive.ts";
import type { CheckpointPreimage, Hex } from "../chain/types.ts";
import type { Provider } from "ethers";

/** What re-execution of a batch from its parent's state says. Depends on nothing but the batch's id. */
export interface Execution {
  readonly id: Hex;
  /** One computed checkpoint for each segment, up to and including the first wrong one. */
  readonly computed: readonly Hex[];
  /** The first segment whose computed checkpoint is not the claimed one. */
  readonly wrong?: number;
  readonly exits: readonly ExecutedExit[];
  readonly records: readonly ExecutedRecord[];
}

export interface ExecutedExit {
  readonly batch: Hex;
  readonly number: bigint;
  /** Index in the batch's exit tree. */
  readonly index: bigint;
  readonly token: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
}

export type Outcome = "executed" | "failed" | "skipped";

export interface ExecutedRecord {
  readonly segment: number;
  readonly index: number;
  readonly outcome: Outcome;
  readonly sender: Hex;
  readonly recipient: Hex;
  readonly token: Hex;
  readonly amount: bigint;
  readonly fee: bigint;
  /** Hash of the L2 transaction; absent for queue items. */
  readonly hash?: Hex;
}

export interface Account {
  readonly nonce: bigint;
  readonly balance: bigint;
}

export interface Node {
  readonly chain: Chain;
  readonly derivation: Derivation;
  /**
   * Re-executes a batch (cached by id). Throws PARENT_INVALID if an ancestor is wrong: then the state it starts
   * from is not known.
   */
  execute(id: Hex): Promise<Execution>;
  /** Preimage of a batch's last checkpoint; throws BATCH_INVALID if the claim is wrong. */
  preimage(id: Hex): Promise<CheckpointPreimage>;
  /** Account and token balance after a live batch, the head if left out. */
  account(address: Hex, at?: Hex): Promise<Account>;
  tokenBalance(token: Hex, address: Hex, at?: Hex): Promise<bigint>;
}

export declare function openNode(
  book: AddressBook,
  artifacts: ArtifactReader,
  provider: Provider,
  options?: DeriveOptions,
): Promise<Node>;
