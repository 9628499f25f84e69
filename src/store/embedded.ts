// PGlite in a folder: PostgreSQL in this process. One session serves everybody, so everybody passes one gate. What was
// acknowledged survives the death of the process, but not the machine's: PGlite leaves flushing to the operating system.

import { open, mkdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { PGlite, type Results, type Transaction } from "@electric-sql/pglite";
import { fail, LuntraError } from "../errors.ts";
import { guardCrashes } from "./crash-guard.ts";
import { isTransientState, sqlState, unavailable } from "./failures.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { type Gate, openGate } from "./gate.ts";
import type { RawResult } from "./postgres.ts";

const INT8 = 20;
const NUMERIC = 1700;
/** As they are without ours. */
const OWN_PARSERS = { [INT8]: Number, [NUMERIC]: String };

/** What kysely's dialect asks of PGlite, with typed errors and recovery, and exclusive use for other protocols. */
export interface Embedded {
  readonly ready: boolean;
  readonly closed: boolean;
  readonly waitReady: Promise<void>;
  query<T>(query: string, params?: unknown[]): Promise<Results<T>>;
  transaction<T>(action: (trx: Transaction) => Promise<T>): Promise<T>;
  /** With PGlite's own types; several statements if there are no values. */
  readonly raw: (text: string, values?: readonly unknown[]) => Promise<RawResult>;
  /** While `action` runs, nobody else uses the session. */
  exclusively<T>(action: (pglite: PGlite) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Throws STORE_LOCKED if a living process has the folder open, STORE_UNAVAILABLE if the disk does not let it open. */
export async function openEmbedded(folder: string): Promise<Embedded> {
  const lock = await lockFolder(folder);
  try {
    return new EmbeddedDatabase(folder, lock, await start(folder));
  } catch (error) {
    await lock.release();
    throw error instanceof LuntraError ? error : unavailable(error);
  }
}

class EmbeddedDatabase implements Embedded {
  readonly ready = true;
  readonly waitReady = Promise.resolve();
  readonly #folder: string;
  readonly #lock: FolderLock;
  readonly #gate: Gate = openGate();
  /** Undefined after a crash, until the next use starts it again. */
  #pglite: PGlite | undefined;
  #closed = false;

  constructor(folder: string, lock: FolderLock, pglite: PGlite) {
    this.#folder = folder;
    this.#lock = lock;
    this.#pglite = pglite;
  }

  get closed(): boolean {
    return this.#closed;
  }

  query<T>(query: string, params?: unknown[]): Promise<Results<T>> {
    return this.exclusively((pglite) => pglite.query<T>(query, params));
  }

  /** Kysely's driver waits for `action` to be called, without end: one that cannot begin fails in its first statement. */
  async transaction<T>(action: (trx: Transaction) => Promise<T>): Promise<T> {
    let begun = false;
    const begin = (trx: Transaction) => {
      begun = true;
      return action(this.#guarded(trx));
    };
    try {
      return await this.exclusively((pglite) => pglite.transaction(begin));
    } catch (error) {
      if (!begun) await action({ query: () => Promise.reject(error) } as unknown as Transaction);
      throw error;
    }
  }

  readonly raw = (text: string, values: readonly unknown[] = []): Promise<RawResult> =>
    this.exclusively(async (pglite) => {
      if (values.length > 0) return await pglite.query(text, [...values], { parsers: OWN_PARSERS });
      try {
        const results = await pglite.exec(text, { parsers: OWN_PARSERS });
        return { rows: results.flatMap(({ rows }) => rows) };
      } catch (error) {
        // A transaction that the text began would be everybody's.
        if (pglite.isInTransaction()) await pglite.exec("rollback");
        throw error;
      }
    });

  exclusively<T>(action: (pglite: PGlite) => Promise<T>): Promise<T> {
    return this.#gate.run(async () => {
      if (this.#closed) fail("STORE_UNAVAILABLE", { reason: "it was closed" });
      this.#pglite ??= await start(this.#folder).catch((error: unknown) => {
        throw unavailable(error);
      });
      try {
        return await action(this.#pglite);
      } catch (error) {
        throw this.#explain(error);
      }
    });
  }

  close(): Promise<void> {
    return this.#gate.run(async () => {
      if (this.#closed) return;
      this.#closed = true;
      try {
        await this.#pglite?.close();
      } finally {
        await this.#lock.release();
      }
    });
  }

  #guarded(trx: Transaction): Transaction {
    const query: Transaction["query"] = async (...args) => {
      try {
        return await trx.query(...args);
      } catch (error) {
        throw this.#explain(error);
      }
    };
    return { ...trx, query };
  }

  /** A crash of the WebAssembly module leaves nothing to go on with; its log does, at the next start. */
  #explain(error: unknown): unknown {
    const state = sqlState(error);
    if (state !== undefined) return isTransientState(state) ? unavailable(error) : error;
    if (!isCrash(error)) return error;
    this.#pglite = undefined;
    return unavailable(error);
  }
}

function isCrash(error: unknown): boolean {
  return (
    error instanceof Error && /^(RuntimeError|ExitStatus|ErrnoError)$|Abort/.test(error.name + error.message)
  );
}

/** A first start that was interrupted leaves half a database, in which nothing was acknowledged: it is made anew. */
async function start(folder: string): Promise<PGlite> {
  const data = join(folder, "pglite");
  const marker = join(folder, "initialised");
  const initialised = await stat(marker).then(
    () => true,
    () => false,
  );
  if (!initialised) await rm(data, { recursive: true, force: true });
  await mkdir(data, { recursive: true });
  const pglite = await PGlite.create(data, {
    relaxedDurability: false,
    parsers: { [INT8]: BigInt, [NUMERIC]: BigInt },
  });
  guardCrashes(pglite);
  if (!initialised) await writeDurably(marker, folder);
  return pglite;
}

/** It must not be gone after a loss of power while the data are there. */
async function writeDurably(marker: string, folder: string): Promise<void> {
  for (const [path, flags] of [
    [marker, "w"],
    [folder, "r"],
  ] as const) {
    const file = await open(path, flags);
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }
}
