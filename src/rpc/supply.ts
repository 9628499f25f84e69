// How much of a token there is on L2 after a block: what deposits brought in, less what left.

import type { Hex } from "../chain/types.ts";
import type { L2Block, L2Chain } from "../l2/types.ts";
import { flagsOf } from "../model/index.ts";

export interface Supplies {
  /** Reads the blocks that it has not seen yet. */
  at(token: Hex, block: bigint): bigint;
  close(): void;
}

interface Change {
  readonly block: bigint;
  /** After the block. */
  readonly supply: bigint;
}

export function trackSupplies(chain: L2Chain): Supplies {
  const changes = new Map<Hex, Change[]>();
  let next = 0n;

  function take(block: L2Block): void {
    for (const { kind, token, amount, status, exit } of block.transactions) {
      const { token: isToken, debit, credit } = flagsOf(kind);
      if (!isToken || status !== "executed" || (debit && credit) || amount === 0n) continue;
      if (!debit && exit !== undefined) continue; // It left at once.
      const its = changes.get(token) ?? [];
      changes.set(token, its);
      const before = its.at(-1)?.supply ?? 0n;
      its.push({ block: block.number, supply: debit ? before - amount : before + amount });
    }
  }

  const end = chain.on("dropped", (dropped) => {
    for (const { number } of dropped) if (number < next) next = number;
    for (const its of changes.values()) {
      while ((its.at(-1)?.block ?? -1n) >= next) its.pop();
    }
  });

  return {
    at(token, block) {
      for (; next <= block; next++) {
        const its = chain.block(next);
        if (its === undefined) break;
        take(its);
      }
      return changes.get(token)?.findLast((change) => change.block <= block)?.supply ?? 0n;
    },
    close: end,
  };
}
