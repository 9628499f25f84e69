// Where a ceremony lies: its transcript among the deployments, under version control; its large files elsewhere.

import { join, resolve } from "node:path";
import { fail } from "../errors.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Places {
  /** Folder with a folder for each ceremony, for its transcript. */
  readonly transcripts: string;
  /** Folder with a folder for each ceremony, for its zkeys. */
  readonly files: string;
}

export interface PlaceOptions {
  /** Folder of the address books; LUNTRA_DEPLOYMENTS or ./deployments if left out. */
  readonly deployments?: string | undefined;
  /** Folder of the zkeys; LUNTRA_ZKEYS or ./.luntra/ceremonies if left out. */
  readonly files?: string | undefined;
}

export function ceremonyPlaces({ deployments, files }: PlaceOptions = {}): Places {
  const { LUNTRA_DEPLOYMENTS, LUNTRA_ZKEYS } = process.env;
  return {
    transcripts: join(resolve(ROOT, deployments || LUNTRA_DEPLOYMENTS || "deployments"), "ceremonies"),
    files: resolve(ROOT, files || LUNTRA_ZKEYS || ".luntra/ceremonies"),
  };
}

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Names are parts of paths. Throws ARGUMENT_INVALID for any other. */
export function checkName(name: string): string {
  if (NAME.test(name)) return name;
  const expected = "1 to 64 of a-z, 0-9, dot, dash and underscore, a letter or digit first";
  return fail("ARGUMENT_INVALID", { argument: "the ceremony's name", expected, actual: name });
}

export function transcriptPath(name: string, { transcripts }: Places): string {
  return join(transcripts, checkName(name), "transcript.json");
}

export function filesFolder(name: string, { files }: Places): string {
  return join(files, checkName(name));
}

/** The key after so many contributions. */
export function zkeyPath(name: string, contributions: number, places: Places): string {
  return join(filesFolder(name, places), `${String(contributions).padStart(4, "0")}.zkey`);
}

export function finalZkeyPath(name: string, places: Places): string {
  return join(filesFolder(name, places), "final.zkey");
}

/** Says that this machine has verified the ceremony, and which files it saw. */
export function receiptPath(name: string, places: Places): string {
  return join(filesFolder(name, places), "verified.json");
}
