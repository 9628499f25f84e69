// Transactions waiting for a block, in memory: by sender and nonce, and in order of arrival. What is here is stored, or about
// to be.

import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import type { PoolLimits, PooledTransaction } from "../l2/types.ts";
import { feeOf, flagsOf, type SignedRecord, type State, toAddress } from "../model/index.ts";

export interface PoolEntry extends PooledTransaction {
  readonly raw: Hex;
  readonly account: bigint;
  /** Its place in the order of arrival; 0 until it is stored. */
  seq: bigint;
  /** False until it is stored: it may not go into a block before. */
  stored: boolean;
  /** It is in a block that is being stored: too late for a replacement. */
  sealing: boolean;
  /** Since when its sender cannot pay its fee, in milliseconds since 1970: until that changes it waits, as do those after it. */
  parkedSince?: number | undefined;
}

/** A place in the order of arrival; a replacement keeps its predecessor's. */
interface Slot {
  entry: PoolEntry;
}

interface Lane {
  /** By nonce. */
  readonly slots: Map<bigint, Slot>;
  /** The first nonce that is not among those that follow one another from the account's own. */
  tail: bigint;
  /** Wei that the waiting ones move and pay at most. */
  cost: bigint;
}

/** A replacement pays this much more, in percent, for both fees: go-ethereum's price bump. */
const BUMP_PERCENT = 10n;

/**
 * Of all places, one in so many may be taken by transactions that wait for others before them: they pay nothing as long as they
 * wait, and may wait for ever. Those that can run make room by themselves.
 */
const GAPPED_ONE_IN = 2;

/** Wei that a transaction can take from its sender. */
export function costOf(record: SignedRecord, baseFee: bigint): bigint {
  return feeOf(record, baseFee) + (flagsOf(record.kind).token ? 0n : record.amount);
}

export class TransactionPool {
  readonly limits: PoolLimits;
  readonly #baseFee: bigint;
  readonly #lanes = new Map<bigint, Lane>();
  readonly #byHash = new Map<Hex, PoolEntry>();
  #ready: Slot[] = [];
  /** Those before it have been taken. */
  #first = 0;

  constructor(limits: PoolLimits, baseFee: bigint) {
    this.limits = limits;
    this.#baseFee = baseFee;
  }

  get size(): number {
    return this.#byHash.size;
  }

