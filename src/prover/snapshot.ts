// What an auditor compares: sizes of an instance's circuits and hashes of what is derived from them.

import circuits from "../../circuits/circuits.json" with { type: "json" };
import type { InstanceName } from "../model/index.ts";
import { compileSegment } from "./circuit.ts";
import { compileCircom, OPTIMIZATIONS } from "./circom/index.ts";
import { proofSystem } from "./factory.ts";
import { systemsOf } from "./instances.ts";
import type { CircuitSize, ProofSystemName } from "./proof-system.ts";

export interface CircuitSnapshot {
  readonly instance: InstanceName;
  readonly n: number;
  readonly D: number;
  readonly E: number;
  /** Levels of the state tree that the circom circuit hashes once a segment. */
  readonly cap: number;
  readonly publicInputs: readonly string[];
  /** By proof system. */
  readonly systems: Readonly<Partial<Record<ProofSystemName, SystemSnapshot>>>;
}

interface SystemSnapshot extends CircuitSize {
  /** SHA-256 of the compiled circuit. */
  readonly circuitHash: string;
  /** Hash of the development verification key, and SHA-256 of its Solidity verifier. */
  readonly developmentKeyHash?: string;
  readonly developmentVerifierHash?: string;
}

/** circom circuits whose development keys take seconds, and which tests make anyway. */
const KEYED: readonly InstanceName[] = ["mini"];

export async function circuitSnapshot(instance: InstanceName): Promise<CircuitSnapshot> {
  const { n, D, E, cap } = circuits[instance];
  const { program } = await compileSegment(instance, { n, D, E });
  const systems: Partial<Record<ProofSystemName, SystemSnapshot>> = {};
  for (const name of systemsOf(instance)) systems[name] = await systemSnapshot(name, instance);
  return {
    instance,
    n,
    D,
    E,
    cap,
    publicInputs: program.abi.parameters
      .filter(({ visibility }) => visibility === "public")
      .map(({ name }) => name),
    systems,
  };
}

async function systemSnapshot(name: ProofSystemName, instance: InstanceName): Promise<SystemSnapshot> {
  const system = proofSystem(name, instance);
  const size = await system.size();
  if (name !== "ultrahonk" && !KEYED.includes(instance)) {
    const { hash } = await compileCircom(instance, circuits[instance], OPTIMIZATIONS[name]);
    return { ...size, circuitHash: hash };
  }
  const { circuit, verificationKey, verifier } = await system.setup();
  return {
    ...size,
    circuitHash: circuit,
    developmentKeyHash: verificationKey,
    developmentVerifierHash: verifier,
  };
}
