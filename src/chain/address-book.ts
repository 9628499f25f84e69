// The address book of a deployment: one JSON file a network. Next to it, while a deployment runs, lies its journal.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { z } from "zod";
import { fail, isLuntraError } from "../errors.ts";
import { INSTANCES, type InstanceName } from "../model/params.ts";
import { ALL_OF, PROOF_SYSTEMS } from "../prover/proof-system.ts";

const integer = z.string().regex(/^\d+$/).transform(BigInt);
const address = z.string().regex(/^0x[0-9a-fA-F]{40}$/);
const bytes32 = z.string().regex(/^0x[0-9a-f]{64}$/);
const blake2b = z.string().regex(/^[0-9a-f]{128}$/);

/** Of the file's format. Version 1 knew one proof system, version 2 neither clock nor lens. */
const VERSION = 3;

const verifier = z.object({
  system: z.enum(PROOF_SYSTEMS),
  /** The contract that the proof system wrote, and the adapter that puts it behind `ISegmentVerifier`. */
  generated: address,
  adapter: address,
  /** Name of the generated contract; null if it stood there before the deployment. */
  contract: z.string().nullable(),
  /** SHA-256 of the compiled circuit, and the verification key's hash as the proof system computes it. */
  circuitHash: bytes32,
  vkHash: bytes32,
  /** Its keys are public: anybody can forge proofs. Only on the local chain. */
  development: z.boolean(),
  /** Name of the ceremony that made its keys; null where there was none. */
  ceremony: z.string().nullable(),
  /** BLAKE2b-512 of the public powers of tau that its keys derive from alone; null where they do not. */
  ptau: blake2b.nullable(),
});

const fields = z.object({
  version: z.literal(VERSION),
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
    highBaseFee: integer,
    guardian: address,
    longestPause: integer,
    pauseCooldown: integer,
    primary: address,
    primaryTimeout: integer,
    escapeDelay: integer,
    earliestFinality: integer,
    exitLimitBps: integer,
    exitDelay: integer,
  }),
  deployer: address,
  /** Block of the first deployment transaction: derivation starts here. */
  fromBlock: z.number().int().nonnegative(),
  addresses: z.object({
    clock: address,
    rollup: address,
    challenges: address,
    bridge: address,
    bonds: address,
    /** Views for dashboards; nothing rests on it. */
    lens: address,
    availability: address,
    /** What the rollup asks about proofs: the one adapter, or the `AllOf` in front of several. */
    segmentVerifier: address,
  }),
  genesisCheckpoint: bytes32,
  /** What the segment verifier is; with `all-of`, every one of `verifiers` must accept. */
  proofSystem: z.enum([...PROOF_SYSTEMS, ALL_OF]),
  /** In the order of a proof's parts. */
  verifiers: z.array(verifier).min(1),
});

const schema = fields.refine(({ verifiers, proofSystem, addresses }) => {
  const [only] = verifiers;
  if (new Set(verifiers.map(({ system }) => system)).size < verifiers.length) return false;
  if (proofSystem === ALL_OF || verifiers.length > 1) return proofSystem === ALL_OF && verifiers.length > 1;
  return only?.system === proofSystem && only.adapter === addresses.segmentVerifier;
}, "proofSystem, verifiers and segmentVerifier do not belong together");

export type AddressBook = Readonly<z.output<typeof schema>>;
export type DeployedVerifier = AddressBook["verifiers"][number];

export { VERSION as ADDRESS_BOOK_VERSION };

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
    const parsed: unknown = JSON.parse(text);
    const version = versionOf(parsed);
    if (version < VERSION) fail("DEPLOYMENT_OUTDATED", { path, expected: VERSION, actual: version });
    return schema.parse(parsed);
  } catch (error) {
    if (isLuntraError(error)) throw error;
    return fail("DEPLOYMENT_MALFORMED", { path, reason: String(error) }, error);
  }
}

/** The first version did not say so. */
function versionOf(parsed: unknown): number {
  const { version, addresses } = (parsed ?? {}) as { version?: unknown; addresses?: unknown };
  if (typeof version === "number") return version;
  return version === undefined && addresses !== undefined ? 1 : VERSION;
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
