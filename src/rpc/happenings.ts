// The journals of a chain: its blocks, those that were dropped, and the pool's transactions.

import type { L2Block, L2Chain, PooledTransaction } from "../l2/types.ts";
import { Journal } from "./journal.ts";

export interface BlockHappening {
  readonly block: L2Block;
  /** It is no more. */
  readonly dropped: boolean;
}

export interface Happenings {
  readonly blocks: Journal<BlockHappening>;
  readonly pooled: Journal<PooledTransaction>;
  close(): void;
}

export function followChain(chain: L2Chain, most: number): Happenings {
  const blocks = new Journal<BlockHappening>(most);
  const pooled = new Journal<PooledTransaction>(most);
  const ends = [
    chain.on("block", (block) => blocks.push({ block, dropped: false })),
    chain.on("dropped", (its) => {
      for (const block of its) blocks.push({ block, dropped: true });
    }),
    chain.on("pooled", (transaction) => pooled.push(transaction)),
  ];
  return {
    blocks,
    pooled,
    close() {
      for (const end of ends) end();
      blocks.close();
      pooled.close();
    },
  };
}
