// A small circuit, powers of tau for it, and a folder for ceremonies: all real, all gone afterwards.

import { createHash } from "node:crypto";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  applyBeacon,
  type CeremonyCircuit,
  contribute,
  type Places,
  type PtauTable,
  startCeremony,
  type Transcript,
  verifyCeremony,
} from "../../src/ceremony/index.ts";
import { LuntraError } from "../../src/errors.ts";
import { transcriptPath } from "../../src/ceremony/places.ts";
import { type CircomCircuit, compileMain } from "../../src/prover/circom/compile.ts";

export const POWER = 4;

export const BEACON = "7a".repeat(32);

/** The public output is `x·y^3`, `x` is public, too. */
const POWERS = `pragma circom 2.1.9;
template Powers() {
  signal input x;
  signal input y;
  signal output out;
  signal square <== y * y;
  signal cube <== square * y;
  out <== x * cube;
}
component main {public [x]} = Powers();
`;

/** As many signals, another constraint. */
const OTHER = POWERS.replace("square * y", "square * x");

export interface World {
  readonly folder: string;
  readonly places: Places;
  readonly circuit: CircomCircuit;
  readonly otherCircuit: CircomCircuit;
  readonly ptau: string;
  /** Of another ceremony, with as many powers. */
  readonly otherPtau: string;
  /** A table in which `ptau` stands as public. */
  readonly table: PtauTable;
  remove(): Promise<void>;
}

export async function makeWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-ceremony-"));
  const [ptau, otherPtau] = [join(folder, "one.ptau"), join(folder, "other.ptau")];
  await makePtau(ptau);
  await makePtau(otherPtau);
  const sources = import.meta.dirname;
  return {
    folder,
    places: { transcripts: join(folder, "transcripts"), files: join(folder, "files") },
    circuit: await compileMain("ceremony-test", POWERS, "O2", { sources }),
    otherCircuit: await compileMain("ceremony-test-other", OTHER, "O2", { sources }),
    ptau,
    otherPtau,
    table: [{ power: POWER, file: "one.ptau", url: "nowhere", blake2b: await blake2bOf(ptau) }],
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

async function makePtau(path: string): Promise<void> {
  const { buildBn128 } = await import("ffjavascript");
  await inProcess(async ({ powersOfTau }) => {
    await powersOfTau.newAccumulator(await buildBn128(), POWER, `${path}.0`);
    await powersOfTau.contribute(`${path}.0`, `${path}.1`, "somebody", "entropy of a test");
    await powersOfTau.beacon(`${path}.1`, `${path}.2`, "beacon", BEACON, 10);
    await powersOfTau.preparePhase2(`${path}.2`, path);
  });
}

export async function blake2bOf(path: string): Promise<string> {
  return createHash("blake2b512")
    .update(await readFile(path))
    .digest("hex");
}

export function ceremonyCircuit({ r1csPath }: CircomCircuit): CeremonyCircuit {
  return { instance: "test", r1csPath, compiler: "circom2" };
}

/** A ceremony's steps with what the tests share filled in. */
export function ceremonyOf(world: World, name: string) {
  const { places, table, ptau } = world;
  const common = { name, places, table, ptau, circuit: ceremonyCircuit(world.circuit) };
  type Verify = Partial<Parameters<typeof verifyCeremony>[0]>;
  return {
    name,
    start: (more: Partial<Parameters<typeof startCeremony>[0]> = {}) => startCeremony({ ...common, ...more }),
    contribute: (contributor: string, entropy?: Uint8Array) =>
      contribute({ ...common, contributor, entropy }),
    beacon: (more: Partial<Parameters<typeof applyBeacon>[0]> = {}) =>
      applyBeacon({ ...common, value: BEACON, iterationsExponent: 10, source: "a test", ...more }),
    verify: (more: Verify = {}) => verifyCeremony({ ...common, ...more }),
    read: () => readJson(transcriptPath(name, places)),
    write: (transcript: unknown) =>
      writeFile(transcriptPath(name, places), JSON.stringify(transcript, null, 2)),
  };
}

async function readJson(path: string): Promise<Transcript> {
  return JSON.parse(await readFile(path, "utf8")) as Transcript;
}

/** A ceremony of Alice, Bob and the beacon, made once; every test gets a copy. */
export async function copyOf(world: World, finished: string, name: string) {
  const { places } = world;
  const copy = ceremonyOf(world, name);
  for (const folder of [places.transcripts, places.files]) {
    await cp(join(folder, finished), join(folder, name), { recursive: true });
  }
  await copy.write({ ...(await copy.read()), name });
  return copy;
}

/** The file of each step given a new name where the step before it has one, so that the transcript is in order. */
export function rechain(transcript: Transcript): Transcript {
  let { output } = transcript.initial;
  const link = <Step extends { output: string }>(step: Step) => {
    const linked = { ...step, input: output };
    output = step.output;
    return linked;
  };
  const contributions = transcript.contributions.map(link);
  return { ...transcript, contributions, beacon: transcript.beacon && link(transcript.beacon) };
}

const SECTIONS_FROM = 12;
const SECTION_HEADER = 12;

/** A section of a zkey with its header, in place. */
export function sectionOf(zkey: Buffer, id: number): Buffer {
  for (let at = SECTIONS_FROM; at < zkey.length; ) {
    const end = at + SECTION_HEADER + Number(zkey.readBigUInt64LE(at + 4));
    if (zkey.readUInt32LE(at) === id) return zkey.subarray(at, end);
    at = end;
  }
  throw new RangeError(`no section ${id}`);
}

const CONTRIBUTIONS = 10;
/** Hash of the initial key, number of contributions. */
const MPC_HEADER = SECTION_HEADER + 64 + 4;
/** Four points and a hash; then the kind, and the length of what else there is. */
const CONTRIBUTION_HEADER = 3 * 64 + 128 + 64 + 8;

/** The contributions that a zkey records, byte by byte. */
export function contributionsOf(zkey: Buffer): Buffer[] {
  const section = sectionOf(zkey, CONTRIBUTIONS);
  const records: Buffer[] = [];
  for (let at = MPC_HEADER; at < section.length; ) {
    const end = at + CONTRIBUTION_HEADER + section.readUInt32LE(at + CONTRIBUTION_HEADER - 4);
    records.push(section.subarray(at, end));
    at = end;
  }
  return records;
}

/** The same zkey with these contributions on record; they are in its last section. */
export function withContributions(zkey: Buffer, records: readonly Buffer[]): Buffer {
  const section = sectionOf(zkey, CONTRIBUTIONS);
  const header = Buffer.from(section.subarray(0, MPC_HEADER));
  const body = Buffer.concat(records);
  header.writeBigUInt64LE(BigInt(MPC_HEADER - SECTION_HEADER + body.length), 4);
  header.writeUInt32LE(records.length, MPC_HEADER - 4);
  return Buffer.concat([zkey.subarray(0, zkey.length - section.length), header, body]);
}

/** The code that the promise fails with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof LuntraError) return error.code;
    throw error;
  }
  return "none";
}

/** snarkjs, called in this process; its threads end with the call. */
export async function inProcess<T>(use: (snarkjs: typeof import("snarkjs")) => Promise<T>): Promise<T> {
  try {
    return await use(await import("snarkjs"));
  } finally {
    await (globalThis as { curve_bn128?: { terminate(): Promise<void> } | null }).curve_bn128?.terminate();
  }
}
