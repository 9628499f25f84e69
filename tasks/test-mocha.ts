// `hardhat test mocha` without file names: only `*.test.ts` files are tests, so helpers may live beside
// them; `*.long.test.ts` files are the long tier, which `--long` runs instead. `--shard 1/2` runs every second file: two such
// processes run all of them.

import { overrideTask } from "hardhat/config";

export const testMocha = overrideTask(["test", "mocha"])
  .addFlag({ name: "long", description: "Run the long tier (*.long.test.ts) instead of the default one" })
  .addOption({
    name: "shard",
    description: "Which part of the files to run, as INDEX/COUNT: 1/2 and 2/2 are all of them",
    defaultValue: "1/1",
  })
  .setAction(() => import("./test-mocha.action.ts"))
  .build();
