// A launch on a real network, step by step. scripts/launch/ has the same steps with their numbers.

import {
  CEREMONY,
  defineOnDeployment,
  FROM,
  GROTH16_CEREMONY,
  group,
  define,
  optional,
  PROOF_SYSTEM,
  INSTANCE,
  PTAU,
} from "../support/define.ts";

const FILE = optional("parameters", "Launch file, as `launch init` writes it");
const OUTPUT = optional("output", "Folder or file to write to");

/** Steps that compare with the launch file and with keys made here. */
function step(name: string, description: string) {
  return defineOnDeployment(["launch", name], description)
    .addOption(FILE)
    .addOption(CEREMONY)
    .addOption(GROTH16_CEREMONY)
    .addOption(PTAU);
}

const init = define(
  ["launch", "init"],
  "Writes a launch file: every parameter of a preset with its bound and the reason for it",
)
  .addOption({ ...OUTPUT, description: "File to write; it must not be there yet" })
  .addOption({ name: "preset", description: "local, testnet or mainnet", defaultValue: "testnet" })
  .addOption({ name: "chain", description: "L1's chain id", defaultValue: "11155111" })
  .addOption(PROOF_SYSTEM)
  .addOption(INSTANCE)
  .addOption(optional("deployer", "Address that pays for the contracts"))
  .addOption(optional("sequencer", "Address that commits batches"))
  .addOption(optional("watchtower", "Address that refutes, challenges and answers"))
  .addOption(optional("guardian", "Address that may stop time for a while (default: nobody)"))
  .setAction(() => import("./init.ts"))
  .build();

const check = step(
  "check",
  "Step 1: bounds of the parameters, accounts and their balances; exit code 1 if something is wrong",
)
  .setAction(() => import("./check.ts"))
  .build();

const dryRun = step(
  "dry-run",
  "Step 2: deploys everything on a chain inside this process; shows addresses, gas and cost at several prices",
)
  .addOption({
    name: "gasPrices",
    description: "Gas prices to show, by commas",
    defaultValue: "1gwei,10gwei,50gwei",
  })
  .setAction(() => import("./dry-run.ts"))
  .build();

const deploy = step(
  "deploy",
  "Step 3: deploys with Ignition and writes the address book; after an interruption it goes on where it stopped",
)
  .addOption(FROM)
  .setAction(() => import("./deploy.ts"))
  .build();

const verification = defineOnDeployment(
  ["launch", "verification"],
  "Step 4: writes what block explorers need to verify each contract: compiler input and constructor arguments",
)
  .addOption({ ...OUTPUT, description: "Folder to write to (default: beside the address book)" })
  .setAction(() => import("./verification.ts"))
  .build();

const selfCheck = step(
  "self-check",
  "Step 5: reads everything back from L1 and compares it with file, keys and build; exit code 1 on a finding",
)
  .setAction(() => import("./self-check.ts"))
  .build();

const smoke = step(
  "smoke",
  "Step 6: bonds the sequencer, deposits, commits the first batch and judges it; sends real transactions",
)
  .addOption({ ...FROM, description: "The sequencer's account: index or address" })
  .addOption({ name: "amount", description: "ETH to deposit", defaultValue: "0.001ether" })
  .setAction(() => import("./smoke.ts"))
  .build();

const status = step("status", "How far a launch is, and the next step")
  .setAction(() => import("./status.ts"))
  .build();

export const launchTasks = [
  group("launch", "Launch a rollup on a real network, step by step"),
  init,
  check,
  dryRun,
  deploy,
  verification,
  selfCheck,
  smoke,
  status,
];
