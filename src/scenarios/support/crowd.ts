// People who do nothing but own something on L2: nobody signs for them.

import { dataSlice, id } from "ethers";
import type { Hex } from "../../chain/types.ts";

export function crowdOf(count: number, name = "crowd"): readonly Hex[] {
  return Array.from({ length: count }, (_, i) => dataSlice(id(`luntra scenario, ${name} ${i}`), 12));
}
