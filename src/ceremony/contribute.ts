// A contribution: the key times a secret that is forgotten at once. One contributor who does forget is enough.

import { createHash, randomBytes } from "node:crypto";
import { fail } from "../errors.ts";
import { extend } from "./extend.ts";
import { type Places, zkeyPath } from "./places.ts";
import { runSnarkjs } from "./snarkjs.ts";
import {
  type Contribution,
  isContributorName,
  MOST_NAME_BYTES,
  readTranscript,
  type Transcript,
  writeTranscript,
} from "./transcript.ts";

export interface ContributeOptions {
  readonly name: string;
  readonly contributor: string;
  readonly places: Places;
  /** Mixed with the system's randomness; never printed, never stored. */
  readonly entropy?: Uint8Array | undefined;
  readonly onStep?: (what: string) => void;
}

export interface Contributed {
  readonly transcript: Transcript;
  readonly contribution: Contribution;
  /** Where the new key lies. */
  readonly path: string;
  readonly resumed: boolean;
}

const ENTROPY_BYTES = 64;

/** Throws ARGUMENT_INVALID, CEREMONY_CLOSED, and what `extend` throws. */
export async function contribute(options: ContributeOptions): Promise<Contributed> {
  const { name, contributor, places, entropy, onStep } = options;
  if (!isContributorName(contributor)) {
    const expected = `1 to ${MOST_NAME_BYTES} bytes of text without spaces around it`;
    fail("ARGUMENT_INVALID", { argument: "--contributor", expected, actual: contributor });
  }
  const transcript = await readTranscript(name, places);
  if (transcript.beacon !== null) fail("CEREMONY_CLOSED", { name });
  const path = zkeyPath(name, transcript.contributions.length + 1, places);
  const { at, input, output, hash, resumed } = await extend({
    transcript,
    places,
    target: path,
    expected: { kind: "contribution", name: contributor, beacon: undefined, iterationsExponent: undefined },
    make: (from, to) => runSnarkjs("contribute", from, to, contributor, mixed(entropy)),
    onStep,
  });
  const contribution = { contributor, at, input, output, hash };
  const extended = { ...transcript, contributions: [...transcript.contributions, contribution] };
  await writeTranscript(extended, places);
  return { transcript: extended, contribution, path, resumed };
}

/** snarkjs hashes it together with 64 random bytes of its own. */
function mixed(entropy: Uint8Array = new Uint8Array()): string {
  return createHash("sha512").update(randomBytes(ENTROPY_BYTES)).update(entropy).digest("hex");
}
