// What a bridge user does: deposit, force a transaction, find and claim exits; and fees.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";

export interface Enqueued extends Receipt {
  readonly index: bigint;
  /** Wei burned for the queue place. */
  readonly price: bigint;
}

export declare function depositEth(
  node: Node,
  signer: Signer,
  amount: bigint,
  recipient?: Hex,
): Promise<Enqueued>;
/** Approves the bridge for `amount` first, if needed. */
export declare function depositToken(
  node: Node,
  signer: Signer,
  token: Hex,
  amount: bigint,
  recipient?: Hex,
): Promise<Enqueued>;

export interface ForcedTransaction {
  readonly kind: "transfer" | "withdraw";
  /** ETH if left out. */
  readonly token?: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
}

export declare function force(node: Node, signer: Signer, transaction: ForcedTransaction): Promise<Enqueued>;

export type ExitStatus = "pending" | "final" | "claimable" | "claimed";

export interface UserExit {
  readonly number: bigint;
  readonly batch: Hex;
  readonly index: bigint;
  readonly token: Hex;
  readonly recipient: Hex;
  readonly amount: bigint;
  /** final: its batch is final, but nobody has opened the checkpoint yet. */
  readonly status: ExitStatus;
}

/** Exits of live batches, of one recipient or of all. */
export declare function findExits(node: Node, recipient?: Hex): Promise<readonly UserExit[]>;
/** Opens the last checkpoint of a final batch: its exits become claimable, its fees are credited. */
export declare function openCheckpoint(node: Node, signer: Signer, number: bigint): Promise<Receipt>;
/** Claims one exit; opens the checkpoint first if nobody has. */
export declare function claimExit(
  node: Node,
  signer: Signer,
  number: bigint,
  index: bigint,
): Promise<Receipt>;
export declare function feesOf(node: Node, recipient: Hex): Promise<bigint>;
export declare function claimFees(node: Node, signer: Signer, recipient: Hex): Promise<Receipt>;
