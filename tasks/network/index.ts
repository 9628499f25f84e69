// A whole local network with one command.

import {
  DATABASE,
  define,
  group,
  INSTANCE,
  optional,
  PROOF_SYSTEM,
  RISK_DOUBT,
  RISK_RATE,
} from "../support/define.ts";

const up = define(
  ["network", "up"],
  "Runs L1, a rollup on it, sequencer nodes and prover workers as processes of their own, until interrupted",
)
  .addOption({ name: "l1Port", description: "Port of L1; 0: a free one", defaultValue: "0" })
  .addOption({
    name: "port",
    description: "Port of the first node's JSON-RPC; 0: a free one",
    defaultValue: "0",
  })
  .addOption({ name: "nodes", description: "Sequencer nodes; the second stands by", defaultValue: "1" })
  .addOption({ name: "provers", description: "Processes that prove", defaultValue: "2" })
  .addOption({
    name: "watchtowers",
    description: "Processes that watch, each with an account and a bond of its own",
    defaultValue: "1",
  })
  .addFlag({ name: "audit", description: "The first watchtower must approve each batch before it is sent" })
  .addOption(DATABASE)
  .addOption(optional("folder", "Folder for address book and state (default: a new one, removed at the end)"))
  .addOption({
    name: "blockTime",
    description: "L1 makes a block this often, and for each transaction",
    defaultValue: "2s",
  })
  .addOption({ name: "batchTime", description: "A batch is committed at this age", defaultValue: "5s" })
  .addOption({ name: "challengeWindow", description: "Of the rollup", defaultValue: "60s" })
  .addOption({ name: "provingWindow", description: "Of the rollup", defaultValue: "60s" })
  .addOption({
    name: "prove",
    description: "Batches that are proven without a challenge: none, own, all, or risk: where it pays",
    defaultValue: "none",
  })
  .addOption(RISK_RATE)
  .addOption(RISK_DOUBT)
  .addOption(PROOF_SYSTEM)
  .addOption(INSTANCE)
  .setAction(() => import("./up.ts"))
  .build();

export const networkTasks = [group("network", "A local network of processes"), up];
