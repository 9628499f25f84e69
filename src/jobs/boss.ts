// pg-boss on a store: the queue of proof jobs.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Transaction } from "kysely";
import { PgBoss } from "pg-boss";
import type { Schema, Store } from "../store/index.ts";

export const QUEUE = "segment-proofs";
/** pg-boss's own; `boss.ts` and `jobs.ts` alone know it. */
export const JOB_TABLE = "pgboss.job";

const DAY_SECONDS = 86_400;
const HOUR_SECONDS = 3_600;

export interface BossOptions {
  /** Tries after the first. */
  readonly retries?: number;
}

const DEFAULT_RETRIES = 5;
const MOST_DELAY_SECONDS = 30;

export interface Boss {
  readonly boss: PgBoss;
  /**
   * pg-boss's calls within `action` are part of the transaction, all of them: one that went past it, as those that only look
   * something up would, waits for ever for an embedded database's one session.
   */
  transaction<T>(action: (trx: Transaction<Schema>) => Promise<T>): Promise<T>;
}

/** Started; installs pg-boss's schema if it is not there. Its maintenance runs with every opener and claims turns itself. */
export async function openBoss(
  store: Store,
  { retries = DEFAULT_RETRIES }: BossOptions,
  onTrouble: (error: unknown) => void,
): Promise<Boss> {
  const current = new AsyncLocalStorage<Transaction<Schema>>();
  const boss = new PgBoss({
    db: {
      async executeSql(text, values = []) {
        const trx = current.getStore();
        return {
          rows:
            trx === undefined ? [...(await store.raw(text, values)).rows] : await query(trx, text, values),
        };
      },
    },
    backend: store.kind,
    schedule: false,
    // Proof jobs are few.
    reindex: false,
    monitorVacuum: false,
  });
  boss.on("error", onTrouble);
  await boss.start();
  await boss.createQueue(QUEUE, {
    retryLimit: retries,
    retryDelay: 1,
    retryBackoff: true,
    retryDelayMax: MOST_DELAY_SECONDS,
    // Ours are shorter; these catch what nobody looks after any more.
    heartbeatSeconds: 60,
    expireInSeconds: DAY_SECONDS,
    // Proofs are kept elsewhere, and payloads are large.
    deleteAfterSeconds: HOUR_SECONDS,
  });
  return {
    boss,
    transaction: (action) => store.db.transaction().execute((trx) => current.run(trx, () => action(trx))),
  };
}

/** Counts are plain numbers for pg-boss. */
async function query(trx: Transaction<Schema>, text: string, parameters: readonly unknown[]) {
  const { rows } = await trx.executeQuery<Record<string, unknown>>({
    sql: text,
    parameters,
    query: { kind: "RawNode", sqlFragments: [], parameters: [] },
    queryId: { queryId: "pg-boss" },
  });
  const plain = (value: unknown) => (typeof value === "bigint" ? Number(value) : value);
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)])),
  );
}
