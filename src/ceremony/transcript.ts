// The transcript: all that is public about a ceremony, and enough for anyone who has its last file to verify it.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { z } from "zod";
import { fail } from "../errors.ts";
import { type Places, transcriptPath } from "./places.ts";
import { writeWhole } from "../whole-file.ts";

export const MOST_NAME_BYTES = 64;
/** snarkjs takes 10 to 63, but 2^63 hashes is a verifier that never ends. */
export const ITERATIONS_EXPONENT = { least: 10, most: 30 } as const;
/** 256 bits, what public beacons give; snarkjs takes up to 255 bytes. */
export const BEACON_BYTES = { least: 32, most: 255 } as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const blake2b = z.string().regex(/^[0-9a-f]{128}$/);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const time = z.iso.datetime();
const contributor = z.string().refine(isContributorName);

/** One step: from a key to the next. */
const step = {
  at: time,
  /** SHA-256 of the zkey before and after. */
  input: sha256,
  output: sha256,
  /** BLAKE2b-512 of the contribution's public key; contributors publish it. */
  hash: blake2b,
};

const schema = z.strictObject({
  version: z.literal(1),
  name: z.string(),
  system: z.literal("groth16"),
  instance: z.string(),
  circuit: z.strictObject({
    /** SHA-256 of the constraint system, and what compiled it. */
    hash: sha256,
    compiler: z.string(),
  }),
  ptau: z.strictObject({
    blake2b,
    power: z.int().positive(),
    /** Name of the public file; null if nobody vouches for it. */
    listed: z.string().nullable(),
  }),
  snarkjs: z.string(),
  initial: z.strictObject({
    at: time,
    /** SHA-256 of the zkey that follows from circuit and ptau alone, and BLAKE2b-512 of its content. */
    output: sha256,
    hash: blake2b,
  }),
  contributions: z.array(z.strictObject({ contributor, ...step })),
  beacon: z
    .strictObject({
      /** Hexadecimal. */
      value: z.string().regex(new RegExp(`^([0-9a-f]{2}){${BEACON_BYTES.least},${BEACON_BYTES.most}}$`)),
      iterationsExponent: z.int().min(ITERATIONS_EXPONENT.least).max(ITERATIONS_EXPONENT.most),
      /** Where the value comes from, for others to look it up. */
      source: z.string().min(1),
      ...step,
      verificationKey: bytes32,
    })
    .nullable(),
});

export type Transcript = Readonly<z.output<typeof schema>>;
export type Contribution = Transcript["contributions"][number];
export type Beacon = NonNullable<Transcript["beacon"]>;

/** Throws CEREMONY_MISSING or CEREMONY_MALFORMED. */
export async function readTranscript(name: string, places: Places): Promise<Transcript> {
  return (await readTranscriptFile(name, places)).transcript;
}

/** The transcript and SHA-256 of the very bytes that say it. Throws what `readTranscript` throws. */
export async function readTranscriptFile(
  name: string,
  places: Places,
): Promise<{ readonly transcript: Transcript; readonly hash: string }> {
  const path = transcriptPath(name, places);
  const bytes = await readFile(path).catch((error) => fail("CEREMONY_MISSING", { name, path }, error));
  const transcript = transcriptIn(bytes.toString("utf8"), name, path);
  return { transcript, hash: createHash("sha256").update(bytes).digest("hex") };
}

function transcriptIn(text: string, name: string, path: string): Transcript {
  const parsed = schema.safeParse(parse(path, text));
  if (!parsed.success)
    return fail("CEREMONY_MALFORMED", { path, reason: reasonOf(parsed.error) }, parsed.error);
  const transcript = parsed.data;
  if (transcript.name !== name) {
    fail("CEREMONY_MALFORMED", { path, reason: `it is of another ceremony, ${transcript.name}` });
  }
  const broken = breakIn(transcript);
  if (broken !== undefined) fail("CEREMONY_MALFORMED", { path, reason: broken });
  return transcript;
}

export async function writeTranscript(transcript: Transcript, places: Places): Promise<string> {
  const path = transcriptPath(transcript.name, places);
  await writeWhole(path, `${JSON.stringify(transcript, null, 2)}\n`);
  return path;
}

/** Each step goes on with the file that the one before left. Times are what people say: clocks differ. */
function breakIn({ initial, contributions, beacon }: Transcript): string | undefined {
  let { output } = initial;
  for (const [i, step] of [...contributions, ...(beacon === null ? [] : [beacon])].entries()) {
    const what = i < contributions.length ? `contribution ${i + 1}` : "the beacon";
    if (step.input !== output) return `${what} does not go on where the step before ended`;
    output = step.output;
  }
  return undefined;
}

/** SHA-256 of the newest zkey. */
export function lastOutput({ initial, contributions, beacon }: Transcript): string {
  return (beacon ?? contributions.at(-1) ?? initial).output;
}

/** snarkjs cuts longer names off. */
export function isContributorName(name: string): boolean {
  const bytes = Buffer.byteLength(name);
  return name.trim() === name && bytes > 0 && bytes <= MOST_NAME_BYTES && !/\p{C}/u.test(name);
}

/** Names that people would take for the same count once. */
export function distinctContributors({ contributions }: Transcript): number {
  const names = contributions.map(({ contributor }) =>
    contributor.normalize("NFKC").toLowerCase().replace(/\s+/g, " "),
  );
  return new Set(names).size;
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail("CEREMONY_MALFORMED", { path, reason: "it is not JSON" }, error);
  }
}

function reasonOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ");
}
