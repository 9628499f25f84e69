// One step of a ceremony, the same for people and for the beacon: from the newest key to the next. The new key gets its
// name only when it is complete, and the transcript is written last, so that a step that was interrupted anywhere either
// has left nothing, or a complete key that the transcript does not know yet: that one is adopted.

import { stat } from "node:fs/promises";
import { fail, isLuntraError } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import { filesFolder, type Places, zkeyPath } from "./places.ts";
import type { Outcome } from "./snarkjs.ts";
import { lastOutput, type Transcript } from "./transcript.ts";
import { asideOf, publish, sweep } from "./whole-file.ts";
import { readZkey, type ZkeyContribution, type ZkeyFacts } from "./zkey.ts";

export interface Step {
  readonly transcript: Transcript;
  readonly places: Places;
  /** Where the new key goes. */
  readonly target: string;
  /** What the new key's last contribution has to be. */
  readonly expected: Omit<ZkeyContribution, "hash">;
  /** Makes the new key. */
  readonly make: (from: string, to: string) => Promise<Outcome>;
  readonly onStep?: ((what: string) => void) | undefined;
}

export interface Extension {
  readonly at: string;
  readonly input: string;
  readonly output: string;
  readonly hash: string;
  readonly zkey: ZkeyFacts;
  /** Whether it was made before, by a step that was interrupted. */
  readonly resumed: boolean;
}

/** Throws CEREMONY_FILE, CEREMONY_DIFFERS, ZKEY_MALFORMED or CEREMONY_LEFTOVER. */
export async function extend(step: Step): Promise<Extension> {
  const { transcript, places, target, onStep } = step;
  await sweep(filesFolder(transcript.name, places));
  const input = lastOutput(transcript);
  const resumed = await exists(target);
  if (!resumed) {
    onStep?.("checking the newest key against the transcript");
    const from = zkeyPath(transcript.name, transcript.contributions.length, places);
    await checkFile(from, input);
    compareChain(transcript, await readZkey(from));
    onStep?.("making the next key");
    await make(step, from);
  }
  const zkey = await readExtension(step);
  const last = zkey.contributions.at(-1) as ZkeyContribution;
  const at = resumed ? (await stat(target)).mtime : new Date();
  return {
    at: at.toISOString(),
    input,
    output: await fileDigest(target),
    hash: last.hash,
    zkey,
    resumed,
  };
}

async function make({ target, make }: Step, from: string): Promise<void> {
  const aside = asideOf(target);
  const { hash, wrong } = await make(from, aside);
  if (wrong !== undefined) fail("ZKEY_MALFORMED", { path: from, reason: wrong });
  const found = (await readZkey(aside)).contributions.at(-1)?.hash;
  if (found !== hash) fail("ZKEY_MALFORMED", { path: aside, reason: `snarkjs says its hash is ${hash}` });
  if (!(await publish(aside, target))) {
    fail("CEREMONY_LEFTOVER", { path: target, reason: "it appeared meanwhile" });
  }
}

/** What lies at the target goes on from the transcript by exactly the step that is wanted, whoever put it there. */
async function readExtension({ transcript, target, expected }: Step): Promise<ZkeyFacts> {
  const refuse = (reason: string) => fail("CEREMONY_LEFTOVER", { path: target, reason });
  const zkey = await readZkey(target).catch((error) =>
    refuse(isLuntraError(error, "ZKEY_MALFORMED") ? error.args.reason : String(error)),
  );
  const [last, ...earlier] = zkey.contributions.toReversed();
  if (last === undefined) return refuse("it has no contribution");
  try {
    compareChain(transcript, { ...zkey, contributions: earlier.toReversed() });
  } catch {
    refuse("it does not go on from the newest key in the transcript");
  }
  const { hash: _, ...actual } = last;
  if (JSON.stringify(plain(actual)) !== JSON.stringify(plain(expected))) {
    refuse(`its last step is a ${last.kind} by ${last.name}`);
  }
  return zkey;
}

function plain({ kind, name, beacon, iterationsExponent }: Omit<ZkeyContribution, "hash">) {
  return { kind, name, beacon, iterationsExponent };
}

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

export const BEACON_NAME = "beacon";

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