  /** How many could go into a block now, and since when the first of them waits. */
  get ready(): { readonly count: number; readonly since: number } {
    const since = this.#ready[this.#first]?.entry.receivedAt ?? Number.POSITIVE_INFINITY;
    return { count: this.#ready.length - this.#first, since };
  }

  get(hash: Hex): PoolEntry | undefined {
    return this.#byHash.get(hash);
  }

  list(): readonly PoolEntry[] {
    return [...this.#byHash.values()].sort((a, b) =>
      a.sender === b.sender ? Number(a.record.nonce - b.record.nonce) : a.sender < b.sender ? -1 : 1,
    );
  }

  /** The next nonce of an account whose own is `nonce`. */
  nextNonce(account: bigint, nonce: bigint): bigint {
    const tail = this.#lanes.get(account)?.tail ?? nonce;
    return tail > nonce ? tail : nonce;
  }

  /** The transaction of the account with that nonce. */
  at(account: bigint, nonce: bigint): PoolEntry | undefined {
    return this.#lanes.get(account)?.slots.get(nonce)?.entry;
  }

  /**
   * Checks room, nonce, replacement and money against the account in `state`. Throws TX_KNOWN, TX_NONCE_TOO_LOW, TX_NONCE_GAP,
   * TX_REPLACEMENT, POOL_FULL, POOL_SENDER_FULL, TX_BALANCE. Returns what the transaction would replace.
   */
  check(hash: Hex, account: bigint, record: SignedRecord, state: State): PoolEntry | undefined {
    if (this.#byHash.has(hash)) fail("TX_KNOWN", { hash });
    const { nonce, balance } = state.account(account);
    if (record.nonce < nonce) fail("TX_NONCE_TOO_LOW", { expected: nonce, actual: record.nonce });
    const next = this.nextNonce(account, nonce);
    if (record.nonce > next + BigInt(this.limits.nonceGap)) {
      fail("TX_NONCE_GAP", { expected: next, actual: record.nonce });
    }
    const lane = this.#lanes.get(account);
    const other = lane?.slots.get(record.nonce)?.entry;
    if (other === undefined) {
      if (this.size >= this.limits.total) fail("POOL_FULL", { limit: this.limits.total });
      const { perSender } = this.limits;
      if ((lane?.slots.size ?? 0) >= perSender) {
        fail("POOL_SENDER_FULL", { sender: toAddress(account), limit: perSender });
      }
      const gapped = Math.ceil(this.limits.total / GAPPED_ONE_IN);
      if (record.nonce > next && this.size - this.ready.count >= gapped) fail("POOL_FULL", { limit: gapped });
    } else checkBump(other, record);

    const taken = (lane?.cost ?? 0n) - (other === undefined ? 0n : costOf(other.record, this.#baseFee));
    const needed = costOf(record, this.#baseFee);
    const available = balance > taken ? balance - taken : 0n;
    if (available < needed) fail("TX_BALANCE", { what: "wei, fee included", needed, available });
    const { token, kind, amount } = record;
    if (flagsOf(kind).token) {
      const owned = state.tokenBalance(token, account);
      if (owned < amount) {
        fail("TX_BALANCE", { what: `token ${toAddress(token)}`, needed: amount, available: owned });
      }
    }
    return other;
  }

  /** Puts in what `check` found good, or what was stored before. `nonce` is the account's own. */
  put(entry: PoolEntry, nonce: bigint): void {
    const { account, record } = entry;
    const lane = this.#lanes.get(account) ?? { slots: new Map<bigint, Slot>(), tail: nonce, cost: 0n };
    this.#lanes.set(account, lane);
    const slot = lane.slots.get(record.nonce);
    lane.cost += costOf(record, this.#baseFee);
    this.#byHash.set(entry.hash, entry);
    if (slot === undefined) lane.slots.set(record.nonce, { entry });
    else {
      this.#byHash.delete(slot.entry.hash);
      lane.cost -= costOf(slot.entry.record, this.#baseFee);
      slot.entry = entry;
    }
    for (let next = lane.slots.get(lane.tail); isRunnable(next); next = lane.slots.get(lane.tail)) {
      this.#ready.push(next);
      lane.tail++;
    }
  }

  /** The first `most` transactions in order that are stored and that `fits` takes; they stay until `remove`. */
  take(most: number, fits: (entry: PoolEntry) => boolean): readonly PoolEntry[] {
    const taken: PoolEntry[] = [];
    for (let i = this.#first; i < this.#ready.length && taken.length < most; i++) {
      const { entry } = this.#ready[i] as Slot;
      if (!entry.stored || !fits(entry)) break;
      taken.push(entry);
    }
    return taken;
  }

  /** They are in a block now, or are not wanted any more. Removing what others of its sender follow needs a `reset`. */
  remove(entries: readonly PoolEntry[]): void {
    const gone = new Set(entries);
    for (const { hash, account, record } of entries) {
      this.#byHash.delete(hash);
      const lane = this.#lanes.get(account);
      if (lane === undefined) continue;
      lane.slots.delete(record.nonce);
      lane.cost -= costOf(record, this.#baseFee);
      if (lane.slots.size === 0) this.#lanes.delete(account);
    }
    this.#skip(gone);
  }

  /** Taken ones are the first as a rule. */
  #skip(gone: Set<PoolEntry>): void {
    while (gone.delete(this.#ready[this.#first]?.entry as PoolEntry)) this.#first++;
    if (gone.size > 0) {
      this.#ready = this.#ready.slice(this.#first).filter(({ entry }) => !gone.has(entry));
      this.#first = 0;
    } else if (this.#first > 1024 && 2 * this.#first > this.#ready.length) {
      this.#ready = this.#ready.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Starts again with these, in order of arrival. */
  reset(entries: readonly PoolEntry[], nonceOf: (account: bigint) => bigint): void {
    this.#lanes.clear();
    this.#byHash.clear();
    this.#ready = [];
    this.#first = 0;
    for (const entry of entries) {
      const nonce = nonceOf(entry.account);
      if (entry.record.nonce >= nonce) this.put(entry, nonce);
    }
  }
}

function isRunnable(slot: Slot | undefined): slot is Slot {
  return slot !== undefined && slot.entry.parkedSince === undefined;
}

/** What is parked gives way to anything: it may have no money for the higher fee. */
function checkBump(other: PoolEntry, { maxFee, priority }: SignedRecord): void {
  if (other.parkedSince !== undefined) return;
  const least = (fee: bigint) => (fee * (100n + BUMP_PERCENT) + 99n) / 100n;
  const needed = { maxFee: least(other.record.maxFee), priority: least(other.record.priority) };
  if (!other.sealing && maxFee >= needed.maxFee && priority >= needed.priority) return;
  fail("TX_REPLACEMENT", { by: other.hash, ...needed });
}
