// The prover of a deployment, with the very keys that its verifiers have.

import type { AddressBook } from "../../src/chain/address-book.ts";
import { fail } from "../../src/errors.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { type SegmentProver, segmentProver } from "../../src/prover/index.ts";
import type { Context } from "./action.ts";
import { buildProofSystems } from "./build.ts";
import { DEVELOPMENT_KEYS, type KeyArgs, type KeySources, keySources } from "./key-sources.ts";

/** Throws KEYS_DIFFER if L1 would refuse every proof made here: a circuit has changed, or its setup is another. */
export async function openProver(
  context: Context,
  { instance, verifiers }: Pick<AddressBook, "instance" | "verifiers">,
  { deployments }: Pick<KeyArgs, "deployments">,
): Promise<SegmentProver> {
  const names = verifiers.map(({ system }) => system);
  const keys = keysOf(verifiers, { deployments });
  const systems = await buildProofSystems(context, { systems: names, instance, keys });
  const here = await verifierSources(systems, keys);
  for (const [i, { system, vkHash }] of verifiers.entries()) {
    const actual = here[i]?.vkHash ?? "none";
    if (actual === vkHash) continue;
    fail("KEYS_DIFFER", { what: `the verification key of ${system} made here`, expected: vkHash, actual });
  }
  return segmentProver(systems);
}

/** Of the kind that the deployment's are; where production keys come from, options and environment say. */
export function keysOf(verifiers: AddressBook["verifiers"], args: KeyArgs): KeySources {
  const names = verifiers.map(({ system }) => system);
  const given = [args.ceremony, args.circuitCeremony, args.ptau].some(Boolean);
  if (!given && verifiers.every(({ development }) => development)) {
    return DEVELOPMENT_KEYS;
  }
  const ceremony = verifiers.find(({ system }) => system === "groth16")?.ceremony ?? undefined;
  return keySources(names, { ...args, circuitCeremony: args.circuitCeremony ?? ceremony });
}
