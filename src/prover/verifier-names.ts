// Names and places of generated Solidity verifiers. Hardhat's configuration reads this, so it imports nothing heavy.

import { INSTANCES, type InstanceName } from "../model/params.ts";
import { PROOF_SYSTEMS, type ProofSystemName } from "./proof-system.ts";

const PREFIXES: Readonly<Record<ProofSystemName, string>> = {
  ultrahonk: "Honk",
  groth16: "Groth16",
  plonk: "Plonk",
};

/** Development keys are for the tests and so have the short name. */
export function verifierName(system: ProofSystemName, instance: InstanceName, development: boolean): string {
  const size = `${instance[0]?.toUpperCase()}${instance.slice(1)}`;
  return `${PREFIXES[system]}Verifier${size}${development ? "" : "Ceremony"}`;
}

/** Folder below `contracts/generated/` that the verifier is written to. */
export function verifierFolder(instance: InstanceName, development: boolean): string {
  return development ? instance : "ceremony";
}

/** Every file below `contracts/generated/` that can be there, now or later: most are made on demand. */
export function verifierFiles(): readonly string[] {
  return (Object.keys(INSTANCES) as InstanceName[]).flatMap((instance) =>
    PROOF_SYSTEMS.flatMap((system) =>
      [true, false].map(
        (development) =>
          `${verifierFolder(instance, development)}/${verifierName(system, instance, development)}.sol`,
      ),
    ),
  );
}
