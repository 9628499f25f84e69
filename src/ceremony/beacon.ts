// The end of a ceremony: a last step with public randomness that nobody knew while others contributed, so that nobody who
// contributed last could choose the key.

import { fail } from "../errors.ts";
import { BEACON_NAME } from "./chain.ts";
import { extend } from "./extend.ts";
import { finalZkeyPath, type Places } from "./places.ts";
import { runSnarkjs } from "./snarkjs.ts";
import {
  BEACON_BYTES,
  distinctContributors,
  ITERATIONS_EXPONENT,
  readTranscript,
  type Transcript,
  writeTranscript,
} from "./transcript.ts";
import { vkHash } from "./vk.ts";

/** Contributors without whom a ceremony does not count, unless told otherwise. */
export const LEAST_CONTRIBUTORS = 2;

export interface BeaconOptions {
  readonly name: string;
  /** Hexadecimal. */
  readonly value: string;
  /** Logarithm of how often the value is hashed. */
  readonly iterationsExponent: number;
  /** Where the value comes from. */
  readonly source: string;
  /** Contributors by different names that there must be. */
  readonly least?: number;
  readonly places: Places;
  readonly onStep?: (what: string) => void;
}

export interface Finalized {
  readonly transcript: Transcript;
  readonly path: string;
  readonly resumed: boolean;
}

/** Throws ARGUMENT_INVALID, CEREMONY_CLOSED, CEREMONY_TOO_FEW, and what `extend` throws. */
export async function applyBeacon(options: BeaconOptions): Promise<Finalized> {
  const { name, iterationsExponent, places, least = LEAST_CONTRIBUTORS, onStep } = options;
  const value = parseValue(options.value);
  const source = options.source.trim();
  if (source === "") refuse("--source", "where the value can be looked up", "nothing");
  const range = ITERATIONS_EXPONENT;
  if (!(iterationsExponent >= range.least && iterationsExponent <= range.most)) {
    refuse("--iterations-exponent", `${range.least} to ${range.most}`, String(iterationsExponent));
  }
  const transcript = await readTranscript(name, places);
  if (transcript.beacon !== null) fail("CEREMONY_CLOSED", { name });
  const actual = distinctContributors(transcript);
  if (actual < least) fail("CEREMONY_TOO_FEW", { name, least, actual });

  const path = finalZkeyPath(name, places);
  const { at, input, output, hash, zkey, resumed } = await extend({
    transcript,
    places,
    target: path,
    expected: { kind: "beacon", name: BEACON_NAME, beacon: value, iterationsExponent },
    make: (from, to) => runSnarkjs("beacon", from, to, BEACON_NAME, value, iterationsExponent),
    onStep,
  });
  const verificationKey = vkHash(zkey.verificationKey);
  const step = { value, iterationsExponent, source, at, input, output, hash, verificationKey };
  const finalized = { ...transcript, beacon: step };
  await writeTranscript(finalized, places);
  return { transcript: finalized, path, resumed };
}

function parseValue(text: string): string {
  const value = text.trim().toLowerCase().replace(/^0x/, "");
  const { least, most } = BEACON_BYTES;
  if (/^([0-9a-f]{2})+$/.test(value) && value.length >= 2 * least && value.length <= 2 * most) return value;
  return refuse("--beacon", `${least} to ${most} bytes as hexadecimal digits`, text);
}

function refuse(argument: string, expected: string, actual: string): never {
  return fail("ARGUMENT_INVALID", { argument, expected, actual });
}
