// Before a commit: model, circuit and contract must agree on every segment. Where they do not, whoever notices
// first could refute an honest batch.

import { hexlify } from "ethers";
import { read } from "../chain/client.ts";
import type { Hex, SegmentData } from "../chain/types.ts";
import { headOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import {
  batchId,
  flattenWords,
  INSTANCES,
  type RecordWords,
  type SegmentWords,
  type State,
  toBytes32,
  wordsOfData,
  wordsOfItems,
} from "../model/index.ts";
import type { BuiltBatch } from "./batch-builder.ts";
import type { Node } from "./node.ts";
import { type Circuit, runSegment } from "./segment-run.ts";

export interface CheckPolicy {
  /** The circuits of all the deployment's proof systems; without them only the contract's decoder is asked. */
  readonly circuit?: Circuit;
  /** 1, the default: every segment. k: one in k, at random places. 0: none. */
  readonly oneIn?: number;
}

/** Throws CHECK_FAILED if model, circuit and contract do not agree on a segment. */
export async function checkBatch(node: Node, built: BuiltBatch, policy: CheckPolicy = {}): Promise<void> {
  const { chain, view } = node.derivation;
  const { book } = chain;
  const { n } = INSTANCES[book.instance];
  const { oneIn = 1 } = policy;
  const { header, counter, segments } = built;
  const id = batchId({ header, counter });
  const state = node.stateAfter(headOf(view).id);

  for (const [segment, data] of segments.entries()) {
    const context = { chainId: book.l2ChainId, baseFee: header.baseFee, n };
    const records = data.source === "queue" ? wordsOfItems(data.items, n) : wordsOfData(data.bytes, context);
    await checkSegment(node, built, { id, segment, state, records }, isChosen(oneIn) ? policy : undefined);
  }
}

/** Whether one of so many is to be checked. */
export function isChosen(oneIn: number): boolean {
  return oneIn !== 0 && Math.random() * oneIn < 1;
}

export interface CheckedSegment {
  /** Of the batch. */
  readonly id: Hex;
  readonly segment: number;
  /** Before the segment; the one after it, when this returns. */
  readonly state: State;
  readonly records: readonly RecordWords[];
}

/** Throws CHECK_FAILED if they do not agree on one segment. Without a policy only the model is asked. */
export async function checkSegment(
  { derivation }: Node,
  { header, parent, segments, checkpoints }: BuiltBatch,
  { id, segment, state, records }: CheckedSegment,
  policy: Pick<CheckPolicy, "circuit"> | undefined,
): Promise<void> {
  const { book, contracts } = derivation.chain;
  const { n } = INSTANCES[book.instance];
  const data = segments[segment] as SegmentData;
  const words: SegmentWords = { first: segment === 0, records };
  const beneficiary = header.feeRecipient;
  const bound = { chainId: book.chainId, rollup: book.addresses.rollup, batchId: id, segment, beneficiary };
  const run = runSegment(state, words, n, bound);
  differs(segment, "the checkpoint", checkpoints[segment], toBytes32(run.trace.b));
  if (policy === undefined) return;

  if (data.source === "data") {
    const decoded = await read(derivation.chain, `Challenges.decode of segment ${segment}`, () =>
      contracts.challenges.decode(hexlify(data.bytes), words.first, header.baseFee),
    );
    differs(
      segment,
      "the words",
      String(flattenWords(words.first, records, records.length)),
      String(decoded),
    );
  }
  await policy.circuit?.execute(run).catch((error: unknown) => {
    const actual = error instanceof Error ? error.message : String(error);
    const from = parent.header.queueEnd + BigInt(segment * n);
    // The sequencer may leave a transaction out, but not a queue item that is due: say which it is.
    const what =
      data.source === "queue"
        ? `the circuits' run over the queue from item ${from} to ${from + BigInt(data.items.length) - 1n}`
        : "the circuits' run";
    fail("CHECK_FAILED", { segment, what, expected: "accepted", actual }, error);
  });
}

function differs(segment: number, what: string, expected: unknown, actual: unknown): void {
  if (expected === actual) return;
  fail("CHECK_FAILED", { segment, what, expected: String(expected), actual: String(actual) });
}
