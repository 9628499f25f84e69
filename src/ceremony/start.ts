// The start of a ceremony: nothing secret, and anyone can do it again.

import { mkdir, rename } from "node:fs/promises";
import { fail } from "../errors.ts";
import { fileDigest } from "../prover/cache.ts";
import { type CeremonyCircuit, circuitHash } from "./circuit.ts";
import { makeInitial } from "./initial.ts";
import { filesFolder, type Places, transcriptPath, zkeyPath } from "./places.ts";
import { verifyPtau } from "./ptau.ts";
import type { PtauTable } from "./ptau-table.ts";
import { SNARKJS_VERSION } from "./snarkjs.ts";
import { readTranscript, type Transcript, writeTranscript } from "./transcript.ts";
import { asideOf, sweep } from "../whole-file.ts";

export interface StartOptions {
  readonly name: string;
  readonly circuit: CeremonyCircuit;
  /** Path of the powers of tau. */
  readonly ptau: string;
  /** Takes powers of tau that are not in the table; no deployment off the local chain takes what comes of them. */
  readonly unlistedPtau?: boolean;
  readonly table?: PtauTable;
  readonly places: Places;
  readonly onStep?: (what: string) => void;
}

/** Throws CEREMONY_EXISTS, PTAU_UNKNOWN or PTAU_REFUSED. */
export async function startCeremony(options: StartOptions): Promise<Transcript> {
  const { name, circuit, places, unlistedPtau = false, onStep } = options;
  await refuseIfThere(name, places);
  const ptau = await verifyPtau(options.ptau, { ...options, full: unlistedPtau });
  const folder = filesFolder(name, places);
  await mkdir(folder, { recursive: true });
  await sweep(folder);

  onStep?.("deriving the initial key from circuit and powers of tau");
  const path = zkeyPath(name, 0, places);
  const aside = asideOf(path);
  const hash = await makeInitial(circuit, options.ptau, aside);
  // Left over from an interrupted start it is the same file, and of another circuit it is nobody's yet.
  await rename(aside, path);
  const transcript: Transcript = {
    version: 1,
    name,
    system: "groth16",
    instance: circuit.instance,
    circuit: { hash: await circuitHash(circuit), compiler: circuit.compiler },
    ptau: { blake2b: ptau.blake2b, power: ptau.power, listed: ptau.listed?.file ?? null },
    snarkjs: SNARKJS_VERSION,
    initial: { at: new Date().toISOString(), output: await fileDigest(path), hash },
    contributions: [],
    beacon: null,
  };
  await writeTranscript(transcript, places);
  return transcript;
}

async function refuseIfThere(name: string, places: Places): Promise<void> {
  const path = transcriptPath(name, places);
  const found = await readTranscript(name, places).catch((error) => {
    if (error.code === "CEREMONY_MISSING") return undefined;
    throw error;
  });
  if (found !== undefined) fail("CEREMONY_EXISTS", { name, path });
}
