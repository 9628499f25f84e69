// Proofs on demand.

import { BATCH, defineOnDeployment, FROM, group, optional } from "../support/define.ts";
import { LOG_FORMAT, LOG_LEVEL, METRICS_HOST, METRICS_PORT } from "../support/monitoring-options.ts";

const prove = defineOnDeployment(
  ["prover", "prove"],
  "Proves one segment, or all of a batch (early finality); sends the proofs only with --send",
)
  .addOption(BATCH)
  .addOption(optional("segment", "Segment, counted from 0 (default: every segment that is not yet proven)"))
  .addOption({ ...FROM, description: "Account that sends, and that the proof rewards: index or address" })
  .addFlag({
    name: "send",
    description: "Send to L1: a validity proof of what is right, a fraud proof of what is wrong",
  })
  .addOption(optional("out", "Write the proof of the one segment to this file, as JSON"))
  .setAction(() => import("./prove.ts"))
  .build();

const start = defineOnDeployment(
  ["prover", "start"],
  "Proves what nodes ask for in the database, until it is interrupted; any number on any number of machines",
)
  .addOption({
    name: "workers",
    description: "Proofs at a time, each in a process of its own",
    defaultValue: "1",
  })
  .addOption(optional("database", "The node's database, postgres://… (default: LUNTRA_DATABASE)"))
  .addOption({ name: "timeout", description: "A proof that takes longer is given up", defaultValue: "15min" })
  .addOption(LOG_LEVEL)
  .addOption(LOG_FORMAT)
  .addOption(METRICS_PORT)
  .addOption(METRICS_HOST)
  .setAction(() => import("./start.ts"))
  .build();

export const proverTasks = [group("prover", "Prove segments"), prove, start];
