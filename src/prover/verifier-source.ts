// The text of the generated Solidity verifier, made fit for its setup.

import { LOCAL_CHAIN } from "../chain/local-chain.ts";
import { fail } from "../errors.ts";
import type { G2Point } from "./srs.ts";

const GENERATED_CONTRACT = "contract HonkVerifier is IVerifier {";
const GENERATED_CONSTRUCTOR = "constructor() {}";

/** The secret of the Aztec Ignition ceremony in the second group, as barretenberg writes it into every verifier. */
export const IGNITION_TAU_G2: G2Point = {
  x: {
    c0: 0x0118c4d5b837bcc2bc89b5b398b5974e9f5944073b32078b7e231fec938883b0n,
    c1: 0x260e01b251f6f1c7e7ff4e580791dee8ea51d87a358e038b4efe30fac09383c1n,
  },
  y: {
    c0: 0x22febda3c0c0632a56475b4214e5615e11e6dd3f96e6cea2854a87d4dacc5e55n,
    c1: 0x04fc6369f7110fe3d25156c1bb9a72859cf2a04641f99ba4ee413c80da6a5fe4n,
  },
};

/** The only change to a ceremony's verifier: its name. */
export function ceremonyVerifier(generated: string, name: string): string {
  for (const word of wordsOf(IGNITION_TAU_G2)) once(generated, word);
  return renamed(generated, name);
}

/** Puts the development secret in place of the ceremony's, and refuses every chain but the local one. */
export function developmentVerifier(generated: string, name: string, tauG2: G2Point): string {
  const words = wordsOf(tauG2);
  const patched = wordsOf(IGNITION_TAU_G2).reduce(
    (text, word, i) => replaced(text, word, words[i] as string),
    generated,
  );
  const guard = `error DevelopmentKeysOffLocalChain(uint256 chainId);

    // Anyone can forge proofs against development keys.
    constructor() {
        if (block.chainid != ${LOCAL_CHAIN}) revert DevelopmentKeysOffLocalChain(block.chainid);
    }`;
  return replaced(renamed(patched, name), GENERATED_CONSTRUCTOR, guard);
}

/** In the order in which the verifier hands them to the pairing precompile. */
function wordsOf({ x, y }: G2Point): string[] {
  return [x.c1, x.c0, y.c1, y.c0].map((c) => `0x${c.toString(16).padStart(64, "0")}`);
}

function renamed(source: string, name: string): string {
  return replaced(source, GENERATED_CONTRACT, `contract ${name} is IVerifier {`);
}

function replaced(source: string, from: string, to: string): string {
  once(source, from);
  return source.replace(from, () => to);
}

function once(source: string, what: string): void {
  const count = source.split(what).length - 1;
  if (count !== 1) fail("VERIFIER_UNKNOWN", { what, count });
}
