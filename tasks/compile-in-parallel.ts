// Compiles with all cores. Hardhat leaves one to others, so that on two cores the contracts' job and the tests' take turns.

import type { HardhatPlugin } from "hardhat/types/plugins";

export const compileInParallel: HardhatPlugin = {
  id: "luntra-compile-in-parallel",
  hookHandlers: { solidity: () => import("./compile-in-parallel.hooks.ts") },
};
