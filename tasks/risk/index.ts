// The risk model: training, measuring, and what it says of a deployment.

import {
  BATCH,
  define,
  defineOnDeployment,
  group,
  optional,
  RISK_DOUBT,
  RISK_RATE,
} from "../support/define.ts";

const MODEL = optional("model", "File of the model (default: the one that comes with this version)");

const train = define(["risk", "train"], "Trains the risk model on simulated traffic, from a seed")
  .addOption({
    name: "seed",
    description: "The same seed, the same model, byte for byte",
    defaultValue: "luntra",
  })
  .addOption(
    optional(
      "worlds",
      "Simulated deployments to train on, and to hold out (default: as the committed model)",
    ),
  )
  .addOption(optional("out", "File to write (default: only say what came out)"))
  .setAction(() => import("./train.ts"))
  .build();

const evaluate = define(["risk", "evaluate"], "Measures a risk model on simulated traffic that it never saw")
  .addOption(MODEL)
  .addOption(optional("seed", "Of that traffic (default: the held-out traffic of the model's own seed)"))
  .addOption(
    optional("worlds", "Simulated deployments to measure on (default: as many as the model was measured on)"),
  )
  .addOption(optional("plot", "SVG file to write: ROC and reliability"))
  .addFlag({
    name: "unseen",
    description: "Train without each attack in turn, and measure on that attack (minutes)",
  })
  .setAction(() => import("./evaluate.ts"))
  .build();

const score = defineOnDeployment(
  ["risk", "score"],
  "Says how unusual a batch is, why, and whether to prove it",
)
  .addOption(BATCH)
  .addOption(MODEL)
  .addOption(RISK_RATE)
  .addOption(RISK_DOUBT)
  .setAction(() => import("./score.ts"))
  .build();

const report = defineOnDeployment(
  ["risk", "report"],
  "Compares proving where it pays with never and with always: minutes and money",
)
  .addOption(MODEL)
  .addOption(RISK_RATE)
  .addOption(RISK_DOUBT)
  .addOption({ name: "workers", description: "Proofs that are made at a time", defaultValue: "1" })
  .addOption(optional("worlds", "Simulated deployments, with --simulated (default: all held-out ones)"))
  .addFlag({ name: "simulated", description: "On simulated held-out traffic instead of a deployment" })
  .setAction(() => import("./report.ts"))
  .build();

export const riskTasks = [
  group("risk", "How unusual batches are, and what to prove early"),
  train,
  evaluate,
  score,
  report,
];
