// The circuit's keys.

import { CEREMONY, define, defineOnDeployment, group, INSTANCE, PROOF_SYSTEM } from "../support/define.ts";

const setup = define(
  ["keys", "setup"],
  "Compiles a proof system's circuit, makes its keys and the Solidity verifier, and prints their hashes",
)
  .addOption(PROOF_SYSTEM)
  .addOption(INSTANCE)
  .addOption(CEREMONY)
  .setAction(() => import("./setup.ts"))
  .build();

const verify = defineOnDeployment(
  ["keys", "verify"],
  "Compares a deployment's keys with those made here, system by system: circuit, verification key, code on L1",
)
  .addOption(CEREMONY)
  .setAction(() => import("./verify.ts"))
  .build();

export const keysTasks = [group("keys", "Make and compare the circuit's keys"), setup, verify];
