// Deploy a rollup, look at it, make its batches final.

import {
  CEREMONY,
  defineOnDeployment,
  FROM,
  group,
  INSTANCE,
  optional,
  PROOF_SYSTEM,
} from "../support/define.ts";

const deploy = defineOnDeployment(
  ["rollup", "deploy"],
  "Deploys a rollup and writes its address book, <deployments>/<network>/<deployment>.json",
)
  .addOption(FROM)
  .addOption({
    name: "preset",
    description: "Windows and bonds: local (60 s), testnet (10 min, 30 min), mainnet (1 day, 2 h)",
    defaultValue: "local",
  })
  .addOption(PROOF_SYSTEM)
  .addOption(INSTANCE)
  .addOption(CEREMONY)
  .addOption(
    optional("challengeWindow", "Seconds after a commit in which challenges open (default: the preset's)"),
  )
  .addOption(
    optional(
      "provingWindow",
      "Seconds in which a challenge can be answered before its timeout (default: the preset's)",
    ),
  )
  .addFlag({
    name: "demoToken",
    description: "Also deploy a test ERC-20 (chain 31337 only), see --token demo",
  })
  .addFlag({ name: "force", description: "Replace a finished or interrupted deployment of this name" })
  .setAction(() => import("./deploy.ts"))
  .build();

const status = defineOnDeployment(
  ["rollup", "status"],
  "Shows head, finality, pending batches, queue, bonds and parameters",
)
  .setAction(() => import("./status.ts"))
  .build();

const finalize = defineOnDeployment(
  ["rollup", "finalize"],
  "Makes batches final, one after the other, as far as L1 allows",
)
  .addOption(FROM)
  .setAction(() => import("./finalize.ts"))
  .build();

export const rollupTasks = [group("rollup", "Deploy a rollup and look at it"), deploy, status, finalize];
