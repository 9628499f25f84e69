// Every transaction that is not final: those that wait, in the pool, and those in blocks that may yet be dropped. The same as the
// rows in the database, and those on their way there.

import type { DerivedBatch, Hex } from "../chain/types.ts";
import type { View } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { RunningChain } from "../l2/chain.ts";
import type { PoolLimits } from "../l2/types.ts";
import {
  decodeSegment,
  feeOf,
  rawFromRecord,
  recoverSender,
  type SignedRecord,
  type State,
  toAddress,
  transactionFromRaw,
  transactionHash,
} from "../model/index.ts";
import { checkTerms } from "../node/pending.ts";
import type { SignedTransaction } from "./draft.ts";
import { costOf, type PoolEntry, TransactionPool } from "./pool.ts";
import { type Database, transactionsAfter } from "./records.ts";

/** Places in the order of arrival are given before rows are committed: a row may appear after as many that came later. */
const LATE_ROWS = 10_000n;
/** L1 may have taken away the deposit that a transaction spends: by then it has brought it back, or never will. */
const PARKED_MS = 15 * 60_000;
/** Parked ones take one place in so many at most. */
const PARKED_ONE_IN = 4;
/** Two epochs: Ethereum itself takes no block back that is this deep. */
const KEPT_BLOCKS = 64;

export interface InventoryOptions {
  readonly limits: PoolLimits;
  readonly baseFee: bigint;
}

export class Inventory {
  readonly pool: TransactionPool;
  /** How many dead batches have been looked at. */
  deadSeen = 0;
  readonly #chain: RunningChain;
  readonly #baseFee: bigint;
  readonly #all = new Map<Hex, PoolEntry>();
  readonly #parked = new Set<PoolEntry>();
  /** Of final batches, with L1's block when they were seen final: a reorg may yet take that back. */
  readonly #leaving = new Map<Hex, number>();
  #settled = new Set<Hex>();
  #finalized = 0n;
  #loaded = 0n;

  constructor(chain: RunningChain, { limits, baseFee }: InventoryOptions) {
    this.#chain = chain;
    this.#baseFee = baseFee;
    this.pool = new TransactionPool(limits, baseFee);
  }

  /** Rows that nobody needs any more. */
  get settled(): readonly Hex[] {
    return [...this.#settled];
  }

  get #latest(): State {
    return this.#chain.stateAt(this.#chain.head.number);
  }

  has(hash: Hex): boolean {
    return this.#all.has(hash);
  }

