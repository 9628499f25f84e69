// What a queue place may cost at most.

import type { EnqueueOptions } from "../../src/node/bridge.ts";
import { parseEtherAmount } from "../support/arguments.ts";

export function priceOptions(maxPrice: string | undefined): EnqueueOptions {
  return maxPrice === undefined ? {} : { maxPrice: parseEtherAmount(maxPrice, "--max-price") };
}
