// Makes proof systems by name.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import { fail } from "../errors.ts";
import type { InstanceName } from "../model/index.ts";
import { PROOF_SYSTEMS, type ProofSystem, type ProofSystemName } from "./proof-system.ts";
import { type Setup, UltraHonk } from "./ultra-honk.ts";

type Maker = (instance: InstanceName, setup: Setup) => ProofSystem;

const MAKERS: Readonly<Partial<Record<ProofSystemName, Maker>>> = {
  ultrahonk: (instance, setup) => new UltraHonk(instance, setup),
};

/** Nothing is compiled or derived yet. Throws INSTANCE_UNSUPPORTED if the system has no circuit of this instance. */
export function proofSystem(
  name: ProofSystemName,
  instance: InstanceName,
  setup: Setup = { type: "development" },
): ProofSystem {
  const make = MAKERS[name];
  const known = instancesOf(name);
  if (make === undefined || !known.includes(instance)) {
    return fail("INSTANCE_UNSUPPORTED", { system: name, known: known.join(", "), actual: instance });
  }
  return make(instance, setup);
}

/** The instances of the segment circuit that a system proves. */
export function instancesOf(name: ProofSystemName): readonly InstanceName[] {
  return (Object.keys(circuits) as InstanceName[]).filter((instance) => systemsOf(instance).includes(name));
}

/** The systems that prove an instance of the segment circuit. */
export function systemsOf(instance: InstanceName): readonly ProofSystemName[] {
  const systems: readonly string[] = circuits[instance].systems;
  return PROOF_SYSTEMS.filter((name) => name in MAKERS && systems.includes(name));
}
