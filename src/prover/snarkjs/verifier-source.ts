// The text of the Solidity verifiers that snarkjs generates, made fit for their setup.

import { LOCAL_CHAIN } from "../../chain/local-chain.ts";
import { fail } from "../../errors.ts";
import type { SnarkjsSystem } from "./calls.ts";

const GENERATED_NAMES: Readonly<Record<SnarkjsSystem, string>> = {
  groth16: "Groth16Verifier",
  plonk: "PlonkVerifier",
};

/** Renames the contract; one for development keys then refuses every chain but the local one. */
export function verifierSource(
  system: SnarkjsSystem,
  generated: string,
  name: string,
  development: boolean,
): string {
  const opening = `contract ${GENERATED_NAMES[system]} {`;
  const count = generated.split(opening).length - 1;
  if (count !== 1) fail("VERIFIER_UNKNOWN", { what: opening, count });
  return generated.replace(opening, () => `contract ${name} {${development ? GUARD : ""}`);
}

const GUARD = `
    error DevelopmentKeysOffLocalChain(uint256 chainId);

    // Anyone can forge proofs against development keys.
    constructor() {
        if (block.chainid != ${LOCAL_CHAIN}) revert DevelopmentKeysOffLocalChain(block.chainid);
    }
`;
