// Transactions whose block was dropped: they may be in no block and no pool now, and people ask what became of them.

import type { Hex } from "../chain/types.ts";
import type { L2Block, L2Chain } from "../l2/types.ts";

export interface DroppedTransactions {
  /** The block that a transaction was in before it was dropped, if it is remembered. */
  blockOf(hash: Hex): Pick<L2Block, "number" | "hash"> | undefined;
  close(): void;
}

export function rememberDropped(chain: L2Chain, most: number): DroppedTransactions {
  const blocks = new Map<Hex, Pick<L2Block, "number" | "hash">>();
  const end = chain.on("dropped", (dropped) => {
    for (const { number, hash, transactions } of dropped) {
      for (const transaction of transactions) blocks.set(transaction.hash, { number, hash });
    }
    // A map keeps the order of insertion: the oldest go first.
    for (const hash of blocks.keys()) {
      if (blocks.size <= most) break;
      blocks.delete(hash);
    }
  });
  return { blockOf: (hash) => blocks.get(hash), close: end };
}
