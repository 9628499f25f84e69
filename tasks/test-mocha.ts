// `hardhat test mocha` without file names: only `*.test.ts` files are tests, so helpers may live beside
// them; `*.long.test.ts` files are the long tier, which `--long` runs instead.

import { overrideTask } from "hardhat/config";

export const testMocha = overrideTask(["test", "mocha"])
  .addFlag({ name: "long", description: "Run the long tier (*.long.test.ts) instead of the default one" })
  .setAction(() => import("./test-mocha.action.ts"))
  .build();
