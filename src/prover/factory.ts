// Makes proof systems by name.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import { fail } from "../errors.ts";
import type { InstanceName } from "../model/index.ts";
import { PROOF_SYSTEMS, type ProofSystem, type ProofSystemName } from "./proof-system.ts";
import { Groth16, type Groth16Setup, Plonk, type PlonkSetup } from "./snarkjs/index.ts";
import { UltraHonk, type UltraHonkSetup } from "./ultra-honk.ts";

/** Where each system's keys come from: from secrets that everybody knows, or from what its own production setup is. */
export interface Setups {
  ultrahonk: UltraHonkSetup;
  groth16: Groth16Setup;
  plonk: PlonkSetup;
}

type Makers = {
  readonly [Name in ProofSystemName]: (instance: InstanceName, setup: Setups[Name]) => ProofSystem;
};

const MAKERS: Makers = {
  ultrahonk: (instance, setup) => new UltraHonk(instance, setup),
  groth16: (instance, setup) => new Groth16(instance, setup),
  plonk: (instance, setup) => new Plonk(instance, setup),
};

/** Nothing is compiled or derived yet. Throws INSTANCE_UNSUPPORTED if the system has no circuit of this instance. */
export function proofSystem<Name extends ProofSystemName>(
  name: Name,
  instance: InstanceName,
  setup: Setups[Name] = { type: "development" },
): ProofSystem {
  const known = instancesOf(name);
  if (!known.includes(instance)) {
    fail("INSTANCE_UNSUPPORTED", { system: name, known: known.join(", "), actual: instance });
  }
  return MAKERS[name](instance, setup);
}

/** The instances of the segment circuit that a system proves. */
export function instancesOf(name: ProofSystemName): readonly InstanceName[] {
  return (Object.keys(circuits) as InstanceName[]).filter((instance) => systemsOf(instance).includes(name));
}

/** The systems that prove an instance of the segment circuit. */
export function systemsOf(instance: InstanceName): readonly ProofSystemName[] {
  const systems: readonly string[] = circuits[instance].systems;
  return PROOF_SYSTEMS.filter((name) => systems.includes(name));
}
