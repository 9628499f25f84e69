// A process that is killed between sending a transaction and writing down that it did leaves one that nobody waits for. Ignition would
// take it for somebody else's and use the next nonce, which shifts every address; so it is found on L1 and put into the journal.

import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type EIP1193Provider, trackTransaction } from "@nomicfoundation/ignition-core";
import { z } from "zod";
import { readIfThere } from "../chain/address-book.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";

export interface LostOptions {
  /** Folder of the journal. */
  readonly journal: string;
  readonly provider: EIP1193Provider;
  readonly deployer: Hex;
  /** Block from which on the transaction is looked for. */
  readonly since: number;
  readonly onStep?: (step: string) => void;
}

const LOOK_MS = 1_000;
/** L1 is waited for so long to take a transaction that is on its way. */
const PATIENCE_MS = 20 * 60_000;

const message = z.object({
  type: z.string(),
  futureId: z.string().optional(),
  networkInteractionId: z.number().optional(),
  nonce: z.number().optional(),
  transaction: z.object({ hash: z.string() }).optional(),
});
type Message = z.output<typeof message>;

/** Adopts a transaction that was sent and not written down; returns its hash. */
export async function adoptLost(options: LostOptions): Promise<Hex | undefined> {
  const { journal, provider, onStep } = options;
  const messages = await readJournal(journal);
  const prepared = openAtEnd(messages);
  if (prepared?.nonce === undefined) return undefined;
  // Some may be written down: while one of them is there, Ignition waits for it, and sends another one with higher fees if it must.
  const isKnown = (its: Message) => isSendOf(its, prepared);
  const known = messages.filter(isKnown).map(({ transaction }) => transaction?.hash);
  if (await isAnyThere(provider, known)) return await forget(journal, lastOf(isKnown));
  if (!(await isTaken(options, prepared.nonce))) return undefined;
  const hash = await transactionAt(options, prepared.nonce);
  if (known.includes(hash)) return await forget(journal, lastOf(isKnown));
  onStep?.(`found the transaction that the last run did not write down: ${hash}`);
  // Their nonce is taken: they are nowhere any more, and beside them Ignition would take this one for somebody else's.
  if (known.length > 0) await forget(journal, (its) => its.filter((one) => !isKnown(one)));
  // One block: Ignition itself waits for the others.
  await trackTransaction(journal, hash, provider, 1);
  return hash;
}

/** How many contracts the journal has seen on L1. */
export async function confirmedIn(journal: string): Promise<number> {
  return (await readJournal(journal)).filter(({ type }) => type === "TRANSACTION_CONFIRM").length;
}

/** The journal's messages. What a kill left half said at its end is cut off, and so is what nothing could go on from. */
async function readJournal(folder: string): Promise<Message[]> {
  const lines = await readLines(folder);
  const whole = lines.findLastIndex((line) => isJson(line) && !DEAD_ENDS.has(parsed(line).type)) + 1;
  if (whole < lines.length) await writeLines(folder, lines.slice(0, whole));
  return lines.slice(0, whole).map(parsed);
}

type Kept = (messages: readonly Message[]) => readonly Message[];

/** What follows the last one of these goes. */
function lastOf(is: (its: Message) => boolean): Kept {
  return (messages) => messages.slice(0, messages.findLastIndex(is) + 1);
}

async function forget(folder: string, kept: Kept): Promise<undefined> {
  const messages = new Map((await readLines(folder)).map((line) => [parsed(line), line]));
  await writeLines(
    folder,
    kept([...messages.keys()]).map((its) => messages.get(its) ?? ""),
  );
}

async function isAnyThere(provider: EIP1193Provider, hashes: readonly (Hex | undefined)[]): Promise<boolean> {
  for (const hash of hashes) {
    if ((await provider.request({ method: "eth_getTransactionByHash", params: [hash] })) !== null)
      return true;
  }
  return false;
}

async function readLines(folder: string): Promise<readonly string[]> {
  const text = (await readIfThere(pathIn(folder))) ?? "";
  return text.split("\n").filter((line) => line !== "");
}

async function writeLines(folder: string, lines: readonly string[]): Promise<void> {
  const path = pathIn(folder);
  await writeFile(`${path}.tmp`, lines.map((line) => `\n${line}`).join(""));
  await rename(`${path}.tmp`, path);
}

function pathIn(folder: string): string {
  return join(folder, "journal.jsonl");
}

function parsed(line: string): Message {
  return message.parse(JSON.parse(line));
}

/**
 * Last messages from which Ignition 3.1.9 does not go on: a contract's turn that nothing followed, so that nothing was sent; that fees are to be
 * raised, which it would do even if L1 has taken the transaction since; that L1 did not take it in time, which L1 may have done since.
 */
const DEAD_ENDS: ReadonlySet<string> = new Set([
  "DEPLOYMENT_EXECUTION_STATE_INITIALIZE",
  "ONCHAIN_INTERACTION_BUMP_FEES",
  "ONCHAIN_INTERACTION_TIMEOUT",
]);

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** After these, what became of a transaction is known. */
const ENDS: ReadonlySet<string> = new Set([
  "TRANSACTION_CONFIRM",
  "ONCHAIN_INTERACTION_REPLACED_BY_USER",
  "DEPLOYMENT_EXECUTION_STATE_COMPLETE",
]);

/** The transaction that was about to be sent, or on its way, when the process ended. */
function openAtEnd(messages: readonly Message[]): Message | undefined {
  const prepared = messages.findLastIndex(({ type }) => type === "TRANSACTION_PREPARE_SEND");
  const after = messages.slice(prepared + 1);
  return after.some(({ type }) => ENDS.has(type)) ? undefined : messages[prepared];
}

/** Whether it says that a transaction with that nonce was sent. */
function isSendOf({ type, futureId, networkInteractionId, nonce }: Message, prepared: Message): boolean {
  return (
    type === "TRANSACTION_SEND" &&
    futureId === prepared.futureId &&
    networkInteractionId === prepared.networkInteractionId &&
    nonce === prepared.nonce
  );
}

/** Whether L1 has taken that nonce; waits while it is on its way. */
async function isTaken({ provider, deployer, onStep }: LostOptions, nonce: number): Promise<boolean> {
  const count = async (tag: string) =>
    Number(await provider.request({ method: "eth_getTransactionCount", params: [deployer, tag] }));
  const deadline = Date.now() + PATIENCE_MS;
  for (let told = false; ; ) {
    if ((await count("latest")) > nonce) return true;
    if ((await count("pending")) <= nonce) return false;
    if (Date.now() > deadline) {
      fail("L1_UNAVAILABLE", { what: `the deployer's transaction ${nonce}`, reason: "it is still waiting" });
    }
    if (!told) onStep?.(`waiting for L1 to take the deployer's transaction ${nonce}`);
    told = true;
    await sleep(LOOK_MS);
  }
}

const block = z.object({
  transactions: z.array(z.object({ hash: z.string(), from: z.string(), nonce: z.string() })),
});

async function transactionAt({ provider, deployer, since }: LostOptions, nonce: number): Promise<Hex> {
  const latest = Number(await provider.request({ method: "eth_blockNumber" }));
  for (let number = latest; number >= since; number--) {
    const params = [`0x${number.toString(16)}`, true];
    const { transactions } = block.parse(await provider.request({ method: "eth_getBlockByNumber", params }));
    const found = transactions.find(
      (its) => its.from.toLowerCase() === deployer.toLowerCase() && Number(its.nonce) === nonce,
    );
    if (found !== undefined) return found.hash;
  }
  return fail("L1_DATA_MISSING", { what: `the deployer's transaction with nonce ${nonce}` });
}
