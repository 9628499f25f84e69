// Makes proof systems by name.

import type { InstanceName } from "../model/index.ts";
import type { ProofSystem, ProofSystemName } from "./proof-system.ts";
import { requireSupport } from "./instances.ts";
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
  requireSupport(name, instance);
  return MAKERS[name](instance, setup);
}
