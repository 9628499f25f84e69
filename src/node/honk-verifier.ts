// The generated verifier of a proof system, as a deployment takes it.

import type { VerifierSource } from "../chain/deploy.ts";
import type { ProofSystem } from "../prover/proof-system.ts";

/** Sets the proof system up if that has not been done. `development`: its keys come from a public secret. */
export async function honkVerifier(
  system: Pick<ProofSystem, "setup" | "exportVerifier">,
  development: boolean,
): Promise<VerifierSource> {
  const { circuit, verificationKey } = await system.setup();
  const { contractName } = await system.exportVerifier();
  return {
    contract: { artifact: contractName },
    development,
    circuitHash: bytes32(circuit),
    vkHash: bytes32(verificationKey),
  };
}

function bytes32(hash: string): string {
  return `0x${hash.replace(/^0x/, "").padStart(64, "0")}`;
}
