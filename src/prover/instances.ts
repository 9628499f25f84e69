// Which proof systems prove which instances of the segment circuit.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import { fail } from "../errors.ts";
import type { InstanceName } from "../model/index.ts";
import { PROOF_SYSTEMS, type ProofSystemName } from "./proof-system.ts";

/** The instances of the segment circuit that a system proves. */
export function instancesOf(name: ProofSystemName): readonly InstanceName[] {
  return (Object.keys(circuits) as InstanceName[]).filter((instance) => systemsOf(instance).includes(name));
}

/** The systems that prove an instance of the segment circuit. */
export function systemsOf(instance: InstanceName): readonly ProofSystemName[] {
  const systems: readonly string[] = circuits[instance].systems;
  return PROOF_SYSTEMS.filter((name) => systems.includes(name));
}

/** Throws INSTANCE_UNSUPPORTED if the system has no circuit of this instance. */
export function requireSupport(name: ProofSystemName, instance: InstanceName): void {
  const known = instancesOf(name);
  if (known.includes(instance)) return;
  fail("INSTANCE_UNSUPPORTED", { system: name, known: known.join(", "), actual: instance });
}
