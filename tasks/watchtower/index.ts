// Judge every pending batch from L1 data alone, and act.

import { CONFIRMATIONS, defineOnDeployment, FROM, group } from "../support/define.ts";

const check = defineOnDeployment(
  ["watchtower", "check"],
  "Re-executes every pending batch; says what is wrong, or puts it right; exit code 1 on an alert",
)
  .addOption(FROM)
  .addOption({
    name: "act",
    description:
      "What it may do: refute,challenge,answer,timeout,finalize,refund,freeze; all (no freeze); none: alert",
    defaultValue: "none",
  })
  .addOption(CONFIRMATIONS)
  .addFlag({ name: "watch", description: "Go on, round after round, until interrupted" })
  .addOption({ name: "interval", description: "Seconds between two rounds of --watch", defaultValue: "5" })
  .setAction(() => import("./check.ts"))
  .build();

export const watchtowerTasks = [group("watchtower", "Watch and defend the rollup"), check];
