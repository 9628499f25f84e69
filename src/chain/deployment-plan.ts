// Which contracts a deployment consists of, in which order they are sent, and what each one is told.

import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../model/params.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import type { AddressBook, DeployedVerifier } from "./address-book.ts";
import type { VerifierSource } from "./deploy.ts";
import type { Parameters } from "./presets.ts";
import type { Hex } from "./types.ts";

export interface PlanOptions {
  /** Address of the contract that the deployer's transaction of this place creates, counted from 0. */
  readonly addressAt: (place: number) => Hex;
  readonly parameters: Parameters;
  readonly l2ChainId: bigint;
  readonly instance: InstanceName;
  readonly verifiers: readonly VerifierSource[];
}

export interface PlannedContract {
  readonly artifact: string;
  readonly args: readonly unknown[];
  readonly address: Hex;
}

export interface Plan {
  readonly steps: readonly PlannedContract[];
  readonly addresses: AddressBook["addresses"];
  readonly verifiers: DeployedVerifier[];
}

/** The contract that puts a system's generated verifier behind `ISegmentVerifier`. */
export const ADAPTERS: Readonly<Record<ProofSystemName, string>> = {
  ultrahonk: "UltraHonkSegmentVerifier",
  groth16: "Groth16SegmentVerifier",
  plonk: "PlonkSegmentVerifier",
};

export const ALL_OF_CONTRACT = "AllOf";

/** The contracts know one another from birth: all but the clock, the verifiers and the lens name each other by addresses computed beforehand. */
export function planOf({ addressAt, parameters, l2ChainId, instance, verifiers }: PlanOptions): Plan {
  const { n, D } = INSTANCES[instance];
  const steps: PlannedContract[] = [];
  const next = (artifact: string, args: readonly unknown[]): Hex => {
    const address = addressAt(steps.length);
    steps.push({ artifact, args, address });
    return address;
  };

  const clock = next("Clock", [parameters]);
  const availability = next("CalldataAvailability", []);
  const deployed = verifiers.map(({ contract, instance: _, ...source }) => {
    const { system } = source;
    const generated = "address" in contract ? contract.address : next(contract.artifact, []);
    const adapter = next(ADAPTERS[system], [generated, n, D]);
    const name = "address" in contract ? null : contract.artifact;
    return { ...source, generated, adapter, contract: name };
  });
  const adapters = deployed.map(({ adapter }) => adapter);
  const segmentVerifier = adapters.length > 1 ? next(ALL_OF_CONTRACT, [adapters]) : (adapters[0] ?? "");

  const [bonds, bridge, challenges, rollup] = [0, 1, 2, 3].map((i) => addressAt(steps.length + i)) as [
    Hex,
    Hex,
    Hex,
    Hex,
  ];
  next("BondManager", [rollup, challenges, clock, parameters]);
  next("Bridge", [rollup, clock, parameters]);
  next("Challenges", [{ clock, rollup, bonds, bridge, availability, verifier: segmentVerifier }, parameters]);
  next("Rollup", [
    { clock, challenges, bonds, bridge, availability },
    { ...parameters, l2ChainId, recordsPerSegment: n, stateDepth: D, maxSegments: MAX_SEGMENTS },
  ]);
  const lens = next("Lens", [rollup]);
  const addresses = { clock, rollup, challenges, bridge, bonds, lens, availability, segmentVerifier };
  return { steps, addresses, verifiers: deployed };
}
