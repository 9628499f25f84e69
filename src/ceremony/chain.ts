// Compares a key with the transcript: the file as a whole, and the steps that it records.

import { stat } from "node:fs/promises";
import { fail } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import type { Transcript } from "./transcript.ts";
import type { ZkeyContribution, ZkeyFacts } from "./zkey.ts";

/** Under which snarkjs keeps the beacon in the key. */
export const BEACON_NAME = "beacon";

/** Throws CEREMONY_DIFFERS unless the key holds exactly the transcript's steps: the same ones, in order, and no others. */
export function compareChain(transcript: Transcript, { origin, contributions }: ZkeyFacts): void {
  const { name, initial, beacon } = transcript;
  const differ = (what: string, expected: string, actual: string) =>
    fail("CEREMONY_DIFFERS", { name, what, expected, actual });
  if (origin !== initial.hash) differ("the hash of the initial key", initial.hash, origin);
  const expected = stepsOf(transcript);
  if (contributions.length !== expected.length) {
    differ("the number of steps in the key", String(expected.length), String(contributions.length));
  }
  for (const [i, step] of expected.entries()) {
    const actual = contributions[i] as ZkeyContribution;
    const what = beacon !== null && i === expected.length - 1 ? "the beacon" : `contribution ${i + 1}`;
    for (const key of ["hash", "kind", "name", "beacon", "iterationsExponent"] as const) {
      if (actual[key] !== step[key]) differ(`${key} of ${what}`, String(step[key]), String(actual[key]));
    }
  }
}

function stepsOf({ contributions, beacon }: Transcript): ZkeyContribution[] {
  const people = contributions.map(({ contributor, hash }) => ({
    hash,
    kind: "contribution" as const,
    name: contributor,
    beacon: undefined,
    iterationsExponent: undefined,
  }));
  if (beacon === null) return people;
  const { hash, value, iterationsExponent } = beacon;
  return [...people, { hash, kind: "beacon", name: BEACON_NAME, beacon: value, iterationsExponent }];
}

/** Throws CEREMONY_FILE unless the file is there and has this SHA-256. */
export async function checkFile(path: string, expected: string): Promise<void> {
  const actual = (await exists(path)) ? await fileDigest(path) : "nothing";
  if (actual !== expected) fail("CEREMONY_FILE", { path, expected, actual });
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
