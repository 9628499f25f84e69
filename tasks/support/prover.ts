// The prover of a deployment, with the very keys that its verifiers have.

import type { AddressBook } from "../../src/chain/address-book.ts";
import { fail } from "../../src/errors.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { type SegmentProver, segmentProver } from "../../src/prover/index.ts";
import type { Context } from "./action.ts";
import { buildProofSystems, ceremonyFolder } from "./build.ts";

/** Throws KEYS_DIFFER if L1 would refuse every proof made here: a circuit has changed, or its setup is another. */
export async function openProver(
  context: Context,
  { instance, verifiers }: AddressBook,
): Promise<SegmentProver> {
  const ceremony = ceremonyFolder();
  const names = verifiers.map(({ system }) => system);
  const systems = await buildProofSystems(context, { systems: names, instance, ceremony });
  const here = await verifierSources(systems, ceremony === undefined);
  for (const [i, { system, vkHash }] of verifiers.entries()) {
    const actual = here[i]?.vkHash ?? "none";
    if (actual === vkHash) continue;
    fail("KEYS_DIFFER", { what: `the verification key of ${system} made here`, expected: vkHash, actual });
  }
  return segmentProver(systems);
}
