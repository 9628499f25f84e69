// Writes transactions to the pool, many in one statement.

import { type Kysely, sql } from "kysely";
import type { Hex } from "../chain/types.ts";
import type { Schema } from "./schema.ts";

export interface NewTransaction {
  readonly hash: Hex;
  readonly sender: Hex;
  readonly nonce: bigint;
  readonly raw: Hex;
}

export interface InsertOptions {
  /** A transaction takes the place of another one with its sender and nonce. Otherwise the one that is there stays. */
  readonly replace?: boolean;
}

export interface InsertedTransaction {
  readonly hash: Hex;
  readonly seq: bigint;
}

/**
 * Returns those that were not there before, in their order. Of several with one sender and nonce, the first counts, or the
 * last with `replace`. All stand when it returns, or none if it throws. A transaction may be passed as `{ db: trx }`.
 */
export async function insertTransactions(
  { db }: { readonly db: Kysely<Schema> },
  rows: readonly NewTransaction[],
  { replace = false }: InsertOptions = {},
): Promise<readonly InsertedTransaction[]> {
  if (rows.length === 0) return [];
  const distinct = replace ? lastOfEach(rows) : rows;
  const conflict = replace
    ? sql`(sender, nonce) do update set hash = excluded.hash, raw = excluded.raw, seq = default, received_at = default
          where transactions.hash <> excluded.hash`
    : sql`do nothing`;
  const result = await sql<InsertedTransaction>`
    insert into transactions (hash, sender, nonce, raw)
    select hash, sender, nonce, raw
    from unnest(
      ${distinct.map(({ hash }) => hash)}::text[],
      ${distinct.map(({ sender }) => sender)}::text[],
      ${distinct.map(({ nonce }) => String(nonce))}::numeric[],
      ${distinct.map(({ raw }) => raw)}::text[]
    ) with ordinality as row (hash, sender, nonce, raw, place)
    order by place
    on conflict ${conflict}
    returning hash, seq`.execute(db);
  return result.rows;
}

/** One statement cannot replace a row twice. */
function lastOfEach(rows: readonly NewTransaction[]): readonly NewTransaction[] {
  const last = new Map<string, NewTransaction>();
  for (const row of rows) {
    const key = `${row.sender} ${row.nonce}`;
    last.delete(key);
    last.set(key, row);
  }
  return [...last.values()];
}
