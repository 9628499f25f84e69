// A batch of a real deployment as facts: what L1 has of it, and what re-execution finds, of a wrong batch beyond its first wrong segment, too.

import { ask } from "../chain/l1.ts";
import type { DerivedBatch } from "../chain/types.ts";
import { queueItemHash } from "../l2/blocks.ts";
import {
  applySegment,
  type DecodeContext,
  gasPriceOf,
  INSTANCES,
  recordLength,
  type SignedKind,
} from "../model/index.ts";
import { executedSegment, originsOf, segmentWords } from "../node/execution.ts";
import type { ExecutedRecord, Node } from "../node/node.ts";
import type { BatchFacts, L1Conditions, RecordFacts } from "./facts.ts";

/** Throws ANCESTOR_INVALID: nobody knows what the records of a batch on a wrong one come to. */
export function factsOf(node: Node, batch: DerivedBatch, l1: L1Conditions | undefined): BatchFacts {
  const { book } = node.chain;
  const { header, committer, committedAt, segments } = batch;
  const executed = recordsOf(node, batch);
  const data = segments.filter(({ source }) => source === "data");
  const bytes = data.reduce((sum, one) => sum + (one.source === "data" ? one.bytes.length : 0), 0);
  const used = executed.reduce(
    (sum, { signed }) => sum + (signed === undefined ? 0 : recordLength(signed.kind as SignedKind)),
    0,
  );
  return {
    number: header.number,
    committer,
    committedAt,
    baseFee: header.baseFee,
    queueSegments: segments.length - data.length,
    dataSegments: data.length,
    n: INSTANCES[book.instance].n,
    bytes,
    unusedBytes: bytes - used,
    records: executed.map((record) => recordFacts(record, book.l2ChainId, header.baseFee)),
    left: leftBehind(node, batch),
    forceInclusionDelay: book.parameters.forceInclusionDelay,
    ...(l1 === undefined ? {} : { l1 }),
  };
}

function recordFacts(record: ExecutedRecord, chainId: bigint, baseFee: bigint): RecordFacts {
  const { kind, status, reason, sender, recipient, token, amount, fee, transaction, signed, item } = record;
  return {
    hash: transaction ?? queueItemHash(chainId, item as bigint),
    kind,
    status,
    ...(reason === undefined ? {} : { reason }),
    sender,
    recipient,
    token,
    amount,
    fee,
    price: signed === undefined ? 0n : gasPriceOf(signed, baseFee),
  };
}

/** All of a batch's records. What follows a wrong checkpoint is run on what the segment really leads to. */
function recordsOf(node: Node, batch: DerivedBatch): readonly ExecutedRecord[] {
  const { records, wrong } = node.execute(batch.id);
  if (wrong === undefined) return records;
  const { book } = node.chain;
  const { n } = INSTANCES[book.instance];
  const context: DecodeContext = { chainId: book.l2ChainId, baseFee: batch.header.baseFee, n };
  const { state } = node.segmentStart(batch.id, wrong);
  const rest: ExecutedRecord[] = [];
  for (let segment = wrong; segment < batch.segments.length; segment++) {
    const words = segmentWords(batch, segment, context);
    const { receipts } = applySegment(state, words);
    const origins = originsOf(batch, segment, context);
    rest.push(...executedSegment(segment, state, words.records, receipts, origins).records);
  }
  return [...records, ...rest];
}

/** Items of L1's queue from blocks before the commit's that the batch does not take. */
function leftBehind({ derivation }: Node, { header, block, committedAt }: DerivedBatch): BatchFacts["left"] {
  const { queue } = derivation.view;
  const from = Number(header.queueEnd);
  let items = 0;
  while ((queue[from + items]?.block ?? block) < block) items++;
  const oldest = items === 0 ? 0n : committedAt - (queue[from]?.enqueuedAt ?? committedAt);
  return { items, oldest };
}

/** Undefined if L1's node does not have the block. Throws L1_UNAVAILABLE. */
export async function conditionsAt({ chain }: Node, block: number): Promise<L1Conditions | undefined> {
  const found = await ask(`block ${block} of L1`, () => chain.provider.getBlock(block));
  if (found === null) return undefined;
  return {
    baseFee: found.baseFeePerGas ?? 0n,
    fullness: Number(found.gasUsed) / Math.max(Number(found.gasLimit), 1),
  };
}
