// The generated verifiers of proof systems, as a deployment takes them.

import type { VerifierSource } from "../chain/deploy.ts";
import type { ProofSystem } from "../prover/proof-system.ts";

type System = Pick<ProofSystem, "name" | "instanceName" | "setup" | "exportVerifier">;

export interface KeyOrigin {
  /** The keys come from secrets that everybody knows. */
  readonly development: boolean;
  /** Name of the ceremony that made the Groth16 keys, if one did. */
  readonly circuitCeremony?: string;
}

/** Sets the proof systems up if that has not been done. */
export async function verifierSources(
  systems: readonly System[],
  keys: KeyOrigin,
): Promise<readonly VerifierSource[]> {
  const sources: VerifierSource[] = [];
  for (const system of systems) sources.push(await verifierSource(system, keys));
  return sources;
}

async function verifierSource(
  system: System,
  { development, circuitCeremony }: KeyOrigin,
): Promise<VerifierSource> {
  const { circuit, verificationKey, ptau } = await system.setup();
  const { contractName } = await system.exportVerifier();
  return {
    system: system.name,
    instance: system.instanceName,
    contract: { artifact: contractName },
    development,
    ceremony: system.name === "groth16" ? (circuitCeremony ?? null) : null,
    ptau: ptau ?? null,
    circuitHash: bytes32(circuit),
    vkHash: bytes32(verificationKey),
  };
}

function bytes32(hash: string): string {
  return `0x${hash.replace(/^0x/, "").padStart(64, "0")}`;
}
