// Scenarios: the dispute flows end to end, and what a demonstration on a local chain needs.

import { define, defineOnDeployment, FROM, group, INSTANCE, PROOF_SYSTEM } from "../support/define.ts";

const list = define(["scenario", "list"], "Lists the scenarios")
  .setAction(() => import("./list.ts"))
  .build();

const run = define(
  ["scenario", "run"],
  "Plays a scenario, or all, each on a fresh in-process chain with real proofs; exit code 1 on a difference",
)
  .addPositionalArgument({ name: "name", description: "Name of a scenario, or all", defaultValue: "all" })
  .addOption(PROOF_SYSTEM)
  .addOption(INSTANCE)
  .setAction(() => import("./run.ts"))
  .build();

const cheat = defineOnDeployment(
  ["scenario", "cheat"],
  "Commits the next batch with one wrong checkpoint, for others to find out (chain 31337 only)",
)
  .addOption(FROM)
  .addOption({ name: "segment", description: "Segment that is wrong, counted from 0", defaultValue: "0" })
  .addOption({
    name: "amount",
    description: "ETH that the wrong segment makes out of nothing for --from",
    defaultValue: "1000ether",
  })
  .setAction(() => import("./cheat.ts"))
  .build();

const wait = define(["scenario", "wait"], "Moves the clock of a local chain forward (chain 31337 only)")
  .addOption({ name: "seconds", description: "Seconds of L1 time", defaultValue: "60" })
  .setAction(() => import("./wait.ts"))
  .build();

export const scenarioTasks = [group("scenario", "Play the dispute flows"), list, run, cheat, wait];
