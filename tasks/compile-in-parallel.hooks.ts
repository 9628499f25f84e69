// The hook of compile-in-parallel.ts.

import { availableParallelism } from "node:os";
import type { SolidityHooks } from "hardhat/types/hooks";

export default async (): Promise<Partial<SolidityHooks>> => ({
  build: async (context, rootFilePaths, options, next) =>
    await next(context, rootFilePaths, { concurrency: availableParallelism(), ...options }),
});
