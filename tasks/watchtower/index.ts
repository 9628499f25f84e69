// Judge every pending batch from L1 data alone, and act: once, or as a service.

import { CONFIRMATIONS, defineOnDeployment, FROM, group, optional } from "../support/define.ts";

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

const start = defineOnDeployment(
  ["watchtower", "start"],
  "Watches until interrupted: judges each batch as it comes, acts by policy within its limits, sends alerts",
)
  .addOption(FROM)
  .addOption({
    name: "policy",
    description:
      "What it may do: refute,challenge,answer,timeout,finalize,refund,freeze; all (no freeze); alert-only",
    defaultValue: "all",
  })
  .addOption({
    name: "maxBond",
    description: "Most of its bond in open challenges at a time",
    defaultValue: "5ether",
  })
  .addOption({
    name: "maxGasPrice",
    description: "Most that a unit of L1 gas may cost, tip included",
    defaultValue: "500gwei",
  })
  .addOption({
    name: "gasBudget",
    description: "Most for gas in a period; answers get 70% of it, what anybody can do later 40%",
    defaultValue: "1ether",
  })
  .addOption({ name: "budgetPeriod", description: "The budget's period", defaultValue: "1d" })
  .addOption({
    name: "leastBalance",
    description: "With less for gas, an alert says so",
    defaultValue: "0.05ether",
  })
  .addOption(
    optional(
      "webhook",
      "URLs that get alerts, by commas (default: LUNTRA_WEBHOOK); LUNTRA_WEBHOOK_SECRET signs them",
    ),
  )
  .addOption(optional("own", "Our own sequencers, by commas: index or address; a wrong batch is told so"))
  .addOption(
    optional(
      "database",
      "Has the workers on this database prove, postgres://…, and proves itself if they fail",
    ),
  )
  .addOption(
    optional(
      "auditPort",
      "Judges batches that sequencers show before they commit them (sequencer start --audit); 0: a free port",
    ),
  )
  .addOption({ name: "auditHost", description: "Address of --audit-port", defaultValue: "127.0.0.1" })
  .addOption(
    optional(
      "l1",
      "URLs of further L1 nodes, by commas: nothing is concluded unless one agrees and none disagrees",
    ),
  )
  .addOption({
    name: "stagger",
    description: "Others that watch may send first: it waits a part of this, by batch and account",
    defaultValue: "4s",
  })
  .addOption({ name: "interval", description: "Between two looks at L1's head", defaultValue: "250ms" })
  .addOption(CONFIRMATIONS)
  .setAction(() => import("./start.ts"))
  .build();

export const watchtowerTasks = [group("watchtower", "Watch and defend the rollup"), check, start];
