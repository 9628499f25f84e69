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
});
type Message = z.output<typeof message>;

/** Adopts a transaction that was sent and not written down; returns its hash. */
export async function adoptLost(options: LostOptions): Promise<Hex | undefined> {
  const { journal, provider, onStep } = options;
  const nonce = preparedOnly(await readJournal(journal));
  if (nonce === undefined || !(await isTaken(options, nonce))) return undefined;
  const hash = await transactionAt(options, nonce);
  onStep?.(`found the transaction that the last run did not write down: ${hash}`);
  // One block: Ignition itself waits for the others.
  await trackTransaction(journal, hash, provider, 1);
  return hash;
}

/** How many contracts the journal has seen on L1. */
export async function confirmedIn(journal: string): Promise<number> {
  return (await readJournal(journal)).filter(({ type }) => type === "TRANSACTION_CONFIRM").length;
}

/** The journal's messages. What a kill left half said at its end is cut off. */
async function readJournal(folder: string): Promise<Message[]> {
  const path = join(folder, "journal.jsonl");
  const text = await readIfThere(path);
  if (text === undefined) return [];
  const lines = text.split("\n").filter((line) => line !== "");
  const whole = lines.findLastIndex((line) => isJson(line) && !isBare(line)) + 1;
  if (whole < lines.length) {
    const kept = lines.slice(0, whole).map((line) => `\n${line}`);
    await writeFile(`${path}.tmp`, kept.join(""));
    await rename(`${path}.tmp`, path);
  }
  return lines.slice(0, whole).map((line) => message.parse(JSON.parse(line)));
}

/** A contract's turn that nothing followed: Ignition 3.1.9 fails to go on from there, and nothing was sent. */
function isBare(line: string): boolean {
  return message.parse(JSON.parse(line)).type === "DEPLOYMENT_EXECUTION_STATE_INITIALIZE";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Nonce of the transaction that was about to be sent when the process ended. */
function preparedOnly(messages: readonly Message[]): number | undefined {
  const prepared = messages.findLastIndex(({ type }) => type === "TRANSACTION_PREPARE_SEND");
  const its = messages[prepared];
  if (its === undefined) return undefined;
  const after = messages.slice(prepared + 1);
  return after.some(({ futureId }) => futureId === its.futureId) ? undefined : its.nonce;
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
