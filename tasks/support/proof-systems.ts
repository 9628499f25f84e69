// The options --proof-system and --instance.

import { fail } from "../../src/errors.ts";
import { INSTANCES, type InstanceName } from "../../src/model/params.ts";
import { ALL_OF, PROOF_SYSTEMS, type ProofSystemName } from "../../src/prover/proof-system.ts";
import { parseChoice, parseChoices } from "./arguments.ts";

export type ProofSystemArgs = {
  proofSystem: string;
  instance: string | undefined;
};

/** Two circuits in two languages, with two setups. */
const ALL_OF_SYSTEMS: readonly ProofSystemName[] = ["ultrahonk", "groth16"];

export interface ChosenSystems {
  /** In the order of a proof's parts; one of them, or several that must all agree. */
  readonly systems: readonly ProofSystemName[];
  readonly instance: InstanceName;
}

/** `groth16`, `all-of`, `ultrahonk,plonk`. Throws ARGUMENT_INVALID. */
export function parseProofSystems({ proofSystem, instance }: ProofSystemArgs): ChosenSystems {
  const systems =
    proofSystem === ALL_OF ? ALL_OF_SYSTEMS : parseChoices(proofSystem, "--proof-system", PROOF_SYSTEMS);
  if (systems.length === 0 || new Set(systems).size < systems.length) {
    const expected = `${PROOF_SYSTEMS.join(", ")}, ${ALL_OF}, or some of the first with commas, each once`;
    fail("ARGUMENT_INVALID", { argument: "--proof-system", expected, actual: proofSystem });
  }
  // circom circuits of the size of dev take minutes to set up.
  const usual = systems.every((system) => system === "ultrahonk") ? "dev" : "mini";
  const names = Object.keys(INSTANCES) as InstanceName[];
  return { systems, instance: parseChoice(instance ?? usual, "--instance", names) };
}
