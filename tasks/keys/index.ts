// The circuit's keys.

import { define, defineOnDeployment, group, optional } from "../support/define.ts";

const setup = define(
  ["keys", "setup"],
  "Compiles the circuit, makes its keys and the Solidity verifier, and prints their hashes",
)
  .addOption({
    name: "instance",
    description: "Circuit: dev (4 records a segment) or standard (32)",
    defaultValue: "dev",
  })
  .addOption(
    optional(
      "ceremony",
      "Folder of the public ceremony's files (default: LUNTRA_CEREMONY, or development keys: chain 31337)",
    ),
  )
  .setAction(() => import("./setup.ts"))
  .build();

const verify = defineOnDeployment(
  ["keys", "verify"],
  "Compares a deployment's keys with those made here: circuit, verification key, code on L1",
)
  .addOption(
    optional(
      "ceremony",
      "Folder of the public ceremony's files (default: LUNTRA_CEREMONY, or development keys: chain 31337)",
    ),
  )
  .setAction(() => import("./verify.ts"))
  .build();

export const keysTasks = [group("keys", "Make and compare the circuit's keys"), setup, verify];
