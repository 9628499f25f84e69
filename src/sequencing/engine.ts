// The sequencer's core: the chain, the batches in the making, the pool; how they follow L1, and how a segment is sealed. All
// that changes them takes turns. What is sealed is stored before anybody sees it.

import type { Transaction } from "kysely";
import type { Hex } from "../chain/types.ts";
import { headOf, turnOf, type View } from "../chain/view.ts";
import { RunningChain } from "../l2/chain.ts";
import type { PoolLimits } from "../l2/types.ts";
import { INSTANCES, MAX_SEGMENTS, maxSegmentBytes } from "../model/index.ts";
import { itemsToTake } from "../node/batch-builder.ts";
import type { Node } from "../node/node.ts";
import type { Lease, Schema, Store } from "../store/index.ts";
import { Draft, dataSegment, queueSegment, type SealedSegment } from "./draft.ts";
import { Inventory } from "./inventory.ts";
import type { PoolEntry } from "./pool.ts";
import * as records from "./records.ts";

export interface EngineOptions {
  /** The account that commits. */
  readonly committer: Hex;
  /** Of every batch, in wei. */
  readonly baseFee: bigint;
  readonly feeRecipient: Hex;
  readonly limits: PoolLimits;
  /** Records in a data segment; the circuit's n if left out. */
  readonly recordsPerSegment?: number;
  readonly maxSegments?: number;
  readonly maxDataBytes?: number;
  /** Batches that may be sealed before L1 has them; then sealing waits. */
  readonly maxDrafts?: number;
  /** Blocks of L1 that must follow a queue item before it is taken; it is taken all the same when it is due. */
  readonly queueDepth?: number;
}

/** Why a transaction of whom its nonce is the next one is skipped. */
const IDLE: ReadonlySet<string> = new Set(["sender absent", "fee not covered"]);

const DEFAULT_MAX_DATA_BYTES = 110_000;
const DEFAULT_MAX_DRAFTS = 64;
/** Rows at a time: nobody else uses an embedded database meanwhile. */
const MOST_REMOVED = 1_000;

export class Engine {
  readonly node: Node;
  readonly store: Store;
  readonly lease: Lease;
  readonly options: EngineOptions;
  readonly chain: RunningChain;
  readonly inventory: Inventory;
  /** Batches that L1 does not have yet, oldest first. All but the last are closed. */
  readonly drafts: Draft[] = [];
  readonly n: number;
  #last: Promise<unknown> = Promise.resolve();
  /** What the rows were last brought in line with; empty if they are not. */
  #tidied = "";
  /** The epoch of the lease in which everything was read from the database; writing needs it. */
  #loaded = 0n;

  constructor(node: Node, store: Store, lease: Lease, options: EngineOptions) {
    this.node = node;
    this.store = store;
    this.lease = lease;
    this.options = options;
    this.n = INSTANCES[node.chain.book.instance].n;
    this.chain = new RunningChain(node);
    this.inventory = new Inventory(this.chain, options);
  }

