// How many calls an IP address may make in a second: a batch is one HTTP request, but many calls.

import { fail } from "../errors.ts";

export interface CallBudget {
  /** Throws RPC_LIMIT if the address has used up its calls of this second. */
  take(address: string, cost: number): void;
}

export function createBudget(callsPerSecond: number, now: () => number = Date.now): CallBudget {
  let second = -1;
  const used = new Map<string, number>();
  return {
    take(address, cost) {
      const current = Math.floor(now() / 1000);
      if (current !== second) {
        second = current;
        used.clear();
      }
      const actual = (used.get(address) ?? 0) + cost;
      if (actual > callsPerSecond)
        fail("RPC_LIMIT", { what: "calls per second", most: callsPerSecond, actual });
      used.set(address, actual);
    },
  };
}
