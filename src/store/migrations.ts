// The schema's history. A migration that was released never changes; the next change is the next migration.

import { type Kysely, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { fail, isLuntraError } from "../errors.ts";
import type { Schema } from "./schema.ts";

const MIGRATIONS: Readonly<Record<string, Migration>> = {
  "0001-node": {
    up: async (db) => {
      await db.schema
        .createTable("transactions")
        .addColumn("hash", "text", (column) => column.primaryKey())
        .addColumn("sender", "text", (column) => column.notNull())
        .addColumn("nonce", sql`numeric(20, 0)`, (column) => column.notNull())
        .addColumn("raw", "text", (column) => column.notNull())
        .addColumn("seq", "bigint", (column) => column.generatedAlwaysAsIdentity().notNull().unique())
        .addColumn("received_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .addUniqueConstraint("transactions_sender_nonce", ["sender", "nonce"])
        .execute();
      await db.schema
        .createTable("segments")
        .addColumn("number", "bigint", (column) => column.notNull())
        .addColumn("segment", "integer", (column) => column.notNull())
        .addColumn("parent", "text", (column) => column.notNull())
        .addColumn("source", "text", (column) => column.notNull().check(sql`source in ('queue', 'data')`))
        .addColumn("first_item", "bigint")
        .addColumn("items", "integer")
        .addColumn("queue_hash", "text")
        .addColumn("bytes", "text")
        .addColumn("checkpoint", "text", (column) => column.notNull())
        .addColumn("base_fee", sql`numeric(78, 0)`, (column) => column.notNull())
        .addColumn("fee_recipient", "text", (column) => column.notNull())
        .addColumn("sealed_at", "bigint", (column) => column.notNull())
        .addColumn("closed", "boolean", (column) => column.notNull().defaultTo(false))
        .addPrimaryKeyConstraint("segments_pkey", ["number", "segment"])
        .execute();
      await db.schema
        .createTable("commits")
        .addColumn("parent", "text", (column) => column.primaryKey())
        .addColumn("number", "bigint", (column) => column.notNull())
        .addColumn("header", "jsonb", (column) => column.notNull())
        .addColumn("counter", "bigint", (column) => column.notNull())
        .addColumn("committer", "text", (column) => column.notNull())
        .addColumn("l1_nonce", "bigint", (column) => column.notNull())
        .addColumn("calldata", "text", (column) => column.notNull())
        .addColumn("l1_hash", "text")
        .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .execute();
      await db.schema
        .createTable("taken_up")
        .addColumn("batch", "text", (column) => column.primaryKey())
        .execute();
      await db.schema
        .createTable("leader")
        .addColumn("id", "integer", (column) => column.primaryKey().check(sql`id = 1`))
        .addColumn("epoch", "bigint", (column) => column.notNull())
        .addColumn("holder", "text", (column) => column.notNull())
        .addColumn("url", "text")
        .addColumn("expires_at", "timestamptz", (column) => column.notNull())
        .execute();
      await db.schema
        .createTable("proofs")
        .addColumn("batch", "text", (column) => column.notNull())
        .addColumn("segment", "integer", (column) => column.notNull())
        .addColumn("beneficiary", "text", (column) => column.notNull())
        .addColumn("proof", "text", (column) => column.notNull())
        .addColumn("proving_ms", "integer", (column) => column.notNull())
        .addColumn("created_at", "timestamptz", (column) => column.notNull().defaultTo(sql`now()`))
        .addPrimaryKeyConstraint("proofs_pkey", ["batch", "segment", "beneficiary"])
        .execute();
    },
  },
};

/** Any number that nothing else in the database locks. */
const MIGRATION_LOCK = 5_310_001;

/** Brings the schema up to date, once however many openers ask: they wait for each other in the database. */
export async function migrate(db: Kysely<Schema>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(MIGRATION_LOCK)})`.execute(trx);
    const migrator = new Migrator({ db: trx, provider: { getMigrations: async () => MIGRATIONS } });
    const { error, results } = await migrator.migrateToLatest();
    if (error === undefined) return;
    if (isLuntraError(error)) throw error;
    const failed = results?.find(({ status }) => status === "Error")?.migrationName ?? "none";
    const reason = error instanceof Error ? error.message : String(error);
    fail("STORE_MIGRATION", { migration: failed, reason }, error);
  });
}
