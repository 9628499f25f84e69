// What `ceremony verify` leaves on the machine that ran it: which files it found good. Deployments and provers go by it,
// so that nobody deploys keys that were verified elsewhere, or not at all.

import { readFile } from "node:fs/promises";
import { z } from "zod";
import { fail } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import { finalZkeyPath, type Places, receiptPath, transcriptPath } from "./places.ts";
import type { Verified } from "./verify.ts";
import { writeWhole } from "../whole-file.ts";

const schema = z.strictObject({
  /** SHA-256 of both files. */
  transcript: z.string(),
  zkey: z.string(),
  circuitHash: z.string(),
  vkHash: z.string(),
  /** Least number of contributors that was asked for. */
  least: z.int(),
});

export type Receipt = Readonly<z.output<typeof schema>>;

export async function writeReceipt(
  { transcript, circuitHash, vkHash }: Verified,
  { transcriptHash, least, places }: { transcriptHash: string; least: number; places: Places },
): Promise<void> {
  const zkey = transcript.beacon?.output ?? "";
  const receipt: Receipt = { transcript: transcriptHash, zkey, circuitHash, vkHash, least };
  await writeWhole(receiptPath(transcript.name, places), `${JSON.stringify(receipt, null, 2)}\n`);
}

/** Throws CEREMONY_UNVERIFIED unless the transcript and the final key are the very files that were verified here. */
export async function readReceipt(name: string, places: Places): Promise<Receipt> {
  const path = receiptPath(name, places);
  const refuse = (reason: string) => fail("CEREMONY_UNVERIFIED", { name, path, reason });
  const text = await readFile(path, "utf8").catch(() => refuse("there is no such file"));
  const receipt = parse(text) ?? refuse("it is malformed");
  const files = {
    transcript: transcriptPath(name, places),
    zkey: finalZkeyPath(name, places),
  } as const;
  for (const what of ["transcript", "zkey"] as const) {
    const actual = await fileDigest(files[what]).catch(() => "nothing");
    if (actual !== receipt[what]) refuse(`${files[what]} is not the one that was verified`);
  }
  return receipt;
}

function parse(text: string): Receipt | undefined {
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
