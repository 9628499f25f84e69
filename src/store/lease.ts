// Leadership of one node at a time, with fencing. The database's clock alone says whether a lease has run out, so that clocks
// of nodes that differ do nothing. A leader that cannot renew steps down by its own monotonic clock, before its lease runs
// out; one that was stopped meanwhile and does not know it yet is refused when it writes.

import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { sql, type Transaction } from "kysely";
import { fail, isLuntraError } from "../errors.ts";
import type { Store } from "./open.ts";
import type { Schema } from "./schema.ts";

export interface LeaseOptions {
  /** For people; processes with one name are still told apart. */
  readonly holder: string;
  /** Where followers send their users. */
  readonly url?: string;
  readonly ttlMs?: number;
  /** Nobody else can have this database, as an embedded one in a locked folder: whoever led before is dead. */
  readonly alone?: boolean;
}

interface Events {
  gained: [epoch: bigint];
  lost: [epoch: bigint];
  /** A try that the database did not answer, or refused; the next one follows. */
  failed: [error: unknown];
}

export interface Lease {
  readonly holder: string;
  readonly leading: boolean;
  /** Of this node's leadership, or its last one; 0 if it never led. Epochs of different leaders differ and grow. */
  readonly epoch: bigint;
  readonly events: EventEmitter<Events>;
  /**
   * Runs a transaction that ends before anybody else can lead. Throws LEASE_LOST, with nothing written, if this node does not
   * lead, or no longer in `epoch`, where one is given. Keep it short: a successor waits for it, at most `ttlMs`.
   */
  fenced<T>(action: (trx: Transaction<Schema>) => Promise<T>, epoch?: bigint): Promise<T>;
  /** Stops; if this node leads, the next one to ask does. */
  release(): Promise<void>;
}

const DEFAULT_TTL_MS = 3_000;
/** Held by those who write as leader, together, and by whoever takes over, alone. */
const FENCE = 5_310_002;
const TRIES_PER_TTL = 3;

/** Tries to lead from now on, every third of `ttlMs`. The first try is over when it returns. */
export async function openLease(store: Store, options: LeaseOptions): Promise<Lease> {
  const lease = new DatabaseLease(store, options);
  await lease.start();
  return lease;
}

/** Where the node that leads right now can be asked. */
export async function leaderUrl({ db }: Store): Promise<string | undefined> {
  const row = await db
    .selectFrom("leader")
    .select("url")
    .where(sql<boolean>`expires_at > clock_timestamp()`)
    .executeTakeFirst();
  return row?.url ?? undefined;
}

