// When transactions reached the pool: what is in a block does not tell it.

import type { Hex } from "../chain/types.ts";
import type { L2Chain } from "../l2/types.ts";

export interface ReceivedTimes {
  /** Milliseconds since 1970, if it is remembered. */
  at(hash: Hex): number | undefined;
  close(): void;
}

export function rememberReceived(chain: L2Chain, most: number): ReceivedTimes {
  const times = new Map<Hex, number>();
  const end = chain.on("pooled", ({ hash, receivedAt }) => {
    times.set(hash, receivedAt);
    // A map keeps the order of insertion: the oldest go first.
    const [oldest] = times.keys();
    if (times.size > most && oldest !== undefined) times.delete(oldest);
  });
  return { at: (hash) => times.get(hash), close: end };
}
