// Powers of tau: recognises the public files by their hash, and checks any file's own claims if that is asked for.

import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { fail } from "../errors.ts";
import { type Container, withContainer } from "./container.ts";
import { listedPtau, PUBLIC_PTAU, type PtauFile, type PtauTable } from "./ptau-table.ts";
import { runSnarkjs } from "./snarkjs.ts";

export interface PtauReport {
  readonly path: string;
  readonly bytes: number;
  readonly blake2b: string;
  /** The file holds `2^power` powers. */
  readonly power: number;
  /** The public file that this is; undefined if nobody vouches for it. */
  readonly listed: PtauFile | undefined;
  /** Whether every contribution and every point was checked, which says nothing about who kept which secret. */
  readonly full: boolean;
}

export interface PtauOptions {
  /** Checks all points, too: minutes to hours. */
  readonly full?: boolean;
  readonly table?: PtauTable;
  readonly onStep?: (what: string) => void;
}

const HEADER = 1;
/** Made by `preparePhase2`; without them no circuit's key can be derived. */
const PREPARED = [12, 13, 14, 15];
/** Progress is told so many times a file, if the file is large. */
const REPORTS = 10;
const LARGE_BYTES = 2 ** 30;

/**
 * Throws PTAU_UNKNOWN for a file outside the table unless `full`, and PTAU_REFUSED for what is no prepared ptau file, or
 * one whose points or contributions are wrong.
 */
export async function verifyPtau(path: string, options: PtauOptions = {}): Promise<PtauReport> {
  const { full = false, table = PUBLIC_PTAU, onStep } = options;
  const { blake2b, bytes } = await blake2bOf(path, onStep);
  const listed = listedPtau(blake2b, table);
  if (listed === undefined && !full) fail("PTAU_UNKNOWN", { path, blake2b, bytes });
  const power = await powerOf(path);
  if (full) await checkAll(path, onStep);
  return { path, bytes, blake2b, power, listed, full };
}

/** BLAKE2b-512 of a file, and its length. Throws PTAU_REFUSED if it cannot be read. */
export async function blake2bOf(path: string, onStep?: (what: string) => void) {
  const hash = createHash("blake2b512");
  let bytes = 0;
  try {
    const { size } = await stat(path);
    const every = size / REPORTS;
    for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20 })) {
      hash.update(chunk);
      const before = bytes;
      bytes += chunk.length;
      const tenth = Math.floor(bytes / every);
      if (size >= LARGE_BYTES && tenth > Math.floor(before / every))
        onStep?.(`hashing: ${tenth * REPORTS} %`);
    }
  } catch (error) {
    fail("PTAU_REFUSED", { path, reason: "it cannot be read" }, error);
  }
  return { blake2b: hash.digest("hex"), bytes };
}

async function powerOf(path: string): Promise<number> {
  try {
    return await withContainer(path, "ptau", async (file) => {
      const missing = PREPARED.find((section) => !file.has(section));
      if (missing !== undefined) throw new Error(`it is not prepared for phase 2 (no section ${missing})`);
      return await readPower(file);
    });
  } catch (error) {
    return fail("PTAU_REFUSED", { path, reason: (error as Error).message }, error);
  }
}

/** Header: length of the prime, the prime, power, power of the whole ceremony. */
async function readPower(file: Container): Promise<number> {
  const header = await file.read(HEADER);
  const prime = header.readUInt32LE(0);
  return header.readUInt32LE(4 + prime);
}

async function checkAll(path: string, onStep?: (what: string) => void): Promise<void> {
  onStep?.("checking every contribution and every point (slow)");
  const { wrong } = await runSnarkjs("verifyPtau", path);
  if (wrong !== undefined) fail("PTAU_REFUSED", { path, reason: wrong });
}
