// What it takes to replace a transaction that L1 does not mine: when it is stuck, which nonces are in use, what it pays.

import type { Provider } from "ethers";
import { ask } from "./l1.ts";
import type { Hex } from "./types.ts";

/** Five blocks of Ethereum's: what is not mined in this time is stuck, unless another time is given. */
export const DEFAULT_STUCK_MS = 60_000;

export interface Fees {
  readonly maxFeePerGas: bigint;
  readonly maxPriorityFeePerGas: bigint;
}

export interface Nonces {
  /** The account's next one by L1's latest block. */
  readonly used: number;
  /** The next one behind what waits. */
  readonly next: number;
}

/** `whose` is for the error. Throws L1_UNAVAILABLE. */
export async function noncesOf(provider: Provider, account: Hex, whose: string): Promise<Nonces> {
  const [used, pending] = await ask(`the nonce of ${whose}`, () =>
    Promise.all([
      provider.getTransactionCount(account, "latest"),
      provider.getTransactionCount(account, "pending"),
    ]),
  );
  return { used, next: Math.max(used, pending) };
}
