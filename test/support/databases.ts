// The same tests on both databases: an embedded one in a temporary folder, and a PostgreSQL server that all tests of this
// process share, each with a database of its own.

import { randomBytes } from "node:crypto";
import { rmSync } from "node:fs";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openStore, type Store, type StoreOptions } from "../../src/store/index.ts";
import { type PostgresServer, startPostgres } from "./postgres-server.ts";

export interface Databases {
  readonly kind: Store["kind"];
  /** For `openStore`: a database of its own without a row, removed after the test. */
  fresh(): Promise<string>;
  /** Opens a store that is closed after the test. */
  open(where: string, options?: StoreOptions): Promise<Store>;
}

/** A suite for each kind of database. */
export function onBothDatabases(title: string, suite: (databases: Databases) => void): void {
  onEmbedded(`${title} (PGlite)`, suite);
  onPostgres(`${title} (PostgreSQL)`, suite);
}

export function onEmbedded(title: string, suite: (databases: Databases) => void): void {
  describe(title, () => withCleanUp("pglite", freshFolder, suite));
}

export function onPostgres(title: string, suite: (databases: Databases) => void): void {
  describe(title, () => withCleanUp("postgres", freshDatabase, suite));
}

export interface Fresh {
  readonly where: string;
  remove(): Promise<void>;
}

/** What the suite itself does after each test comes first: whoever uses a database ends before it does. */
function withCleanUp(
  kind: Store["kind"],
  make: () => Promise<Fresh>,
  suite: (databases: Databases) => void,
): void {
  const cleanUps: (() => Promise<unknown>)[] = [];
  suite({
    kind,
    async fresh() {
      const { where, remove } = await make();
      cleanUps.push(remove);
      return where;
    },
    async open(where, options) {
      const store = await openStore(where, options);
      cleanUps.push(() => store.close());
      return store;
    },
  });
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });
}

/** PGlite takes seconds to make a database, and a fraction to open a copy of one. */
let template: Promise<string> | undefined;

/** A folder with an empty embedded database. */
export async function freshFolder(): Promise<Fresh> {
  template ??= makeTemplate();
  const where = await mkdtemp(join(tmpdir(), "luntra-store-"));
  await cp(await template, where, { recursive: true });
  return { where, remove: () => rm(where, { recursive: true, force: true }) };
}

async function makeTemplate(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-template-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const store = await openStore(folder);
  await store.close();
  return folder;
}

let shared: Promise<PostgresServer> | undefined;

async function freshDatabase(): Promise<Fresh> {
  shared ??= startShared();
  const server = await shared;
  const name = `luntra_${randomBytes(8).toString("hex")}`;
  await server.admin(`create database ${name}`);
  return { where: server.url(name), remove: () => server.admin(`drop database ${name} with (force)`) };
}

/** It ends with the process; what it leaves on disk goes then, too. */
async function startShared(): Promise<PostgresServer> {
  const server = await startPostgres();
  process.once("exit", () => rmSync(server.folder, { recursive: true, force: true }));
  return server;
}
