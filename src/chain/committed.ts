// From a commit's event and transaction input to the batch, with every claim in it recomputed.

import { hexlify } from "ethers";
import { fail } from "../errors.ts";
import { batchId, dataCommitment, type Header, queueSegments } from "../model/batch.ts";
import { decodeCommit } from "./calldata.ts";
import type { DerivedBatch, Hex, QueueEntry, SegmentData } from "./types.ts";

export interface CommitEvent {
  readonly number: bigint;
  readonly id: Hex;
  readonly committer: Hex;
  readonly counter: bigint;
  readonly segments: bigint;
}

export interface CommitPlace {
  readonly transaction: Hex;
  readonly block: number;
  readonly timestamp: bigint;
}

/**
 * The committed batch. Throws L1_INCONSISTENT unless input, event, parent and queue fit together: the id pins the
 * header, the header pins the data and the queue items.
 */
export function committedBatch(
  event: CommitEvent,
  input: Uint8Array,
  place: CommitPlace,
  parent: DerivedBatch,
  queue: readonly QueueEntry[],
  n: number,
): DerivedBatch {
  const { header, checkpoints, segments } = decodeCommit(input, place.transaction);
  const same = (what: string, expected: unknown, actual: unknown) => {
    if (expected === actual) return;
    const of = `${what} of batch ${event.id}`;
    fail("L1_INCONSISTENT", { what: of, expected: String(expected), actual: String(actual) });
  };

  same("the id", batchId({ header, counter: event.counter }), event.id);
  same("the number", parent.header.number + 1n, event.number);
  same("the number in the header", event.number, header.number);
  same("the parent", parent.id, header.parent);
  const items = consumedItems(parent.header, header, queue);
  same("the number of queue items", Number(header.queueEnd - parent.header.queueEnd), items.length);
  same("the queue hash", queue[Number(header.queueEnd) - 1]?.chain ?? EMPTY_QUEUE, header.queueHash);

  const data: SegmentData[] = [
    ...queueSegments(items, n).map((its): SegmentData => ({ source: "queue", items: its })),
    ...segments.map((bytes): SegmentData => ({ source: "data", bytes })),
  ];
  same("the number of segments", BigInt(data.length), event.segments);
  same("the number of checkpoints", data.length, checkpoints.length);
  same("the last checkpoint", checkpoints[checkpoints.length - 1], header.lastCheckpoint);
  const commitment = dataCommitment({
    previous: BigInt(parent.header.lastCheckpoint),
    checkpoints: checkpoints.map(BigInt),
    data: segments,
  });
  same("the data commitment", commitment, header.dataCommitment);

  return {
    id: event.id,
    header,
    counter: event.counter,
    status: "pending",
    committer: event.committer,
    committedAt: place.timestamp,
    block: place.block,
    transaction: place.transaction,
    queueStart: parent.header.queueEnd,
    segments: data,
    checkpoints,
  };
}

const EMPTY_QUEUE = hexlify(new Uint8Array(32));

/** The batch before the first one: every field but the checkpoint is zero. */
export function genesisBatch(checkpoint: Hex): DerivedBatch {
  const header: Header = {
    number: 0n,
    parent: EMPTY_QUEUE,
    lastCheckpoint: checkpoint,
    dataCommitment: EMPTY_QUEUE,
    queueEnd: 0n,
    queueHash: EMPTY_QUEUE,
    baseFee: 0n,
    feeRecipient: NOBODY,
  };
  return {
    id: batchId({ header, counter: 0n }),
    header,
    counter: 0n,
    status: "final",
    committer: NOBODY,
    committedAt: 0n,
    block: 0,
    transaction: EMPTY_QUEUE,
    queueStart: 0n,
    segments: [],
    checkpoints: [],
  };
}

const NOBODY = hexlify(new Uint8Array(20));

function consumedItems(parent: Header, header: Header, queue: readonly QueueEntry[]) {
  return queue
    .slice(Number(parent.queueEnd), Number(header.queueEnd))
    .map(({ kind, sender, recipient, token, amount }) => ({ kind, sender, recipient, token, amount }));
}
