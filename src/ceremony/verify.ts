// Verification that trusts nothing but the powers of tau: from the circuit's constraints to the key that verifiers hold.

import { mkdir, rm } from "node:fs/promises";
import { fail } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import { LEAST_CONTRIBUTORS } from "./beacon.ts";
import { checkFile, compareChain } from "./chain.ts";
import { type CeremonyCircuit, circuitHash } from "./circuit.ts";
import { makeInitial } from "./initial.ts";
import { filesFolder, finalZkeyPath, type Places, zkeyPath } from "./places.ts";
import { verifyPtau } from "./ptau.ts";
import type { PtauTable } from "./ptau-table.ts";
import { writeReceipt } from "./receipt.ts";
import { runSnarkjs } from "./snarkjs.ts";
import { distinctContributors, lastOutput, readTranscriptFile, type Transcript } from "./transcript.ts";
import { flawOf, vkHash } from "./vk.ts";
import { asideOf, sweep } from "../whole-file.ts";
import { readZkey } from "./zkey.ts";

export interface VerifyOptions {
  readonly name: string;
  /** Compiled by whoever verifies. */
  readonly circuit: CeremonyCircuit;
  /** Path of the powers of tau. */
  readonly ptau: string;
  readonly unlistedPtau?: boolean;
  readonly table?: PtauTable;
  /** Contributors by different names that there must be. */
  readonly least?: number;
  /** Takes a ceremony without its beacon, too: contributors check what they go on from. */
  readonly unfinished?: boolean;
  readonly places: Places;
  readonly onStep?: (what: string) => void;
}

export interface Verified {
  readonly transcript: Transcript;
  readonly zkeyPath: string;
  /** SHA-256 of the constraint system. */
  readonly circuitHash: string;
  /** Hash of the verification key; of no use before the beacon. */
  readonly vkHash: string;
  /** Number of contributors by different names. */
  readonly contributors: number;
  readonly finished: boolean;
}

/**
 * Throws CEREMONY_MISSING, CEREMONY_MALFORMED, CEREMONY_DIFFERS, CEREMONY_OPEN, CEREMONY_TOO_FEW, CEREMONY_FILE,
 * CEREMONY_REFUSED, ZKEY_MALFORMED, PTAU_UNKNOWN or PTAU_REFUSED; returns only if nothing is wrong.
 */
export async function verifyCeremony(options: VerifyOptions): Promise<Verified> {
  const { name, places, unfinished = false, least = LEAST_CONTRIBUTORS, onStep } = options;
  const { transcript, hash: transcriptHash } = await readTranscriptFile(name, places);
  const finished = transcript.beacon !== null;
  const contributors = distinctContributors(transcript);
  if (!finished && !unfinished) fail("CEREMONY_OPEN", { name });
  // After the beacon nobody contributes any more, so that too few stay too few.
  if ((finished || !unfinished) && contributors < least)
    fail("CEREMONY_TOO_FEW", { name, least, actual: contributors });

  const circuit = await checkCircuit(transcript, options);
  onStep?.("hashing the powers of tau");
  await checkPtau(transcript, options);

  const path = finished
    ? finalZkeyPath(name, places)
    : zkeyPath(name, transcript.contributions.length, places);
  onStep?.("comparing the key with the transcript");
  await checkFile(path, lastOutput(transcript));
  const zkey = await readZkey(path);
  compareChain(transcript, zkey);
  const flaw = flawOf(zkey.verificationKey);
  if (flaw !== undefined && finished) fail("CEREMONY_REFUSED", { name, reason: flaw });
  const hash = vkHash(zkey.verificationKey);
  const { beacon } = transcript;
  if (beacon !== null) same(name, "the verification key's hash", beacon.verificationKey, hash);

  await checkChain(transcript, options, path);
  const verified = { transcript, zkeyPath: path, circuitHash: circuit, vkHash: hash, contributors, finished };
  if (finished) await writeReceipt(verified, { transcriptHash, least, places });
  return verified;
}

async function checkCircuit({ name, ...known }: Transcript, { circuit }: VerifyOptions): Promise<string> {
  same(name, "the circuit's instance", known.instance, circuit.instance);
  const hash = await circuitHash(circuit);
  same(name, `the hash of the circuit, compiled by ${circuit.compiler},`, known.circuit.hash, hash);
  return hash;
}

async function checkPtau({ name, ptau: known }: Transcript, options: VerifyOptions): Promise<void> {
  const report = await verifyPtau(options.ptau, { ...options, full: options.unlistedPtau ?? false });
  same(name, "BLAKE2b-512 of the powers of tau", known.blake2b, report.blake2b);
  same(
    name,
    "the public file of the powers of tau",
    String(known.listed),
    String(report.listed?.file ?? null),
  );
  same(name, "the powers of tau", `2^${known.power}`, `2^${report.power}`);
}

/** Derives the initial key again, and has snarkjs check each step from it to the key. */
async function checkChain(
  { name, initial }: Transcript,
  { circuit, ptau, places, onStep }: VerifyOptions,
  path: string,
): Promise<void> {
  const folder = filesFolder(name, places);
  await mkdir(folder, { recursive: true });
  await sweep(folder);
  const derived = asideOf(zkeyPath(name, 0, places));
  try {
    onStep?.("deriving the initial key again");
    await makeInitial(circuit, ptau, derived);
    same(name, "SHA-256 of the initial key", initial.output, await fileDigest(derived));
    onStep?.("checking every step from the initial key to this one");
    const { wrong } = await runSnarkjs("verifyFromInit", derived, ptau, path);
    if (wrong !== undefined) fail("CEREMONY_REFUSED", { name, reason: wrong });
  } finally {
    await rm(derived, { force: true });
  }
}

function same(name: string, what: string, expected: string, actual: string): void {
  if (expected !== actual) fail("CEREMONY_DIFFERS", { name, what, expected, actual });
}
