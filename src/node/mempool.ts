// Transactions waiting for a batch: one file a transaction, so that `submit` and `commit` can be two processes.

import { randomUUID } from "node:crypto";
import { appendFile, mkdir, readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keccak256 } from "ethers";
import { z } from "zod";
import { readIfThere } from "../chain/address-book.ts";
import type { Hex } from "../chain/types.ts";
import { withFileLock } from "./file-lock.ts";

export interface PendingTransaction {
  readonly hash: Hex;
  readonly raw: Hex;
  /** Milliseconds since 1970; the order of arrival. */
  readonly receivedAt: number;
}

/** Files `<hash>.json`, written by atomic rename: a crash leaves a whole transaction or none. */
export interface Mempool {
  readonly directory: string;
  /** Returns false if the transaction is already there. */
  add(hash: Hex, raw: Hex): Promise<boolean>;
  has(hash: Hex): Promise<boolean>;
  /** In order of arrival. A file that is no transaction is set aside as `<name>.broken`. */
  list(): Promise<readonly PendingTransaction[]>;
  remove(hashes: readonly Hex[]): Promise<void>;
  /** Dead batches that `markTakenUp` was told of. */
  takenUp(): Promise<ReadonlySet<Hex>>;
  /** There is nothing more to be taken out of these batches. */
  markTakenUp(batches: readonly Hex[]): Promise<void>;
  /** Runs `action` while nobody else does, in this or another process; throws POOL_LOCKED after `timeoutMs`. */
  exclusively<T>(action: () => Promise<T>, timeoutMs?: number): Promise<T>;
}

/** A line a batch. One that a crash tore is looked at again. */
const TAKEN_UP = "taken-up.txt";
const NAME = /^0x[0-9a-f]{64}\.json$/;
const DEFAULT_TIMEOUT_MS = 30_000;

const schema = z.object({
  hash: z.string(),
  raw: z.string().regex(/^0x([0-9a-f]{2})+$/),
  receivedAt: z.number(),
});

export async function openMempool(directory: string): Promise<Mempool> {
  await mkdir(directory, { recursive: true });
  const pathOf = (hash: Hex) => join(directory, `${hash.toLowerCase()}.json`);
  const has = async (hash: Hex) => (await readIfThere(pathOf(hash))) !== undefined;

  return {
    directory,
    has,
    async add(hash, raw) {
      if (await has(hash)) return false;
      const draft = join(directory, `${randomUUID()}.tmp`);
      await writeFile(draft, JSON.stringify({ hash, raw, receivedAt: Date.now() }), { flush: true });
      await rename(draft, pathOf(hash));
      return true;
    },
    async list() {
      const names = (await readdir(directory)).filter((name) => NAME.test(name));
      const read = await Promise.all(names.map((name) => readTransaction(directory, name)));
      return read
        .filter((transaction) => transaction !== undefined)
        .sort((a, b) => a.receivedAt - b.receivedAt || (a.hash < b.hash ? -1 : 1));
    },
    async remove(hashes) {
      await Promise.all(hashes.map((hash) => rm(pathOf(hash), { force: true })));
    },
    async takenUp() {
      const text = (await readIfThere(join(directory, TAKEN_UP))) ?? "";
      return new Set(text.split("\n"));
    },
    async markTakenUp(batches) {
      if (batches.length === 0) return;
      await appendFile(join(directory, TAKEN_UP), batches.map((id) => `\n${id}`).join(""));
    },
    exclusively: (action, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      withFileLock(join(directory, "lock"), action, timeoutMs),
  };
}

async function readTransaction(directory: string, name: string): Promise<PendingTransaction | undefined> {
  const path = join(directory, name);
  const text = await readIfThere(path);
  if (text === undefined) return undefined; // Taken out meanwhile.
  try {
    const transaction = schema.parse(JSON.parse(text));
    if (`${keccak256(transaction.raw)}.json` === name) return transaction;
  } catch {
    // Falls through: it is no transaction.
  }
  await rename(path, `${path}.broken`).catch(() => undefined);
  return undefined;
}
