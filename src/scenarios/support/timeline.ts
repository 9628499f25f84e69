// What happened on stage, step by step.

import type { Hex } from "../../chain/types.ts";

/** An L1 transaction as L1 itself reports it. */
export interface Transaction {
  readonly hash: Hex;
  readonly from: Hex;
  readonly to: Hex | null;
  readonly value: bigint;
  readonly gasUsed: bigint;
  /** Wei paid for gas. */
  readonly fee: bigint;
}

/** Where money is. `wallet` is L1 ether, gas left aside; `burned` is nobody's. */
export type Purse = "wallet" | "bond" | "locked bond" | "tokens" | "burned";

export interface Change {
  readonly who: string;
  readonly purse: Purse;
  /** Wei, or units of the token. */
  readonly amount: bigint;
}

export interface TimelineEvent {
  /** Seconds of L1 time since the curtain rose. */
  readonly at: bigint;
  readonly wallMs: number;
  /** An actor, or everybody; `clock` when only time passes; `L1` when its chain takes another course. */
  readonly who: string;
  readonly what: string;
  readonly gas: bigint;
  readonly transactions: readonly Transaction[];
  readonly changes: readonly Change[];
}
