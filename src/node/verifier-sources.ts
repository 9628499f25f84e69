// The generated verifiers of proof systems, as a deployment takes them.

import type { VerifierSource } from "../chain/deploy.ts";
import type { ProofSystem } from "../prover/proof-system.ts";

type System = Pick<ProofSystem, "name" | "instanceName" | "setup" | "exportVerifier">;

/** Sets the proof systems up if that has not been done. `development`: their keys come from a public secret. */
export async function verifierSources(
  systems: readonly System[],
  development: boolean,
): Promise<readonly VerifierSource[]> {
  const sources: VerifierSource[] = [];
  for (const system of systems) sources.push(await verifierSource(system, development));
  return sources;
}

async function verifierSource(system: System, development: boolean): Promise<VerifierSource> {
  const { circuit, verificationKey } = await system.setup();
  const { contractName } = await system.exportVerifier();
  return {
    system: system.name,
    instance: system.instanceName,
    contract: { artifact: contractName },
    development,
    circuitHash: bytes32(circuit),
    vkHash: bytes32(verificationKey),
  };
}

function bytes32(hash: string): string {
  return `0x${hash.replace(/^0x/, "").padStart(64, "0")}`;
}
