// Takes transactions in: checks them at once, stores them in groups, and only then says yes.

import type { Hex } from "../chain/types.ts";
import { isLuntraError, LuntraError } from "../errors.ts";
import type { Pool, PooledTransaction, PoolLimits } from "../l2/types.ts";
import { leaderUrl } from "../store/index.ts";
import type { Engine } from "./engine.ts";
import type { PoolEntry } from "./pool.ts";
import { addTransactions } from "./records.ts";

/** Rows in one statement at most. */
const GROUP = 500;

interface Waiting {
  readonly entry: PoolEntry;
  readonly done: (error?: unknown) => void;
}

export class Intake implements Pool {
  readonly #engine: Engine;
  #waiting: Waiting[] = [];
  #flushing = false;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  get baseFee(): bigint {
    return this.#engine.options.baseFee;
  }

  get limits(): PoolLimits {
    return this.#engine.options.limits;
  }

  get(hash: Hex): PooledTransaction | undefined {
    return this.#engine.inventory.pool.get(hash);
  }

  get counts() {
    const { size, ready } = this.#engine.inventory.pool;
    return { all: size, ready: ready.count };
  }

  list(): readonly PooledTransaction[] {
    return this.#engine.inventory.pool.list();
  }

  nextNonce(account: Hex): bigint {
    return this.#engine.inventory.nextNonce(BigInt(account));
  }

  async submit(raw: Hex): Promise<Hex> {
    const { leads, inventory, chain } = this.#engine;
    if (!leads) throw await this.#notLeading();
    const entry = inventory.reserve(raw);
    await this.#store(entry);
    chain.emit("pooled", entry);
    return entry.hash;
  }

  async #notLeading(cause?: unknown): Promise<LuntraError> {
    const leader = await leaderUrl(this.#engine.store).catch(() => undefined);
    return new LuntraError("NOT_LEADING", { leader: leader ?? "nobody right now" }, cause);
  }

  #store(entry: PoolEntry): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#waiting.push({ entry, done: (error) => (error === undefined ? resolve() : reject(error)) });
    if (!this.#flushing) void this.#flush();
    return promise;
  }

  /** While one group is being stored, the next one gathers. */
  async #flush(): Promise<void> {
    this.#flushing = true;
    // Requests of one turn of the event loop go together.
    await new Promise(setImmediate);
    while (this.#waiting.length > 0) {
      const group = this.#waiting.splice(0, GROUP);
      const error = await this.#storeGroup(group.map(({ entry }) => entry));
      for (const { done } of group) done(error);
      await new Promise(setImmediate);
    }
    this.#flushing = false;
  }

  /** Undefined if all are stored. */
  async #storeGroup(entries: readonly PoolEntry[]): Promise<unknown> {
    const { inventory } = this.#engine;
    const rows = entries.map(({ hash, sender, record, raw }) => ({ hash, sender, nonce: record.nonce, raw }));
    try {
      inventory.stored(await this.#engine.write((trx) => addTransactions(trx, rows)));
      return undefined;
    } catch (error) {
      inventory.takeBack(entries);
      return isLuntraError(error, "LEASE_LOST") ? await this.#notLeading(error) : error;
    }
  }
}
