// What an auditor compares: sizes of a circuit and hashes of what is derived from it.

import type { InstanceName } from "../model/index.ts";
import { compileSegment } from "./circuit.ts";
import { UltraHonk } from "./ultra-honk.ts";

export interface CircuitSnapshot {
  readonly instance: InstanceName;
  readonly n: number;
  readonly D: number;
  readonly E: number;
  /** Of at most 2^19, so that one size of reference string and one order of proving time hold. */
  readonly gates: number;
  readonly acirOpcodes: number;
  readonly publicInputs: readonly string[];
  /** SHA-256 of the compiled circuit. */
  readonly circuitHash: string;
  /** Hash of the development verification key, and SHA-256 of its Solidity verifier. */
  readonly developmentKeyHash: string;
  readonly developmentVerifierHash: string;
}

export async function circuitSnapshot(instance: InstanceName): Promise<CircuitSnapshot> {
  const system = new UltraHonk(instance);
  const { n, D, E } = system.instance;
  const { gates, acirOpcodes } = await system.size();
  const { circuit, verificationKey, verifier } = await system.setup();
  const { program } = await compileSegment(instance, system.instance);
  return {
    instance,
    n,
    D,
    E,
    gates,
    acirOpcodes,
    publicInputs: program.abi.parameters
      .filter(({ visibility }) => visibility === "public")
      .map(({ name }) => name),
    circuitHash: circuit,
    developmentKeyHash: verificationKey,
    developmentVerifierHash: verifier,
  };
}