  /** Runs alone. */
  exclusively<T>(action: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(action);
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Whether this node leads, and knows all that the one before it stored. */
  get leads(): boolean {
    return this.lease.leading && this.lease.epoch === this.#loaded;
  }

  /**
   * Writes as leader; throws LEASE_LOST if another node leads. Whether a write that failed took place after all, nobody knows: until
   * everything has been read again, this node does not lead.
   */
  async write<T>(action: (trx: Transaction<Schema>) => Promise<T>): Promise<T> {
    try {
      return await this.lease.fenced(action, this.#loaded);
    } catch (error) {
      // Also if it leads anew by now: what the write was about is read again.
      this.#loaded = 0n;
      throw error;
    }
  }

  /** The batch that takes segments; undefined if there is none. */
  get open(): Draft | undefined {
    const last = this.drafts[this.drafts.length - 1];
    return last?.closed ? undefined : last;
  }

  /** Whether a batch on what is here could be committed. */
  get inTurn(): boolean {
    const { view, chain } = this.node.derivation;
    const onHead = this.chain.ground.id === headOf(view).id;
    return onHead && !view.frozen && turnOf(view, this.options.committer, chain.book.parameters) <= view.time;
  }

  /** Reads L1 and follows it. */
  async follow(): Promise<void> {
    await this.exclusively(async () => {
      await this.#follow(await this.node.derivation.sync());
    });
  }

  async #follow(view: View): Promise<void> {
    const { adopt } = this.node;
    const sealed = this.drafts.map((draft) => ({
      is: draft.is.bind(draft),
      blocks: draft.blocks,
      landed: ({ id }: { readonly id: Hex }) => adopt(id, draft.executed(id)),
    }));
    const { landed, kept } = this.chain.follow(view, sealed);
    if (!kept) this.#tidied = "";
    this.drafts.splice(0, kept ? landed : this.drafts.length);
    if (!this.#queueHolds(view)) this.#dropDrafts(0);
    if (!kept) this.inventory.reset();
    this.inventory.settle(view);
    if (this.leads) await this.#tidy(view);
    // The rows are the leader's to remove; here they would be kept for ever.
    else if (!this.lease.leading) this.inventory.forget(this.inventory.settled);
  }

  /** Removes the rows of what L1 has, or has made impossible; takes up what dead batches hold. */
  async #tidy(view: View): Promise<void> {
    const { id, number } = this.chain.ground;
    this.inventory.wake(this.#tip);
    const settled = this.inventory.settled.slice(0, MOST_REMOVED);
    const moved = `${id} ${view.finalized} ${this.drafts.length}`;
    if (moved !== this.#tidied || settled.length > 0) {
      await this.write(async (trx) => {
        await records.removeSegments(trx, { upTo: number });
        if (this.drafts.length === 0) await records.removeSegments(trx, { from: number + 1n });
        await records.removeTransactions(trx, settled);
        await records.removeCommits(trx, view.finalized);
      });
      this.inventory.forget(settled);
      this.#tidied = moved;
    }
    await this.#takeUpDead(view);
  }

  /** Whether L1's queue still begins with what the drafts took from it. */
  #queueHolds({ queue }: View): boolean {
    return this.drafts.every(({ segments }) =>
      segments.every(({ items }) => items.every(({ index, chain }) => queue[Number(index)]?.chain === chain)),
    );
  }

  /** Gives up all batches that L1 does not have: they cannot be committed as they are. */
  async abandon(): Promise<void> {
    await this.exclusively(async () => {
      this.#dropDrafts(0);
      const from = this.chain.ground.number + 1n;
      await this.write((trx) => records.removeSegments(trx, { from }));
    });
  }

  async #takeUpDead(view: View): Promise<void> {
    if (view.dead.length === this.inventory.deadSeen) return;
    const known = await records.takenUp(this.store.db);
    const dead = view.dead.filter(({ id }) => !known.has(id));
    const revived = this.inventory.revive(dead, this.n);
    try {
      const rows = await this.write(async (trx) => {
        await records.markTakenUp(
          trx,
          dead.map(({ id }) => id),
        );
        return await records.addTransactions(trx, revived.map(rowOf));
      });
      this.inventory.stored(rows);
    } catch (error) {
      // What is never stored would hold up all that comes after it.
      this.inventory.takeBack(revived);
      throw error;
    }
    this.inventory.deadSeen = view.dead.length;
  }

  /**
   * Seals what waits: L1's new queue items if a batch begins, then one segment of transactions; an empty one with `heartbeat` if there
   * is nothing. Returns whether there was something. Throws LEASE_LOST, STORE_UNAVAILABLE: then nothing has changed.
   */
  async seal({ heartbeat = false } = {}): Promise<boolean> {
    return await this.exclusively(async () => {
      if (!this.leads || !this.inTurn) return false;
      const { maxDrafts = DEFAULT_MAX_DRAFTS } = this.options;
      const draft = this.open ?? (this.drafts.length < maxDrafts ? this.#begin() : undefined);
      if (draft === undefined) return false;
      const segments = draft.segments.length === 0 ? this.#queueSegments(draft) : [];
      const entries = this.#fill(draft, segments);
      if (segments.length === 0 && heartbeat) segments.push(this.#emptySegment(draft));
      if (segments.length === 0) return false;
      await this.#store(draft, segments, entries);
      return true;
    });
  }

  #begin(): Draft {
    const last = this.drafts[this.drafts.length - 1];
    const { header } = this.node.derivation.batch(this.chain.ground.id);
    const { baseFee, feeRecipient } = this.options;
    return new Draft({
      number: (last?.facts.number ?? header.number) + 1n,
      baseFee,
      feeRecipient,
      previous: this.chain.head.checkpoint,
      queueStart: last?.queueEnd ?? header.queueEnd,
      queueHash: last?.queueHash ?? header.queueHash,
    });
  }

  #queueSegments({ facts }: Draft): SealedSegment[] {
    const { maxSegments = MAX_SEGMENTS, queueDepth = 0 } = this.options;
    const { view } = this.node.derivation;
    const deep = view.queue.filter(
      ({ index, block }) => index >= facts.queueStart && block + queueDepth <= view.l1.number,
    );
    const wished = Math.min(deep.length, Math.ceil(maxSegments / 2) * this.n);
    const items = itemsToTake(this.node, facts.queueStart, wished);
    const segments: SealedSegment[] = [];
    for (let i = 0; i < items.length; i += this.n) {
      const before = segments[segments.length - 1]?.after ?? this.#tip;
      segments.push(queueSegment(before, segments.length, items.slice(i, i + this.n), Date.now()));
    }
    return segments;
  }

