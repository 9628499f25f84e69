// Batches: header and id, the queue's hash chain, the data commitment and its openings (protocol §6). The
// structs have the form in which the contracts take them.

import { AbiCoder, concat, hexlify, keccak256 } from "ethers";
import { fail } from "../errors.ts";
import { toBytes, toBytes32 } from "./field.ts";
import { MAX_SEGMENTS } from "./params.ts";

export interface Header {
  readonly number: bigint;
  /** Id of batch `number - 1`. */
  readonly parent: string;
  readonly lastCheckpoint: string;
  readonly dataCommitment: string;
  readonly queueEnd: bigint;
  readonly queueHash: string;
  readonly baseFee: bigint;
  readonly feeRecipient: string;
}

/** A header with the commit counter that makes its id unique. */
export interface Batch {
  readonly header: Header;
  readonly counter: bigint;
}

/** A deposit or forced transaction as it was enqueued. */
export interface QueueItem {
  readonly kind: bigint;
  readonly sender: string;
  readonly recipient: string;
  readonly token: string;
  readonly amount: bigint;
}

const ZERO_BYTES32 = toBytes32(0n);

const HEADER_TYPES = ["uint64", "bytes32", "bytes32", "bytes32", "uint64", "bytes32", "uint64", "address"];
const ITEM_TYPES = ["uint8", "address", "address", "address", "uint128"];

export function batchId({ header, counter }: Batch): string {
  const { number, parent, lastCheckpoint, dataCommitment } = header;
  const { queueEnd, queueHash, baseFee, feeRecipient } = header;
  return keccak256(
    AbiCoder.defaultAbiCoder().encode(
      [...HEADER_TYPES, "uint64"],
      [number, parent, lastCheckpoint, dataCommitment, queueEnd, queueHash, baseFee, feeRecipient, counter],
    ),
  );
}

export function itemHash({ kind, sender, recipient, token, amount }: QueueItem): string {
  const values = [kind, sender, recipient, token, amount];
  return keccak256(AbiCoder.defaultAbiCoder().encode(ITEM_TYPES, values));
}

/** The queue's hash chain after `items`, continued from `chain`. */
export function queueChain(items: readonly QueueItem[], chain: string = ZERO_BYTES32): string {
  return items.reduce((last, item) => keccak256(concat([last, itemHash(item)])), chain);
}

export interface SegmentCounts {
  /** Segments of queue items: the batch's first ones. */
  readonly queue: number;
  /** Segments with bytes, after them. */
  readonly data: number;
  readonly total: number;
}

/** How many segments a batch has. */
export function segmentCounts(
  parentQueueEnd: bigint,
  queueEnd: bigint,
  dataSegments: number,
  n: number,
): SegmentCounts {
  if (queueEnd < parentQueueEnd) fail("QUEUE_RANGE", { from: parentQueueEnd, to: queueEnd });
  const queue = Math.ceil(Number(queueEnd - parentQueueEnd) / n);
  const total = queue + dataSegments;
  if (total < 1 || total > MAX_SEGMENTS) fail("SEGMENT_COUNT", { segments: total, most: MAX_SEGMENTS });
  return { queue, data: dataSegments, total };
}

/** Cuts the queue items that a batch consumes into its queue segments. */
export function queueSegments(items: readonly QueueItem[], n: number): QueueItem[][] {
  return Array.from({ length: Math.ceil(items.length / n) }, (_, i) => items.slice(i * n, (i + 1) * n));
}

/** What a data commitment commits to. */
export interface BatchData {
  /** Checkpoint before the first segment. */
  readonly previous: bigint;
  /** One after each segment. */
  readonly checkpoints: readonly bigint[];
  /** Bytes of the last `data.length` segments; the segments before them hold queue items and no bytes. */
  readonly data: readonly Uint8Array[];
}

/** One segment of a commitment, with what shows that it belongs there. */
export interface Opening {
  readonly segment: number;
  readonly previous: string;
  readonly claimed: string;
  readonly data: Uint8Array;
  /** Siblings from the leaf upwards; a level where the node has none is left out. */
  readonly path: readonly string[];
}

export function dataCommitment(batch: BatchData): string {
  const leaves = leavesOf(batch);
  const top = levelsOf(leaves).at(-1)?.[0] as string;
  return commitmentOf(leaves.length, top);
}

export function openSegment(batch: BatchData, segment: number): Opening {
  const leaves = leavesOf(batch);
  if (segment < 0 || segment >= leaves.length) fail("SEGMENT_INDEX", { segment, count: leaves.length });
  const path: string[] = [];
  let index = segment;
  for (const level of levelsOf(leaves)) {
    const sibling = level[index ^ 1];
    if (sibling !== undefined) path.push(sibling);
    index >>= 1;
  }
  return {
    segment,
    previous: toBytes32(previousOf(batch, segment)),
    claimed: toBytes32(batch.checkpoints[segment] as bigint),
    data: dataOf(batch, segment),
    path,
  };
}

/** Whether `opening` is what the commitment says of a batch of `count` segments. */
export function verifyOpening(commitment: string, count: number, opening: Opening): boolean {
  const { segment, previous, claimed, data, path } = opening;
  if (segment < 0 || segment >= count) return false;
  let node = leafOf(segment, previous, claimed, data);
  let used = 0;
  for (let index = segment, width = count; width > 1; index >>= 1, width = Math.ceil(width / 2)) {
    if ((index ^ 1) >= width) continue;
    const sibling = path[used++];
    if (sibling === undefined) return false;
    node = index % 2 === 0 ? join(node, sibling) : join(sibling, node);
  }
  return used === path.length && commitmentOf(count, node) === commitment;
}

function leavesOf(batch: BatchData): string[] {
  const { checkpoints, data } = batch;
  if (checkpoints.length < 1 || checkpoints.length > MAX_SEGMENTS || data.length > checkpoints.length) {
    fail("SEGMENT_COUNT", { segments: Math.max(checkpoints.length, data.length), most: MAX_SEGMENTS });
  }
  const firstData = checkpoints.length - data.length;
  const empty = data.findIndex((bytes) => bytes.length === 0);
  if (empty >= 0) fail("SEGMENT_EMPTY", { segment: firstData + empty });
  return checkpoints.map((claimed, i) =>
    leafOf(i, toBytes32(previousOf(batch, i)), toBytes32(claimed), dataOf(batch, i)),
  );
}

function previousOf({ previous, checkpoints }: BatchData, segment: number): bigint {
  return segment === 0 ? previous : (checkpoints[segment - 1] as bigint);
}

function dataOf({ checkpoints, data }: BatchData, segment: number): Uint8Array {
  return data[segment - (checkpoints.length - data.length)] ?? new Uint8Array();
}

function leafOf(segment: number, previous: string, claimed: string, data: Uint8Array): string {
  return keccak256(
    concat(["0x00", toBytes(BigInt(segment), 8), previous, claimed, keccak256(hexlify(data))]),
  );
}

function join(left: string, right: string): string {
  return keccak256(concat(["0x01", left, right]));
}

function commitmentOf(count: number, top: string): string {
  return keccak256(concat(["0x02", toBytes(BigInt(count), 8), top]));
}

/** All levels from the leaves to the single top; the last node of an odd level moves up unchanged. */
function levelsOf(leaves: string[]): string[][] {
  const levels = [leaves];
  for (let level = leaves; level.length > 1; levels.push(level)) {
    level = Array.from({ length: Math.ceil(level.length / 2) }, (_, i) => {
      const left = level[2 * i] as string;
      const right = level[2 * i + 1];
      return right === undefined ? left : join(left, right);
    });
  }
  return levels;
}
