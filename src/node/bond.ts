// Bonds: deposit, withdraw, look.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";

export interface BondStatus {
  readonly account: Hex;
  readonly available: bigint;
  readonly locked: bigint;
  /** What one batch locks. */
  readonly batchBond: bigint;
  /** What a challenge locks at this block's base fee. */
  readonly challengeBond: bigint;
}

export declare function bondOf(node: Node, account: Hex): Promise<BondStatus>;
export declare function depositBond(
  node: Node,
  signer: Signer,
  amount: bigint,
  account?: Hex,
): Promise<Receipt>;
export declare function withdrawBond(node: Node, signer: Signer, amount: bigint, to?: Hex): Promise<Receipt>;
