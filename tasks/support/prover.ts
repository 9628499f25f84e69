// The prover of a deployment, with the very keys that its verifier has.

import type { AddressBook } from "../../src/chain/address-book.ts";
import { fail } from "../../src/errors.ts";
import { honkVerifier } from "../../src/node/honk-verifier.ts";
import { type SegmentProver, segmentProver } from "../../src/prover/index.ts";
import type { Context } from "./action.ts";
import { buildProofSystem, ceremonyFolder } from "./build.ts";

/** Throws KEYS_DIFFER if L1 would refuse every proof made here: the circuit has changed, or the setup is another. */
export async function openProver(
  context: Context,
  { instance, vkHash }: AddressBook,
): Promise<SegmentProver> {
  const ceremony = ceremonyFolder();
  const system = await buildProofSystem(context, { instance, ceremony });
  const here = await honkVerifier(system, ceremony === undefined);
  if (here.vkHash !== vkHash) {
    fail("KEYS_DIFFER", { what: "the verification key made here", expected: vkHash, actual: here.vkHash });
  }
  return segmentProver(system);
}
