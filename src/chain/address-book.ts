// The address book of a deployment: one JSON file a network. Next to it, while a deployment runs, lies its journal.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { fail } from "../errors.ts";
import { INSTANCES, type InstanceName } from "../model/params.ts";

const integer = z.string().regex(/^\d+$/).transform(BigInt);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);

const schema = z.object({
  network: z.string(),
  chainId: integer,
  /** Chain id of L2 signatures; no other deployment ever uses it. */
  l2ChainId: integer,
  instance: z.enum(Object.keys(INSTANCES) as InstanceName[]),
  preset: z.enum(["local", "testnet", "mainnet"]),
  /** Seconds and wei; see `Parameters`. */
  parameters: z.object({
    challengeWindow: integer,
    provingWindow: integer,
    slot: integer,
    proofTime: integer,
    inclusionTime: integer,
    forceInclusionDelay: integer,
    maxForced: integer,
    batchBond: integer,
    minChallengeBond: integer,
    provingCost: integer,
    burnShareBps: integer,
    answerGas: integer,
    baseEnqueuePrice: integer,
  }),
  deployer: address,
  /** Block of the first deployment transaction: derivation starts here. */
  fromBlock: z.number().int().nonnegative(),
  addresses: z.object({
    rollup: address,
    challenges: address,
    bridge: address,
    bonds: address,
    availability: address,
    /** The adapter behind `ISegmentVerifier`, and the generated verifier behind the adapter. */
    segmentVerifier: address,
    honkVerifier: address,
  }),
  genesisCheckpoint: bytes32,
  /** Keccak-256 of the circuit's compiled bytecode, and the verifying key's hash as the verifier holds it. */
  circuitHash: bytes32,
  vkHash: bytes32,
});

export type AddressBook = Readonly<z.output<typeof schema>>;

/** `<directory>/<network>.json`. */
export function addressBookPath(directory: string, network: string): string {
  return join(directory, `${network}.json`);
}

/** Says how far a running or interrupted deployment got. Gone when the book is written. */
export function journalPath(directory: string, network: string): string {
  return join(directory, `${network}.incomplete.json`);
}

/** Throws DEPLOYMENT_MISSING, DEPLOYMENT_INTERRUPTED (a journal without a book) or DEPLOYMENT_MALFORMED. */
export async function readAddressBook(directory: string, network: string): Promise<AddressBook> {
  const path = addressBookPath(directory, network);
  const text = await readIfThere(path);
  if (text === undefined) {
    const step = await interruptedAt(directory, network);
    if (step === undefined) return fail("DEPLOYMENT_MISSING", { network, path });
    return fail("DEPLOYMENT_INTERRUPTED", { network, path: journalPath(directory, network), step });
  }
  try {
    return schema.parse(JSON.parse(text));
  } catch (error) {
    return fail("DEPLOYMENT_MALFORMED", { path, reason: String(error) }, error);
  }
}

/** The last step in the journal, if there is a journal. */
export async function interruptedAt(directory: string, network: string): Promise<string | undefined> {
  const text = await readIfThere(journalPath(directory, network));
  if (text === undefined) return undefined;
  try {
    return z.object({ step: z.string() }).parse(JSON.parse(text)).step;
  } catch {
    return "an unreadable step";
  }
}

export async function writeJournal(directory: string, network: string, step: string): Promise<void> {
  await writeWhole(journalPath(directory, network), { network, step });
}

/** Writes the book, then removes the journal; returns the book's path. */
export async function writeAddressBook(directory: string, book: AddressBook): Promise<string> {
  const path = addressBookPath(directory, book.network);
  await writeWhole(path, book);
  await rm(journalPath(directory, book.network), { force: true });
  return path;
}

/** All of the file or nothing: written beside it, then renamed. */
async function writeWhole(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const text = JSON.stringify(value, (_, v) => (typeof v === "bigint" ? v.toString() : v), 2);
  await writeFile(`${path}.tmp`, `${text}\n`);
  await rename(`${path}.tmp`, path);
}

export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
