// Builds a batch on the head: queue items first, then transactions, a checkpoint after each segment.

import { type Hex, NOTHING_ADDRESS, type QueueEntry, type SegmentData } from "../chain/types.ts";
import { dueAt } from "../chain/timing.ts";
import { headOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import {
  applyRecord,
  applySegment,
  type Batch,
  dataCommitment,
  encodeRecord,
  encodeSegment,
  type Header,
  INSTANCES,
  MAX_SEGMENTS,
  queueSegments,
  recordFromRaw,
  type SignedRecord,
  type State,
  toBytes32,
  wordsOfItems,
  wordsOfRecord,
} from "../model/index.ts";
import type { PendingTransaction } from "./mempool.ts";
import type { Node } from "./node.ts";

export interface BuildOptions {
  /** Base fee of the batch in wei; default DEFAULT_BASE_FEE. */
  readonly baseFee?: bigint;
  /** Gets the batch's fees on L1; address 0 if left out. */
  readonly feeRecipient?: Hex;
  /** Most segments in the batch; the protocol's 64 if left out. */
  readonly maxSegments?: number;
  /** Most queue items, half the batch if left out. Due items are taken all the same, as L1 demands. */
  readonly maxQueueItems?: number;
  /** Records in a data segment; the circuit's n if left out. Fewer make for finer disputes. */
  readonly recordsPerSegment?: number;
  /** Most bytes of data; public mempools take transactions up to 128 KiB. */
  readonly maxDataBytes?: number;
  /** With nothing to commit, commit a batch without records: a primary keeps its priority so. */
  readonly heartbeat?: boolean;
}

/** A batch as it will be committed. */
export interface BuiltBatch {
  readonly parent: Batch;
  readonly header: Header;
  /** Counter that the commit will get if nobody commits before. */
  readonly counter: bigint;
  readonly segments: readonly SegmentData[];
  readonly checkpoints: readonly Hex[];
  /** Transactions in the batch, in order. */
  readonly transactions: readonly Hex[];
}

/** 1 gwei. */
export const DEFAULT_BASE_FEE = 1_000_000_000n;
const DEFAULT_MAX_DATA_BYTES = 110_000;

/** The shortest segment that L1 takes: no record begins with this byte. */
const NO_RECORDS = Uint8Array.of(0);

/** An item that is due this soon counts as due: L1 looks at the clock of the block that takes the batch. */
const DUE_MARGIN_SECONDS = 120n;

/** Throws BATCH_INVALID if the head is wrong: nobody builds on that. Throws NOTHING_TO_COMMIT. */
export function buildBatch(
  node: Node,
  pool: readonly PendingTransaction[],
  options: BuildOptions = {},
): BuiltBatch {
  const { view, chain } = node.derivation;
  const { book } = chain;
  const { n } = INSTANCES[book.instance];
  const { baseFee = DEFAULT_BASE_FEE, feeRecipient = NOTHING_ADDRESS } = options;
  const maxSegments = Math.min(options.maxSegments ?? MAX_SEGMENTS, MAX_SEGMENTS);
  const parent = headOf(view);
  const state = node.stateAfter(parent.id);

  const checkpoints: bigint[] = [];
  const wished = options.maxQueueItems ?? Math.ceil(maxSegments / 2) * n;
  const items = itemsToTake(node, parent.header.queueEnd, wished);
  const queued = queueSegments(items.map(plainItem), n);
  for (const its of queued) {
    const words = { first: checkpoints.length === 0, records: wordsOfItems(its, n) };
    checkpoints.push(applySegment(state, words).checkpoint);
  }

  const perSegment = Math.min(options.recordsPerSegment ?? n, n);
  const room = {
    records: Math.max(0, maxSegments - queued.length) * perSegment,
    bytes: options.maxDataBytes ?? DEFAULT_MAX_DATA_BYTES,
  };
  if (queued.length === 0) state.startBatch();
  const chosen = choose(state.clone(), pool, room, { chainId: book.l2ChainId, baseFee });
  const data: Uint8Array[] = [];
  for (let i = 0; i < chosen.records.length; i += perSegment) {
    const records = chosen.records.slice(i, i + perSegment);
    data.push(encodeSegment(records));
    for (const record of records) applyRecord(state, wordsOfRecord(record, book.l2ChainId, baseFee));
    checkpoints.push(state.checkpoint());
  }
  if (checkpoints.length === 0 && options.heartbeat) {
    data.push(NO_RECORDS);
    checkpoints.push(state.checkpoint());
  }
  if (checkpoints.length === 0) fail("NOTHING_TO_COMMIT", {});

  const previous = BigInt(parent.header.lastCheckpoint);
  const queueEnd = parent.header.queueEnd + BigInt(items.length);
  const header: Header = {
    number: parent.header.number + 1n,
    parent: parent.id,
    lastCheckpoint: toBytes32(checkpoints[checkpoints.length - 1] as bigint),
    dataCommitment: dataCommitment({ previous, checkpoints, data }),
    queueEnd,
    queueHash: items[items.length - 1]?.chain ?? parent.header.queueHash,
    baseFee,
    feeRecipient,
  };
  return {
    parent: { header: parent.header, counter: parent.counter },
    header,
    counter: view.commitCounter + 1n,
    segments: [
      ...queued.map((its): SegmentData => ({ source: "queue", items: its })),
      ...data.map((bytes): SegmentData => ({ source: "data", bytes })),
    ],
    checkpoints: checkpoints.map(toBytes32),
    transactions: chosen.transactions,
  };
}

/** The wished number of new items, but at least what L1 will demand; a batch always has room for that. */
export function itemsToTake(node: Node, queueStart: bigint, wished: number): readonly QueueEntry[] {
  const { view, chain } = node.derivation;
  const { parameters } = chain.book;
  const open = view.queue.slice(Number(queueStart));
  const soon = view.time + DUE_MARGIN_SECONDS;
  const due = open.filter((item) => dueAt(item, parameters) <= soon).length;
  return open.slice(0, Math.max(wished, Math.min(due, Number(parameters.maxForced))));
}

interface Chosen {
  readonly records: SignedRecord[];
  readonly transactions: Hex[];
}

/** Takes transactions in order of arrival; one whose nonce is ahead waits for those before it. */
function choose(
  state: State,
  pool: readonly PendingTransaction[],
  room: { readonly records: number; readonly bytes: number },
  { chainId, baseFee }: { readonly chainId: bigint; readonly baseFee: bigint },
): Chosen {
  const chosen: Chosen = { records: [], transactions: [] };
  let { bytes } = room;
  let waiting = pool;
  for (let progress = true; progress; ) {
    progress = false;
    const later: PendingTransaction[] = [];
    for (const transaction of waiting) {
      const record = recordFromRaw(transaction.raw, chainId);
      const words = wordsOfRecord(record, chainId, baseFee);
      const size = encodeRecord(record).length;
      const full = chosen.records.length >= room.records || size > bytes;
      if (full || applyRecord(state, words).status === "skipped") later.push(transaction);
      else {
        chosen.records.push(record);
        chosen.transactions.push(transaction.hash);
        bytes -= size;
        progress = true;
      }
    }
    waiting = later;
  }
  return chosen;
}

function plainItem({ kind, sender, recipient, token, amount }: QueueEntry) {
  return { kind, sender, recipient, token, amount };
}