  /** The next nonce of an account, what waits counted. */
  nextNonce(account: bigint): bigint {
    return this.pool.nextNonce(account, this.#latest.account(account).nonce);
  }

  /**
   * Checks a transaction against the latest state and the pool, and gives it a place there, from which no block takes it
   * before `stored`. Throws as `Pool.submit` does.
   */
  reserve(raw: Hex): PoolEntry {
    const { record, sender, hash } = transactionFromRaw(raw, this.#chain.chainId);
    const entry = this.#entry({ record, hash, sender }, raw);
    if (this.#settled.has(hash)) this.#refuseLeaving(entry);
    this.#admit(entry);
    return entry;
  }

  /** Its row is about to be removed: what is acknowledged before would be lost with it. */
  #refuseLeaving({ account, record }: PoolEntry): never {
    const { balance: available } = this.#latest.account(account);
    const what =
      "wei, fee included: there was too little, and it is leaving the pool; send it again in a second";
    return fail("TX_BALANCE", { what, needed: costOf(record, this.#baseFee), available });
  }

  #entry({ record, sender, hash }: SignedTransaction, raw: Hex, receivedAt = Date.now()): PoolEntry {
    const account = sender;
    return {
      ...{ hash, raw, record, account, sender: toAddress(account), receivedAt },
      ...{ seq: 0n, stored: false, sealing: false },
    };
  }

  #admit(entry: PoolEntry): void {
    const { hash, account, record } = entry;
    checkTerms(record, this.#baseFee);
    const state = this.#latest;
    const replaced = this.pool.check(hash, account, record, state);
    this.pool.put(entry, state.account(account).nonce);
    if (replaced !== undefined) this.#all.delete(replaced.hash);
    this.#all.set(hash, entry);
  }

  /** They could not be stored: as if they had never come. The next `load` brings back what they replaced. */
  takeBack(entries: readonly PoolEntry[]): void {
    for (const { hash } of entries) this.#all.delete(hash);
    this.reset();
    this.#loaded = 0n;
  }

  /** They are in the database. */
  stored(rows: readonly { readonly hash: Hex; readonly seq: bigint }[]): void {
    for (const { hash, seq } of rows) {
      const entry = this.#all.get(hash);
      if (entry === undefined) continue;
      entry.seq = seq;
      entry.stored = true;
      if (seq > this.#loaded) this.#loaded = seq;
    }
  }

  /** They are in a block now. */
  sealed(entries: readonly PoolEntry[]): void {
    this.pool.remove(entries);
  }

  /** Another node put them into a block. */
  sealedElsewhere(hashes: readonly Hex[]): void {
    this.pool.remove(
      hashes.map((hash) => this.pool.get(hash)).filter((entry): entry is PoolEntry => entry !== undefined),
    );
  }

  /** Their senders cannot pay their fees any more: they keep their places, and wait for money. */
  park(entries: readonly PoolEntry[], now = Date.now()): void {
    for (const entry of entries) {
      entry.parkedSince = now;
      this.#parked.add(entry);
    }
    const room = Math.floor(this.pool.limits.total / PARKED_ONE_IN);
    const crowded = [...this.#parked].slice(0, Math.max(0, this.#parked.size - room));
    if (crowded.length > 0) this.evict(crowded);
    else this.reset();
  }

  /** Parked ones that could pay in `state` are tried again; those that have waited too long leave. */
  wake(state: State, now = Date.now()): void {
    const late: PoolEntry[] = [];
    let woken = false;
    for (const entry of this.#parked) {
      const { account, record, parkedSince = now } = entry;
      if (this.#all.get(entry.hash) !== entry) this.#parked.delete(entry);
      else if (isPayable(state, account, record, this.#baseFee)) {
        entry.parkedSince = undefined;
        this.#parked.delete(entry);
        woken = true;
      } else if (now - parkedSince >= PARKED_MS) late.push(entry);
    }
    if (late.length > 0) this.evict(late);
    else if (woken) this.reset();
  }

  /** Nobody waits for them any more. */
  evict(entries: readonly PoolEntry[]): void {
    for (const entry of entries) {
      this.#parked.delete(entry);
      this.#all.delete(entry.hash);
      this.#settled.add(entry.hash);
    }
    this.reset();
  }

  /** Builds the pool anew out of what is in no block. */
  reset(): void {
    const waiting = [...this.#all.values()]
      .filter(({ hash }) => this.#chain.transaction(hash) === undefined)
      .sort(byArrival);
    for (const entry of waiting) entry.sealing = false;
    const state = this.#latest;
    this.pool.reset(waiting, (account) => state.account(account).nonce);
  }

  /** Finds the transactions whose nonces final batches have used up, since so long that no reorg brings them back. */
  settle({ finalized, l1 }: View): void {
    if (finalized < this.#finalized) this.#leaving.clear();
    if (finalized !== this.#finalized) this.#findFinal(l1.number);
    this.#finalized = finalized;
    for (const [hash, block] of this.#leaving) {
      if (block + KEPT_BLOCKS > l1.number) break;
      this.#leaving.delete(hash);
      if (this.#all.has(hash)) this.#settled.add(hash);
    }
  }

  #findFinal(block: number): void {
    const state = this.#chain.stateAt(this.#chain.number("finalized"));
    // There are many transactions of few senders, and to look an account up takes as long as a hundred of them.
    const nonces = new Map<bigint, bigint>();
    for (const { hash, account, record } of this.#all.values()) {
      const nonce = nonces.get(account) ?? state.account(account).nonce;
      nonces.set(account, nonce);
      if (record.nonce < nonce && !this.#leaving.has(hash)) this.#leaving.set(hash, block);
    }
  }

  /** Their rows are gone. */
  forget(hashes: readonly Hex[]): void {
    for (const hash of hashes) {
      this.#settled.delete(hash);
      this.#all.delete(hash);
    }
  }

  /** Takes in what other nodes have stored since. Before this node leads, nothing may be missing: `again`. */
  async load(db: Database, again = false): Promise<void> {
    const rows = await transactionsAfter(db, again ? this.#loaded - LATE_ROWS : this.#loaded);
    if (rows.length === 0) return;
    const now = Date.now();
    for (const { hash, raw, seq, receivedAt } of rows) {
      if (seq > this.#loaded) this.#loaded = seq;
      const known = this.#all.get(hash);
      if (known !== undefined) {
        Object.assign(known, { seq, stored: true });
        continue;
      }
      const entry = this.#entry(transactionFromRaw(raw, this.#chain.chainId), raw, Math.min(receivedAt, now));
      const taken = this.pool.at(entry.account, entry.record.nonce);
      if (taken !== undefined) this.#all.delete(taken.hash);
      this.#all.set(hash, Object.assign(entry, { seq, stored: true }));
    }
    this.reset();
  }

  /** The transactions of a data segment. */
  decode(bytes: Uint8Array, n: number): readonly SignedTransaction[] {
    const { chainId } = this.#chain;
    return decodeSegment(bytes, n).map((record) => {
      const hash = transactionHash(record, chainId);
      return { hash, record, sender: this.#all.get(hash)?.account ?? recoverSender(record, chainId) };
    });
  }

  /** Puts what dead batches hold, and the pool would take, into the pool; returns what is to be stored. */
  revive(dead: readonly DerivedBatch[], n: number): readonly PoolEntry[] {
    const revived: PoolEntry[] = [];
    for (const data of dead.flatMap(({ segments }) => segments)) {
      if (data.source === "queue") continue;
      for (const transaction of this.decode(data.bytes, n)) {
        const { hash, record } = transaction;
        if (this.#all.has(hash) || !this.#isSound(record)) continue;
        const entry = this.#entry(transaction, rawFromRecord(record, this.#chain.chainId));
        if (this.pool.at(entry.account, record.nonce) !== undefined) continue;
        if (this.#tryAdmit(entry)) revived.push(entry);
      }
    }
    return revived;
  }

  #tryAdmit(entry: PoolEntry): boolean {
    try {
      this.#admit(entry);
      return true;
    } catch (error) {
      if (isLuntraError(error)) return false;
      throw error;
    }
  }

  /** Whether a wallet could have sent it: a dead batch may hold any bytes. */
  #isSound(record: SignedRecord): boolean {
    const { chainId } = this.#chain;
    try {
      transactionFromRaw(rawFromRecord(record, chainId), chainId);
      return true;
    } catch (error) {
      if (isLuntraError(error)) return false;
      throw error;
    }
  }
}

/** Whether it would be executed, or fail, but not be skipped. */
function isPayable(state: State, account: bigint, record: SignedRecord, baseFee: bigint): boolean {
  const { nonce, balance } = state.account(account);
  return record.nonce <= nonce && balance > 0n && balance >= feeOf(record, baseFee);
}

/** Those that are not stored yet come last. */
function byArrival(a: PoolEntry, b: PoolEntry): number {
  if (a.stored !== b.stored) return a.stored ? -1 : 1;
  return a.seq < b.seq ? -1 : a.seq > b.seq ? 1 : a.receivedAt - b.receivedAt;
}
