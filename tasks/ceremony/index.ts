// Production keys for the circom proof systems.

import { ArgumentType } from "hardhat/types/arguments";
import { define, group, optional } from "../support/define.ts";

const NAME = optional("name", "Name of the ceremony");
const PTAU = optional("ptau", "Path of the powers-of-tau file");
const UNLISTED_PTAU = {
  name: "unlistedPtau",
  description: "Take powers of tau that nobody vouches for; their keys deploy on chain 31337 only",
} as const;
const DEPLOYMENTS = optional(
  "deployments",
  "Folder with the transcripts, below ceremonies/ (default: LUNTRA_DEPLOYMENTS, or ./deployments)",
);
const FILES = optional("files", "Folder of the zkeys (default: LUNTRA_ZKEYS, or ./.luntra/ceremonies)");
const MINIMUM = {
  name: "minimum",
  description: "Contributors by different names that there must be",
  type: ArgumentType.INT,
  defaultValue: 2,
} as const;

function defineStep(id: string, description: string) {
  return define(["ceremony", id], description).addOption(NAME).addOption(DEPLOYMENTS).addOption(FILES);
}

const verifyPtau = define(["ceremony", "verify-ptau"], "Recognises a public powers-of-tau file by its hash")
  .addPositionalArgument({ name: "file", description: "Path of the powers-of-tau file" })
  .addFlag({
    name: "full",
    description: "Check every contribution and point, too (slow); needed for files that nobody vouches for",
  })
  .setAction(() => import("./verify-ptau.ts"))
  .build();

const start = defineStep(
  "start",
  "Derives a Groth16 key from circuit and powers of tau, for others to contribute to",
)
  .addOption({
    name: "instance",
    description: "Circuit: an instance of circuits/circuits.json that lists groth16",
    defaultValue: "mini",
  })
  .addOption(PTAU)
  .addFlag(UNLISTED_PTAU)
  .setAction(() => import("./start.ts"))
  .build();

const contribute = defineStep("contribute", "Multiplies the newest key by a fresh secret and forgets it")
  .addOption(optional("contributor", "Name under which the transcript knows the contribution"))
  .addFlag({
    name: "stdin",
    description: "Mix standard input into the system's randomness, too (as LUNTRA_CEREMONY_ENTROPY does)",
  })
  .setAction(() => import("./contribute.ts"))
  .build();

const beacon = defineStep("beacon", "Ends a ceremony with public randomness that nobody knew before")
  .addOption(optional("beacon", "The public randomness: 32 to 255 bytes, hexadecimal"))
  .addOption({
    name: "iterationsExponent",
    description: "The randomness is hashed 2^this times: 10 to 30",
    type: ArgumentType.INT,
    defaultValue: 10,
  })
  .addOption(optional("source", "Where the randomness can be looked up, such as a drand round"))
  .addOption(MINIMUM)
  .setAction(() => import("./beacon.ts"))
  .build();

const verify = defineStep(
  "verify",
  "Checks a ceremony from the circuit's sources to the final key; trusts nothing",
)
  .addOption(PTAU)
  .addFlag(UNLISTED_PTAU)
  .addOption(MINIMUM)
  .addFlag({ name: "unfinished", description: "Check a ceremony that has not had its beacon yet" })
  .setAction(() => import("./verify.ts"))
  .build();

export const ceremonyTasks = [
  group("ceremony", "Make Groth16 keys together, and check powers of tau"),
  verifyPtau,
  start,
  contribute,
  beacon,
  verify,
];