  get #tip() {
    return this.chain.stateAt(this.chain.head.number);
  }

  /** Adds a segment of transactions, if any can run. Those whose senders cannot pay are parked. */
  #fill(draft: Draft, segments: SealedSegment[]): readonly PoolEntry[] {
    const { recordsPerSegment = this.n, baseFee } = this.options;
    const index = draft.segments.length + segments.length;
    if (index >= this.#maxSegments) return [];
    const before = segments[segments.length - 1]?.after ?? this.#tip;
    this.inventory.wake(before);
    for (;;) {
      const entries = this.inventory.pool.take(Math.min(recordsPerSegment, this.n), () => true);
      if (entries.length === 0) return [];
      const transactions = entries.map(({ hash, account, record }) => ({ hash, sender: account, record }));
      const segment = dataSegment(before, index, transactions, baseFee, Date.now());
      const idle = entries.filter((_, i) => segment.executed.records[i]?.status === "skipped");
      if (idle.length === 0) {
        segments.push(segment);
        return entries;
      }
      // Those after one that cannot pay wait for another in its place.
      const reasons = segment.executed.records.map(({ reason }) => reason);
      const broke = entries.filter((_, i) => IDLE.has(reasons[i] ?? ""));
      if (broke.length > 0) this.inventory.park(broke);
      else this.inventory.evict(idle);
    }
  }

  #emptySegment(draft: Draft): SealedSegment {
    return dataSegment(this.#tip, draft.segments.length, [], this.options.baseFee, Date.now());
  }

  get #maxSegments(): number {
    return Math.min(this.options.maxSegments ?? MAX_SEGMENTS, MAX_SEGMENTS);
  }

  /** Whether another full segment has no room. */
  #isFull(draft: Draft, more: readonly SealedSegment[]): boolean {
    const bytes = more.reduce((sum, { data }) => sum + (data.source === "data" ? data.bytes.length : 0), 0);
    const { maxDataBytes = DEFAULT_MAX_DATA_BYTES, recordsPerSegment = this.n } = this.options;
    const next = maxSegmentBytes(Math.min(recordsPerSegment, this.n));
    return (
      draft.segments.length + more.length >= this.#maxSegments || draft.size + bytes + next > maxDataBytes
    );
  }

  async #store(
    draft: Draft,
    segments: readonly SealedSegment[],
    entries: readonly PoolEntry[],
  ): Promise<void> {
    const full = this.#isFull(draft, segments);
    for (const entry of entries) entry.sealing = true;
    try {
      const { id } = this.chain.ground;
      await this.write(async (trx) => {
        await records.addSegments(trx, draft, draft.segments.length, segments, id);
        if (full) await records.closeSegments(trx, draft.facts.number);
      });
    } catch (error) {
      for (const entry of entries) entry.sealing = false;
      throw error;
    }
    if (draft.segments.length === 0) this.drafts.push(draft);
    this.inventory.sealed(entries);
    for (const segment of segments) this.#append(draft, segment);
    draft.closed = full;
  }

  #append(draft: Draft, segment: SealedSegment): void {
    const { number, baseFee, feeRecipient } = draft.facts;
    const { data, executed, after, sealedAt } = segment;
    const now = BigInt(Math.floor(sealedAt / 1000));
    const { timestamp } = this.chain.head;
    const place = { batch: number, segment: draft.segments.length };
    draft.segments.push(segment);
    const size = data.source === "data" ? data.bytes.length : 0;
    const facts = { place, baseFee, feeRecipient, source: data.source, size };
    this.chain.append(executed, { ...facts, timestamp: now > timestamp ? now : timestamp }, after);
  }

  /** Closes the open batch, so that it can be committed. */
  async close(): Promise<void> {
    await this.exclusively(async () => {
      const { open } = this;
      if (open === undefined) return;
      await this.write((trx) => records.closeSegments(trx, open.facts.number));
      open.closed = true;
    });
  }

  /** Brings batches and pool in line with the database: what another node sealed and took in. */
  async load(): Promise<void> {
    await this.exclusively(async () => {
      const { leading, epoch } = this.lease;
      const stored = await records.storedSegments(this.store.db);
      const first = stored[0]?.number;
      const { number } = this.chain.ground;
      // The leader has seen more of L1 already.
      if (!leading && first !== undefined && first > number + 1n) return;
      const wrongFrom = this.#match(stored.filter((row) => row.number > number));
      await this.inventory.load(this.store.db, leading);
      if (!leading) return;
      if (wrongFrom !== undefined) {
        this.#dropDrafts(Number(wrongFrom - number) - 1);
        await this.lease.fenced((trx) => records.removeSegments(trx, { from: wrongFrom }), epoch);
      }
      this.#loaded = epoch;
    });
  }

  /**
   * Goes through the stored segments in order: those that are here stay, from the first difference on they are run. Returns the number of
   * the batch from which on they cannot be, since L1 has changed.
   */
  #match(stored: readonly records.StoredSegment[]): bigint | undefined {
    const batches = [...Map.groupBy(stored, (row) => row.number).values()];
    const different = this.drafts.findIndex((draft, i) => !isBeginning(draft, batches[i] ?? []));
    if (different !== -1) this.#dropDrafts(different);
    for (const [i, rows] of batches.entries()) {
      const [{ number }] = rows as [records.StoredSegment];
      const draft = this.drafts[i] ?? this.#beginStored(rows[0] as records.StoredSegment);
      if (draft.facts.number !== number) return number;
      for (const row of rows.slice(draft.segments.length)) {
        const segment = this.#rerun(draft, row);
        if (segment === undefined) return number;
        if (draft.segments.length === 0) this.drafts.push(draft);
        this.#append(draft, segment);
        this.inventory.sealedElsewhere(segment.transactions);
      }
      draft.closed = rows.some(({ closed }) => closed);
    }
    return undefined;
  }

  /** Drops all drafts but the first `kept`. */
  #dropDrafts(kept: number): void {
    if (kept >= this.drafts.length) return;
    this.drafts.length = kept;
    this.#tidied = "";
    const blocks = this.drafts.reduce((sum, draft) => sum + draft.blocks, 0);
    this.chain.dropAfter(this.chain.ground.last + BigInt(blocks));
    this.inventory.reset();
  }

  #beginStored({ baseFee, feeRecipient }: records.StoredSegment): Draft {
    const draft = this.#begin();
    return new Draft({ ...draft.facts, baseFee, feeRecipient });
  }

  /** Undefined if it does not lead to the stored checkpoint any more, since L1 has changed. */
  #rerun(draft: Draft, row: records.StoredSegment): SealedSegment | undefined {
    const { segment: index, source, baseFee, sealedAt } = row;
    if (index !== draft.segments.length) return undefined;
    let segment: SealedSegment;
    if (source === "queue") {
      const items = records.itemsOf(this.node.derivation.view.queue, row);
      if (items === undefined || items[0]?.index !== draft.queueEnd) return undefined;
      segment = queueSegment(this.#tip, index, items, sealedAt);
    } else {
      const transactions = this.inventory.decode(row.bytes, this.n);
      segment = dataSegment(this.#tip, index, transactions, baseFee, sealedAt);
    }
    return segment.executed.checkpoint === row.checkpoint ? segment : undefined;
  }
}

function rowOf({ hash, sender, record, raw }: PoolEntry) {
  return { hash, sender, nonce: record.nonce, raw };
}

function isBeginning({ segments }: Draft, rows: readonly records.StoredSegment[]): boolean {
  return segments.every(({ executed }, i) => executed.checkpoint === rows[i]?.checkpoint);
}
