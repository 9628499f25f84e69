// Opens a node's database: PostgreSQL by connection string, or an embedded one in a folder.

import { Kysely, PGliteDialect } from "kysely";
import { type Embedded, openEmbedded } from "./embedded.ts";
import { migrate } from "./migrations.ts";
import { openPool, type RawResult } from "./postgres.ts";
import type { Schema } from "./schema.ts";

export interface StoreOptions {
  /** Connections to PostgreSQL at most. An embedded database has one session for everybody. */
  readonly connections?: number;
}

interface Common {
  /** Fails with STORE_UNAVAILABLE while the database cannot be had, and works again when it can. */
  readonly db: Kysely<Schema>;
  readonly where: string;
  /** For libraries that write their own SQL, with the drivers' own types; several statements if there are no values. */
  readonly raw: RawQuery;
  /** Waits for what is running. */
  close(): Promise<void>;
}

export interface PostgresStore extends Common {
  readonly kind: "postgres";
}

export interface EmbeddedStore extends Common {
  readonly kind: "pglite";
  readonly embedded: Embedded;
}

export type Store = PostgresStore | EmbeddedStore;

export type RawQuery = (text: string, values?: readonly unknown[]) => Promise<RawResult>;

const DEFAULT_CONNECTIONS = 10;

export function isConnectionString(where: string): boolean {
  return /^postgres(ql)?:\/\//.test(where);
}

/**
 * `where` is `postgres://…` or a folder. Brings the schema up to date. Throws STORE_UNAVAILABLE if the database cannot be had,
 * STORE_LOCKED if another process has the folder, STORE_MIGRATION if the schema is of a later version.
 */
export async function openStore(where: string, options: StoreOptions = {}): Promise<Store> {
  const store = isConnectionString(where) ? openPostgres(where, options) : await openFolder(where);
  try {
    await migrate(store.db);
    return store;
  } catch (error) {
    await store.close();
    throw error;
  }
}

function openPostgres(where: string, { connections = DEFAULT_CONNECTIONS }: StoreOptions): PostgresStore {
  const { dialect, raw } = openPool(where, connections);
  const db = new Kysely<Schema>({ dialect });
  return { kind: "postgres", db, where, raw, close: () => db.destroy() };
}

async function openFolder(where: string): Promise<EmbeddedStore> {
  const embedded = await openEmbedded(where);
  const db = new Kysely<Schema>({ dialect: new PGliteDialect({ pglite: embedded }) });
  return { kind: "pglite", db, where, embedded, raw: embedded.raw, close: () => embedded.close() };
}