class DatabaseLease implements Lease {
  readonly holder: string;
  readonly events = new EventEmitter<Events>();
  readonly #store: Store;
  readonly #url: string | null;
  readonly #ttlMs: number;
  readonly #alone: boolean;
  readonly #stopping = new AbortController();
  #epoch = 0n;
  /** By `performance.now()`; not leading if it has passed. */
  #validUntil = Number.NEGATIVE_INFINITY;
  #announced = false;
  #expiry: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(store: Store, { holder, url, ttlMs = DEFAULT_TTL_MS, alone = false }: LeaseOptions) {
    this.holder = `${holder}/${randomUUID()}`;
    this.#store = store;
    this.#url = url ?? null;
    this.#ttlMs = ttlMs;
    this.#alone = alone;
  }

  get leading(): boolean {
    return performance.now() < this.#validUntil;
  }

  get epoch(): bigint {
    return this.#epoch;
  }

  async start(): Promise<void> {
    await this.#try().catch((error: unknown) => {
      if (!isLuntraError(error, "STORE_UNAVAILABLE")) throw error;
    });
    this.#running = this.#keepTrying();
  }

  fenced<T>(action: (trx: Transaction<Schema>) => Promise<T>, epoch = this.#epoch): Promise<T> {
    return this.#store.db.transaction().execute(async (trx) => {
      if (!this.leading || epoch !== this.#epoch) this.#refuse(epoch, "it does not lead any more");
      await this.#bound(trx);
      await sql`select pg_advisory_xact_lock_shared(${sql.lit(FENCE)})`.execute(trx);
      // A statement of its own: it must see what was committed while the one before it waited.
      const leader = await trx.selectFrom("leader").select(["epoch", "holder"]).executeTakeFirst();
      if (leader?.epoch !== epoch || leader.holder !== this.holder) {
        this.#stepDown();
        this.#refuse(epoch, `${leader?.holder ?? "nobody"} leads in epoch ${leader?.epoch ?? 0n}`);
      }
      return await action(trx);
    });
  }

  async release(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#stepDown();
    await this.#store.db
      .updateTable("leader")
      .set({ url: null })
      .set(sql`expires_at`, sql`'-infinity'`)
      .where("holder", "=", this.holder)
      .execute();
  }

  #refuse(epoch: bigint, reason: string): never {
    fail("LEASE_LOST", { holder: this.holder, epoch, reason });
  }

  async #keepTrying(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await sleep(this.#ttlMs / TRIES_PER_TTL, undefined, { signal }).catch(() => undefined);
      if (!signal.aborted) await this.#try().catch((error: unknown) => this.events.emit("failed", error));
    }
  }

  async #try(): Promise<void> {
    if (this.leading) await this.#renew();
    else await this.#take();
  }

  async #renew(): Promise<void> {
    const sent = performance.now();
    const { rows } = await sql`
      update leader set expires_at = ${this.#expiryFromNow()}
      where id = 1 and holder = ${this.holder} and epoch = ${this.#epoch} returning epoch`.execute(
      this.#store.db,
    );
    if (rows.length === 0) this.#stepDown();
    else this.#lead(this.#epoch, sent);
  }

  /** The new leader waits until nobody writes as the old one. */
  async #take(): Promise<void> {
    this.#stepDown();
    if (await this.#isTaken()) return;
    await this.#store.db
      .transaction()
      .execute(async (trx) => {
        await this.#bound(trx);
        await sql`select pg_advisory_xact_lock(${sql.lit(FENCE)})`.execute(trx);
        const sent = performance.now();
        const { rows } = await sql<{ epoch: bigint }>`
          insert into leader (id, epoch, holder, url, expires_at)
          values (1, 1, ${this.holder}, ${this.#url}, ${this.#expiryFromNow()})
          on conflict (id) do update set epoch = leader.epoch + 1, holder = excluded.holder, url = excluded.url,
            expires_at = excluded.expires_at
          where leader.expires_at <= clock_timestamp() or ${this.#alone}
          returning epoch`.execute(trx);
        return { epoch: rows[0]?.epoch, sent };
      })
      .then(({ epoch, sent }) => epoch !== undefined && this.#lead(epoch, sent));
  }

  async #isTaken(): Promise<boolean> {
    if (this.#alone) return false;
    const row = await this.#store.db
      .selectFrom("leader")
      .select("epoch")
      .where(sql<boolean>`expires_at > clock_timestamp()`)
      .executeTakeFirst();
    return row !== undefined;
  }

  /** The server ends a transaction whose process stopped in the middle, and does not wait long for one. */
  async #bound(trx: Transaction<Schema>): Promise<void> {
    const ms = `${this.#ttlMs}`;
    await sql`select set_config('idle_in_transaction_session_timeout', ${ms}, true),
      set_config('lock_timeout', ${ms}, true)`.execute(trx);
  }

  #expiryFromNow() {
    return sql`clock_timestamp() + ${this.#ttlMs} * interval '1 millisecond'`;
  }

  #lead(epoch: bigint, sent: number): void {
    this.#epoch = epoch;
    this.#validUntil = sent + this.#ttlMs;
    clearTimeout(this.#expiry);
    this.#expiry = setTimeout(() => this.#stepDown(), Math.max(0, this.#validUntil - performance.now()));
    if (this.#announced || !this.leading) return;
    this.#announced = true;
    this.events.emit("gained", epoch);
  }

  #stepDown(): void {
    clearTimeout(this.#expiry);
    this.#validUntil = Number.NEGATIVE_INFINITY;
    if (!this.#announced) return;
    this.#announced = false;
    this.events.emit("lost", this.#epoch);
  }
}
