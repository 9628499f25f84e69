// What the tasks of a ceremony have in common.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import { type CeremonyCircuit, ceremonyPlaces, type Places } from "../../src/ceremony/index.ts";
import { compileCircom } from "../../src/prover/circom/index.ts";
import { versionOf } from "../../src/prover/versions.ts";
import { parseChoice, required } from "../support/arguments.ts";
import type { CommonArgs } from "../support/define.ts";

export type StepArgs = CommonArgs & {
  name: string | undefined;
  deployments: string | undefined;
  files: string | undefined;
};

type CircuitName = keyof typeof circuits;

/** Instances that Groth16 proves. */
const CIRCUITS = (Object.keys(circuits) as CircuitName[]).filter((name) =>
  (circuits[name].systems as readonly string[]).includes("groth16"),
);

/** Linear constraints cost Groth16 as much as any, so that they are optimised away. */
const OPTIMIZATION = "O2";

export function placesOf({ name, deployments, files }: StepArgs): { name: string; places: Places } {
  return { name: required(name, "--name"), places: ceremonyPlaces({ deployments, files }) };
}

/** Throws ARGUMENT_INVALID if Groth16 does not prove this instance. */
export async function compileInstance(instance: string): Promise<CeremonyCircuit> {
  const known = parseChoice(instance, "the ceremony's instance", CIRCUITS);
  const { r1csPath } = await compileCircom(known, circuits[known], OPTIMIZATION);
  const compiler = `circom2 ${versionOf("circom2")}, circomlib ${versionOf("circomlib")}, ${OPTIMIZATION}`;
  return { instance: known, r1csPath, compiler };
}
