// The checkpoints that batches claim, and what re-execution says of them.

import { BATCH, defineOnDeployment, group } from "../support/define.ts";

const list = defineOnDeployment(
  ["checkpoint", "list"],
  "Lists the checkpoints of one batch, as claimed and as computed here",
)
  .addOption(BATCH)
  .setAction(() => import("./list.ts"))
  .build();

const verify = defineOnDeployment(
  ["checkpoint", "verify"],
  "Re-executes all live batches and compares every checkpoint; exit code 1 if one is not right",
)
  .addOption({ name: "first", description: "Number of the first batch to compare", defaultValue: "1" })
  .setAction(() => import("./verify.ts"))
  .build();

export const checkpointTasks = [group("checkpoint", "List and verify checkpoints"), list, verify];
