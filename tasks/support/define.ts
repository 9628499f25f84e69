// The start of every task's definition: options that all tasks share.

import { emptyTask, task } from "hardhat/config";
import { ArgumentType } from "hardhat/types/arguments";
import { INSTANCES } from "../../src/model/params.ts";

/** What all actions get. */
export type CommonArgs = {
  json: boolean;
};

/** What actions get that work on a deployment. */
export type DeploymentArgs = CommonArgs & {
  deployment: string;
  deployments: string | undefined;
};

export function define(id: readonly string[], description: string) {
  return task([...id], description).addFlag({
    name: "json",
    description: "Print one JSON document on standard output; errors as JSON on standard error",
  });
}

export function defineOnDeployment(id: readonly string[], description: string) {
  return define(id, description)
    .addOption({
      name: "deployment",
      description: "Name of the deployment",
      defaultValue: "luntra",
    })
    .addOption(
      optional("deployments", "Folder of the address books (default: LUNTRA_DEPLOYMENTS, or ./deployments)"),
    );
}

/** An option that may be left out; the description says what happens then. */
export function optional<const Name extends string>(name: Name, description: string) {
  const type = ArgumentType.STRING_WITHOUT_DEFAULT as const;
  return { name, description, type, defaultValue: undefined };
}

/** A task that only groups others. */
export function group(id: string | readonly string[], description: string) {
  return emptyTask(typeof id === "string" ? id : [...id], description).build();
}

export const FROM = {
  name: "from",
  description: "Account that sends on L1: index among the network's accounts, or address",
  defaultValue: "0",
} as const;

export const DATABASE = optional(
  "database",
  "postgres://…, or a folder for an embedded one (default: LUNTRA_DATABASE, or a folder among the state)",
);

export const MAX_PRICE = optional(
  "maxPrice",
  "Most that the queue place may cost (default: 4 times the present price); the rest comes back",
);

export const CONFIRMATIONS = {
  name: "confirmations",
  description: "Blocks of L1 for which a freeze must have been possible already",
  defaultValue: "0",
} as const;

/** What --prove risk weighs proofs against: docs/risk.md. */
export const RISK_RATE = {
  name: "riskRate",
  description: "What a year of waiting for finality costs, in 1/10000 of the value that waits",
  defaultValue: "1000",
} as const;
export const RISK_DOUBT = {
  name: "riskDoubt",
  description: "What a challenge window of certain doubt costs, in 1/10000 of the value in doubt",
  defaultValue: "100",
} as const;

export const BATCH = {
  name: "batch",
  description: "head, the number of a live batch, or an id (a rolled-back batch has only that)",
  defaultValue: "head",
} as const;

export const PROOF_SYSTEM = {
  name: "proofSystem",
  description:
    "ultrahonk, groth16, plonk; or several that must agree: all-of (the first two), or a list with commas",
  defaultValue: "ultrahonk",
} as const;

const SIZES = Object.entries(INSTANCES).map(([name, { n }]) => `${name} ${n}`);

export const INSTANCE = optional(
  "instance",
  `Circuit, by records: ${SIZES.join(", ")} (default: dev for ultrahonk, else mini)`,
);

/** Production keys instead of development keys, which serve on chain 31337 only: an option for each proof system. */
export const CEREMONY = optional(
  "ceremony",
  "Production keys of ultrahonk: folder of the public ceremony's files (default: LUNTRA_CEREMONY)",
);
export const GROTH16_CEREMONY = optional(
  "circuitCeremony",
  "Production keys of groth16: name of a finished ceremony (default: LUNTRA_CIRCUIT_CEREMONY)",
);
export const PTAU = optional(
  "ptau",
  "Production keys of plonk: path of a public powers-of-tau file (default: LUNTRA_PTAU)",
);
