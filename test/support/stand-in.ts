// A verifier and a prover that take no time, for tests that are about anything but proofs.

import { getBytes, keccak256 } from "ethers";
import { type PublicInputs, publicInputList, publicInputs, toBytes } from "../../src/model/index.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import type { SegmentRun } from "../../src/prover/proof-system.ts";
import { encodeProof } from "../../src/prover/segment.ts";

/**
 * A generated verifier that takes keccak(public inputs) for a proof: calldatacopy(0, 164, 192); return keccak(0, 192) ==
 * calldataload(100). It binds a "proof" to its statement, and anybody can make one.
 */
export const STAND_IN_CODE = "0x60c060a45f3760c05f20606435145f5260205ff3";
export const STAND_IN_VERIFIER = `0x60148060095f395ff3${STAND_IN_CODE.slice(2)}`;

/** What the stand-in accepts for these public inputs, behind the adapter of UltraHonk. */
export function standInProof(inputs: PublicInputs): Uint8Array {
  const words = publicInputList(inputs).map((word) => toBytes(word, 32));
  return encodeProof({ h: inputs.h, proof: getBytes(keccak256(Buffer.concat(words))) });
}

export const standInProver: Prover = {
  async prove({ trace, words, context }: SegmentRun) {
    const { a, b, records } = trace;
    const hash = await loadFastHash();
    return standInProof(publicInputs({ a, b, words, n: records.length, context, hash }));
  },
};
