// One step of a ceremony, the same for people and for the beacon: from the newest key to the next. The new key gets its
// name only when it is complete, and the transcript is written last, so that a step that was interrupted anywhere either
// has left nothing, or a complete key that the transcript does not know yet. That one is made again: a contributor who
// adopted it could not tell it from a key that somebody else made in the contributor's name and put there.

import { rm } from "node:fs/promises";
import { fail, isLuntraError } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import { checkFile, compareChain, exists } from "./chain.ts";
import { filesFolder, type Places, zkeyPath } from "./places.ts";
import type { Outcome } from "./snarkjs.ts";
import { lastOutput, type Transcript } from "./transcript.ts";
import { asideOf, publish, sweep } from "../whole-file.ts";
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
  /** Whether a step that was interrupted had left its key. */
  readonly resumed: boolean;
}

/** Throws CEREMONY_FILE, CEREMONY_DIFFERS, ZKEY_MALFORMED or CEREMONY_LEFTOVER. */
export async function extend(step: Step): Promise<Extension> {
  const { transcript, places, target, onStep } = step;
  await sweep(filesFolder(transcript.name, places));
  const input = lastOutput(transcript);
  const from = zkeyPath(transcript.name, transcript.contributions.length, places);
  onStep?.("checking the newest key against the transcript");
  await checkFile(from, input);
  compareChain(transcript, await readZkey(from));
  const resumed = await exists(target);
  if (resumed) await checkLeftover(step);
  onStep?.("making the next key");
  const zkey = await make(step, from);
  const { hash } = zkey.contributions.at(-1) as ZkeyContribution;
  return { at: new Date().toISOString(), input, output: await fileDigest(target), hash, zkey, resumed };
}

async function make(step: Step, from: string): Promise<ZkeyFacts> {
  const { target } = step;
  const aside = asideOf(target);
  const { hash, wrong } = await step.make(from, aside);
  if (wrong !== undefined) fail("ZKEY_MALFORMED", { path: from, reason: wrong });
  const zkey = await readZkey(aside);
  const mismatch = mismatchOf(step, zkey);
  if (mismatch !== undefined) fail("ZKEY_MALFORMED", { path: aside, reason: mismatch });
  const found = zkey.contributions.at(-1)?.hash;
  if (found !== hash) fail("ZKEY_MALFORMED", { path: aside, reason: `snarkjs says its hash is ${hash}` });
  await rm(target, { force: true });
  if (!(await publish(aside, target))) {
    fail("CEREMONY_LEFTOVER", { path: target, reason: "it appeared meanwhile" });
  }
  return zkey;
}

/** Only what the same step left is replaced: anything else may be all that is left of somebody's contribution. */
async function checkLeftover(step: Step): Promise<void> {
  const refuse = (reason: string) => fail("CEREMONY_LEFTOVER", { path: step.target, reason });
  const zkey = await readZkey(step.target).catch((error) =>
    refuse(isLuntraError(error, "ZKEY_MALFORMED") ? error.args.reason : String(error)),
  );
  const mismatch = mismatchOf(step, zkey);
  if (mismatch !== undefined) refuse(mismatch);
}

/** Why a key is not the transcript's newest one with exactly the wanted step more. */
function mismatchOf({ transcript, expected }: Step, zkey: ZkeyFacts): string | undefined {
  const last = zkey.contributions.at(-1);
  if (last === undefined) return "it has no contribution";
  try {
    compareChain(transcript, { ...zkey, contributions: zkey.contributions.slice(0, -1) });
  } catch (error) {
    return isLuntraError(error) ? `it does not go on from the newest key: ${error.message}` : String(error);
  }
  const { hash: _, ...actual } = last;
  const same = JSON.stringify(plain(actual)) === JSON.stringify(plain(expected));
  return same ? undefined : `its last step is a ${last.kind} by ${last.name}`;
}

function plain({ kind, name, beacon, iterationsExponent }: Omit<ZkeyContribution, "hash">) {
  return { kind, name, beacon, iterationsExponent };
}
