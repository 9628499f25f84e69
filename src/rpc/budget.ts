// How many calls an IP address, and all of them together, may make in a second: a batch is one HTTP request, but many calls.

import { fail } from "../errors.ts";

export interface CallBudget {
  /** Throws RPC_LIMIT if the address, or all together, have used up the calls of this second. */
  take(address: string, cost: number): void;
}

export function createBudget(perAddress: number, inAll: number, now: () => number = Date.now): CallBudget {
  let second = -1;
  let all = 0;
  const used = new Map<string, number>();
  return {
    take(address, cost) {
      const current = Math.floor(now() / 1000);
      if (current !== second) {
        second = current;
        used.clear();
        all = 0;
      }
      const actual = (used.get(address) ?? 0) + cost;
      if (actual > perAddress) fail("RPC_LIMIT", { what: "calls per second", most: perAddress, actual });
      if (all + cost > inAll) {
        fail("RPC_LIMIT", { what: "calls per second of all clients", most: inAll, actual: all + cost });
      }
      used.set(address, actual);
      all += cost;
    },
  };
}
