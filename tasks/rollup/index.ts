// Deploy a rollup, look at it, make its batches final.

import {
  CEREMONY,
  CONFIRMATIONS,
  define,
  defineOnDeployment,
  FROM,
  GROTH16_CEREMONY,
  group,
  INSTANCE,
  optional,
  PROOF_SYSTEM,
  PTAU,
} from "../support/define.ts";

const deploy = defineOnDeployment(
  ["rollup", "deploy"],
  "Deploys a rollup to a local chain (31337) and writes its address book; real networks take launch",
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
  .addOption(GROTH16_CEREMONY)
  .addOption(PTAU)
  .addOption(
    optional("challengeWindow", "Seconds after a commit in which challenges open (default: the preset's)"),
  )
  .addOption(
    optional(
      "provingWindow",
      "Seconds in which a challenge can be answered before its timeout (default: the preset's)",
    ),
  )
  .addOption(
    optional("primary", "Account that commits alone while it is live (default: nobody; testnet: --from)"),
  )
  .addOption(
    optional("guardian", "Account that may stop time for a while (default: nobody; testnet: --from)"),
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
  .addFlag({
    name: "watch",
    description: "Go on showing them until interrupted; with --json a line a change",
  })
  .addOption({
    name: "interval",
    description: "With --watch, time between two looks at L1",
    defaultValue: "2s",
  })
  .setAction(() => import("./status.ts"))
  .build();

const finalize = defineOnDeployment(
  ["rollup", "finalize"],
  "Makes batches final, one after the other, as far as L1 allows",
)
  .addOption(FROM)
  .setAction(() => import("./finalize.ts"))
  .build();

const pause = defineOnDeployment(
  ["rollup", "pause"],
  "Stops the protocol's time for a while; the guardian alone can, and nothing expires meanwhile",
)
  .addOption(FROM)
  .addOption(optional("for", "How long: 90s, 10min, 6h, 2d"))
  .setAction(() => import("./pause.ts"))
  .build();

const resume = defineOnDeployment(["rollup", "resume"], "Ends a running pause early; it also ends by itself")
  .addOption(FROM)
  .setAction(() => import("./resume.ts"))
  .build();

const freeze = defineOnDeployment(
  ["rollup", "freeze"],
  "Freezes a rollup for good that does not serve its queue, so that everybody can leave it",
)
  .addOption(FROM)
  .addOption(CONFIRMATIONS)
  .setAction(() => import("./freeze.ts"))
  .build();

const check = define(
  ["rollup", "params", "check"],
  "Says what each window and bond must be at least, and what disputes cost; exit code 1 if one is not",
)
  .addOption({ name: "preset", description: "local, testnet or mainnet", defaultValue: "mainnet" })
  .addOption(PROOF_SYSTEM)
  .addOption(
    optional("instance", "Circuit, for the size of a batch (default: standard for ultrahonk, else mini)"),
  )
  .addOption(optional("set", "Other values, with commas: challengeWindow=2d,batchBond=5ether"))
  .addOption(optional("measured", "File of bench results that proof time and gas have to cover"))
  .addOption({ name: "gasPrice", description: "One more base fee to show costs at", defaultValue: "30gwei" })
  .addOption(optional("stallPrice", "ETH that a day of garbage batches shall burn at least"))
  .addOption(optional("delayPrice", "ETH that a day's delay of finality shall cost at least"))
  .setAction(() => import("./params-check.ts"))
  .build();

export const rollupTasks = [
  group("rollup", "Deploy a rollup, look at it, stop its time, freeze it"),
  deploy,
  status,
  finalize,
  pause,
  resume,
  freeze,
  group(["rollup", "params"], "Parameters of a deployment"),
  check,
];
