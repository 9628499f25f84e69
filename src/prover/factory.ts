// Makes proof systems by name.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import { fail } from "../errors.ts";
import type { InstanceName } from "../model/index.ts";
import type { ProofSystem, ProofSystemName } from "./proof-system.ts";
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
  const all = Object.entries(circuits) as [InstanceName, { readonly systems: readonly string[] }][];
  return all.filter(([, { systems }]) => systems.includes(name)).map(([instance]) => instance);
}
