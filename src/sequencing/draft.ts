// A batch in the making: sealed segments on top of a parent, until the batch is closed and L1 has it.

import type { DerivedBatch, Hex, QueueEntry, SegmentData } from "../chain/types.ts";
import {
  applySegment,
  dataCommitment,
  type Header,
  type RecordWords,
  type SignedRecord,
  type State,
  wordsOfItems,
  wordsOfSigned,
  encodeSegment,
} from "../model/index.ts";
import type { BuiltBatch } from "../node/batch-builder.ts";
import { type ExecutedSegment, executedSegment, executionOf } from "../node/execution.ts";
import type { Executed } from "../node/node.ts";

/** A transaction whose sender is known. */
export interface SignedTransaction {
  readonly hash: Hex;
  readonly sender: bigint;
  readonly record: SignedRecord;
}

export interface SealedSegment {
  readonly data: SegmentData;
  readonly words: readonly RecordWords[];
  readonly executed: ExecutedSegment;
  /** Milliseconds since 1970. */
  readonly sealedAt: number;
  /** States around it; shared, not to be changed. */
  readonly before: State;
  readonly after: State;
  /** Of a queue segment: its items. */
  readonly items: readonly QueueEntry[];
  readonly transactions: readonly Hex[];
}

export interface DraftFacts {
  /** The number that it will have on L1. */
  readonly number: bigint;
  readonly baseFee: bigint;
  readonly feeRecipient: Hex;
  /** The checkpoint that it starts from, and the queue's position and hash there. */
  readonly previous: Hex;
  readonly queueStart: bigint;
  readonly queueHash: Hex;
}

export class Draft {
  readonly facts: DraftFacts;
  readonly segments: SealedSegment[] = [];
  /** No segment follows any more. */
  closed = false;
  #commitment: Hex | undefined;
  readonly #begunAt = Date.now();

  constructor(facts: DraftFacts) {
    this.facts = facts;
  }

  get blocks(): number {
    return this.segments.length;
  }

  /** Bytes of data. */
  get size(): number {
    return this.segments.reduce((sum, { data }) => sum + (data.source === "data" ? data.bytes.length : 0), 0);
  }

  /** By this node's clock: that of the node that sealed the first segment may be ahead. */
  get startedAt(): number {
    const [first] = this.segments;
    return first === undefined ? Number.POSITIVE_INFINITY : Math.min(first.sealedAt, this.#begunAt);
  }

  get queueEnd(): bigint {
    return this.facts.queueStart + BigInt(this.#items.length);
  }

  get queueHash(): Hex {
    return this.#items[this.#items.length - 1]?.chain ?? this.facts.queueHash;
  }

  get lastCheckpoint(): Hex {
    return this.segments[this.segments.length - 1]?.executed.checkpoint ?? this.facts.previous;
  }

  get #items(): readonly QueueEntry[] {
    return this.segments.flatMap(({ items }) => items);
  }

  /** Of a standby, which may learn last that the batch was closed, an open draft can be it, too: the header pins all segments. */
  is(batch: DerivedBatch): boolean {
    const ours = this.header(batch.header.parent);
    return (Object.keys(ours) as (keyof Header)[]).every(
      (field) => String(ours[field]).toLowerCase() === String(batch.header[field]).toLowerCase(),
    );
  }

  header(parent: Hex): Header {
    const { number, baseFee, feeRecipient, previous } = this.facts;
    const commitment = this.#commitment ?? this.#commit(previous);
    if (this.closed) this.#commitment = commitment;
    return {
      number,
      parent,
      lastCheckpoint: this.lastCheckpoint,
      dataCommitment: commitment,
      queueEnd: this.queueEnd,
      queueHash: this.queueHash,
      baseFee,
      feeRecipient,
    };
  }

  #commit(previous: Hex): Hex {
    return dataCommitment({
      previous: BigInt(previous),
      checkpoints: this.segments.map(({ executed }) => BigInt(executed.checkpoint)),
      data: this.segments.flatMap(({ data }) => (data.source === "data" ? [data.bytes] : [])),
    });
  }

  /** As it is committed on top of `parent`. */
  built(parent: DerivedBatch, counter: bigint): BuiltBatch {
    return {
      parent: { header: parent.header, counter: parent.counter },
      header: this.header(parent.id),
      counter,
      segments: this.segments.map(({ data }) => data),
      checkpoints: this.segments.map(({ executed }) => executed.checkpoint),
      transactions: this.segments.flatMap(({ transactions }) => transactions),
    };
  }

  /** What a node would find by running the batch again. */
  executed(id: Hex): Executed {
    const last = this.segments[this.segments.length - 1] as SealedSegment;
    const execution = executionOf(
      id,
      this.facts.number,
      this.segments.map(({ executed }) => executed),
    );
    return { execution, preimage: last.after.preimage(), exits: last.after.exits.clone(), after: last.after };
  }
}

/** Runs queue items as segment `index` of a batch on top of `before`. */
export function queueSegment(
  before: State,
  index: number,
  items: readonly QueueEntry[],
  now: number,
): SealedSegment {
  const plain = items.map(({ kind, sender, recipient, token, amount }) => ({
    kind,
    sender,
    recipient,
    token,
    amount,
  }));
  const origins = items.map((item) => ({ item: item.index }));
  const data: SegmentData = { source: "queue", items: plain };
  return {
    ...run(before, index, wordsOfItems(plain, plain.length), origins, now),
    data,
    items,
    transactions: [],
  };
}

/** Runs signed transactions as segment `index` of a batch on top of `before`. */
export function dataSegment(
  before: State,
  index: number,
  transactions: readonly SignedTransaction[],
  baseFee: bigint,
  now: number,
): SealedSegment {
  const words = transactions.map(({ record, sender }) => wordsOfSigned(record, sender, baseFee));
  const origins = transactions.map(({ hash, record }) => ({ transaction: hash, signed: record }));
  const bytes =
    transactions.length === 0 ? NO_RECORDS : encodeSegment(transactions.map(({ record }) => record));
  return {
    ...run(before, index, words, origins, now),
    data: { source: "data", bytes },
    items: [],
    transactions: transactions.map(({ hash }) => hash),
  };
}

/** The shortest segment that L1 takes: no record begins with this byte. */
const NO_RECORDS = Uint8Array.of(0);

function run(
  before: State,
  index: number,
  words: readonly RecordWords[],
  origins: Parameters<typeof executedSegment>[4],
  now: number,
) {
  const after = before.clone();
  const { receipts } = applySegment(after, { first: index === 0, records: words });
  const executed = executedSegment(index, after, words, receipts, origins);
  return { words, executed, sealedAt: now, before, after };
}
