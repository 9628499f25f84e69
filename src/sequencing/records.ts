// The sequencer's rows in the database: transactions, sealed segments, and what was sent to L1. Everything that is written goes
// through the lease, so that a node that does not lead any more writes nothing.

import { getBytes, hexlify } from "ethers";
import { type Kysely, sql, type Transaction } from "kysely";
import type { Hex, QueueEntry } from "../chain/types.ts";
import type { Header } from "../model/index.ts";
import { insertTransactions, type NewTransaction, type Schema } from "../store/index.ts";
import type { Draft, SealedSegment } from "./draft.ts";

export type Database = Kysely<Schema> | Transaction<Schema>;

/** A sealed segment as it is stored. */
export interface StoredSegment {
  readonly number: bigint;
  readonly segment: number;
  readonly parent: Hex;
  readonly source: "queue" | "data";
  readonly firstItem: bigint;
  readonly items: number;
  readonly queueHash: Hex;
  readonly bytes: Uint8Array;
  readonly checkpoint: Hex;
  readonly baseFee: bigint;
  readonly feeRecipient: Hex;
  readonly sealedAt: number;
  readonly closed: boolean;
}

export interface StoredCommit {
  readonly parent: Hex;
  readonly number: bigint;
  readonly header: Header;
  readonly counter: bigint;
  readonly committer: Hex;
  readonly l1Nonce: bigint;
  readonly calldata: Hex;
  readonly l1Hash?: Hex;
}

export interface StoredTransaction {
  readonly hash: Hex;
  readonly raw: Hex;
  readonly seq: bigint;
  readonly receivedAt: number;
}

/** Those that arrived after `seq`, in order of arrival. */
export async function transactionsAfter(db: Database, seq: bigint): Promise<readonly StoredTransaction[]> {
  const rows = await db
    .selectFrom("transactions")
    .select(["hash", "raw", "seq", "received_at"])
    .where("seq", ">", seq)
    .orderBy("seq")
    .execute();
  return rows.map(({ received_at, ...row }) => ({ ...row, receivedAt: received_at.getTime() }));
}

export async function addTransactions(
  db: Transaction<Schema>,
  rows: readonly NewTransaction[],
): Promise<readonly { readonly hash: Hex; readonly seq: bigint }[]> {
  const added = await insertTransactions({ db }, rows, { replace: true });
  if (added.length === rows.length) return added;
  // Others stand there already: what was not acknowledged comes again.
  const hashes = rows.map(({ hash }) => hash);
  return await db
    .selectFrom("transactions")
    .select(["hash", "seq"])
    .where("hash", "in", hashes)
    .orderBy("seq")
    .execute();
}

export async function removeTransactions(db: Database, hashes: readonly Hex[]): Promise<void> {
  if (hashes.length === 0) return;
  await sql`delete from transactions where hash = any(${hashes}::text[])`.execute(db);
}

export async function storedSegments(db: Database): Promise<readonly StoredSegment[]> {
  const rows = await db.selectFrom("segments").selectAll().orderBy("number").orderBy("segment").execute();
  return rows.map((row) => ({
    number: row.number,
    segment: row.segment,
    parent: row.parent,
    source: row.source,
    firstItem: row.first_item ?? 0n,
    items: row.items ?? 0,
    queueHash: row.queue_hash ?? "0x",
    bytes: getBytes(row.bytes ?? "0x"),
    checkpoint: row.checkpoint,
    baseFee: row.base_fee,
    feeRecipient: row.fee_recipient,
    sealedAt: Number(row.sealed_at),
    closed: row.closed,
  }));
}

/** Adds segments to the end of a draft whose ground is the batch `parent`. */
export async function addSegments(
  db: Transaction<Schema>,
  draft: Draft,
  first: number,
  segments: readonly SealedSegment[],
  parent: Hex,
): Promise<void> {
  const { number, baseFee, feeRecipient } = draft.facts;
  const rows = segments.map(({ data, items, executed, sealedAt }, i) => {
    const last = items[items.length - 1];
    return {
      number,
      segment: first + i,
      parent,
      source: data.source,
      first_item: items[0]?.index ?? null,
      items: last === undefined ? null : items.length,
      queue_hash: last?.chain ?? null,
      bytes: data.source === "data" ? hexlify(data.bytes) : null,
      checkpoint: executed.checkpoint,
      base_fee: baseFee,
      fee_recipient: feeRecipient,
      sealed_at: BigInt(sealedAt),
    };
  });
  await db.insertInto("segments").values(rows).execute();
}

export async function closeSegments(db: Transaction<Schema>, number: bigint): Promise<void> {
  await db.updateTable("segments").set({ closed: true }).where("number", "=", number).execute();
}

export async function removeSegments(
  db: Transaction<Schema>,
  which: { readonly from: bigint } | { readonly upTo: bigint },
): Promise<void> {
  const of = db.deleteFrom("segments");
  await ("from" in which
    ? of.where("number", ">=", which.from)
    : of.where("number", "<=", which.upTo)
  ).execute();
}

export async function storedCommit(db: Database, parent: Hex): Promise<StoredCommit | undefined> {
  const row = await db.selectFrom("commits").selectAll().where("parent", "=", parent).executeTakeFirst();
  if (row === undefined) return undefined;
  const header = row.header as Readonly<Record<keyof Header, string>>;
  return {
    parent: row.parent,
    number: row.number,
    header: {
      ...header,
      number: BigInt(header.number),
      queueEnd: BigInt(header.queueEnd),
      baseFee: BigInt(header.baseFee),
    },
    counter: row.counter,
    committer: row.committer,
    l1Nonce: row.l1_nonce,
    calldata: row.calldata,
    ...(row.l1_hash === null ? {} : { l1Hash: row.l1_hash }),
  };
}

export async function saveCommit(db: Transaction<Schema>, commit: StoredCommit): Promise<void> {
  const { number, header, counter, committer, l1Nonce, calldata, parent, l1Hash } = commit;
  const row = {
    number,
    header: JSON.stringify(header, (_, value) => (typeof value === "bigint" ? String(value) : value)),
    counter,
    committer,
    l1_nonce: l1Nonce,
    calldata,
    l1_hash: l1Hash ?? null,
  };
  await db
    .insertInto("commits")
    .values({ parent, ...row })
    .onConflict((conflict) => conflict.column("parent").doUpdateSet(row))
    .execute();
}

/** They have been final for long: no reorg brings their position back. */
export async function removeCommits(db: Transaction<Schema>, upTo: bigint): Promise<void> {
  await db.deleteFrom("commits").where("number", "<=", upTo).execute();
}

export async function takenUp(db: Database): Promise<ReadonlySet<Hex>> {
  const rows = await db.selectFrom("taken_up").select("batch").execute();
  return new Set(rows.map(({ batch }) => batch));
}

export async function markTakenUp(db: Transaction<Schema>, batches: readonly Hex[]): Promise<void> {
  if (batches.length === 0) return;
  const rows = batches.map((batch) => ({ batch }));
  await db
    .insertInto("taken_up")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** The item's place and its successors', if L1's queue still has what was stored. */
export function itemsOf(
  queue: readonly QueueEntry[],
  segment: StoredSegment,
): readonly QueueEntry[] | undefined {
  const first = Number(segment.firstItem);
  const items = queue.slice(first, first + segment.items);
  const whole = items.length === segment.items && items[items.length - 1]?.chain === segment.queueHash;
  return whole ? items : undefined;
}
