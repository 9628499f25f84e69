// The rollup's own methods: batches, segments, checkpoints, exits, disputes, and how final a transaction is.

import { z } from "zod";
import { openingOf } from "../../chain/opening.ts";
import { wallOf } from "../../chain/protocol-time.ts";
import type { DerivedBatch, DerivedDispute, Hex } from "../../chain/types.ts";
import { disputeOf } from "../../chain/view.ts";
import { isLuntraError } from "../../errors.ts";
import { type CheckpointPreimage, toBytes32 } from "../../model/index.ts";
import { exitStatus } from "../../node/bridge.ts";
import { checkpointOpening, exitProof } from "../../node/exit-proof.ts";
import { batchAt, blockOfSegment } from "../batches.ts";
import type { RpcContext } from "../context.ts";
import { finalityOfTransaction } from "../finality.ts";
import { toJson } from "../json.ts";
import { type Methods, method } from "../method.ts";
import * as params from "../params.ts";
import { showRisk } from "../risk.ts";
import { statusOf } from "../status.ts";

/** What makes the node look through batches, or run one again. */
const LOOK_COST = 50;

export function luntraMethods(context: RpcContext): Methods {
  const json = (value: unknown) => (value === undefined ? null : toJson(value));
  const segment = params.count.transform(Number);
  return {
    luntra_status: method(params.nothing, () => json(statusOf(context)), 20),
    luntra_finality: method(
      z.tuple([params.hash]),
      ([hash]) => json(finalityOfTransaction(context, hash)),
      10,
    ),
    luntra_getBatch: method(
      z.tuple([params.block]),
      ([at]) => json(showBatch(context, batchAt(context, at))),
      LOOK_COST,
    ),
    luntra_getSegment: method(
      z.tuple([params.block, segment]),
      ([at, index]) => json(showSegment(context, batchAt(context, at), index)),
      LOOK_COST,
    ),
    luntra_getCheckpoint: method(
      z.tuple([params.block, segment.nullish()]),
      ([at, index]) => json(showCheckpoint(context, batchAt(context, at), index ?? undefined)),
      LOOK_COST,
    ),
    luntra_getExitProof: method(z.tuple([params.hash]), ([hash]) => json(showExit(context, hash)), LOOK_COST),
    luntra_getDisputes: method(
      z.tuple([params.block.nullish()]),
      ([at]) => json(showDisputes(context, at == null ? undefined : batchAt(context, at), at == null)),
      LOOK_COST,
    ),
    luntra_risk: method(
      z.tuple([params.block]),
      async ([at]) => await showRisk(context, batchAt(context, at)),
      LOOK_COST,
    ),
  };
}

function showBatch(context: RpcContext, batch: DerivedBatch | undefined) {
  if (batch === undefined) return undefined;
  const { id, header, counter, status, committer, committedAt, block, transaction, queueStart, checkpoints } =
    batch;
  const count = checkpoints.length;
  const [first, last] = [0, count - 1].map(
    (segment) => blockOfSegment(context.chain, batch, segment)?.number ?? null,
  );
  return {
    id,
    ...header,
    counter,
    status,
    committer,
    committedAt,
    l1Block: block,
    l1Transaction: transaction,
    queueStart,
    segments: count,
    checkpoints,
    proven: disputeOf(context.node.derivation.view, id).proven,
    firstBlock: first,
    lastBlock: last,
  };
}

function showSegment(context: RpcContext, batch: DerivedBatch | undefined, index: number) {
  if (batch === undefined || index >= batch.checkpoints.length) return undefined;
  const { derivation } = context.node;
  const previous = derivation.batch(batch.header.parent).header.lastCheckpoint;
  const block = blockOfSegment(context.chain, batch, index);
  return {
    batch: batch.header.number,
    id: batch.id,
    source: batch.segments[index]?.source,
    ...openingOf(batch, previous, index),
    proven: disputeOf(derivation.view, batch.id).proven.has(index),
    block: block === undefined ? null : { number: block.number, hash: block.hash },
    transactions: block?.transactions.map(({ hash }) => hash) ?? null,
  };
}

function showCheckpoint(context: RpcContext, batch: DerivedBatch | undefined, index?: number) {
  if (batch === undefined) return undefined;
  const { header, id, checkpoints } = batch;
  const segment = index ?? Math.max(checkpoints.length - 1, 0);
  // Genesis has no segments, but a checkpoint.
  const checkpoint = checkpoints[segment] ?? (header.number === 0n ? header.lastCheckpoint : undefined);
  if (checkpoint === undefined) return undefined;
  const preimage = preimageOf(context, batch, segment);
  return {
    batch: header.number,
    id,
    segment,
    checkpoint,
    preimage:
      preimage === undefined
        ? null
        : { ...preimage, stateRoot: toBytes32(preimage.stateRoot), exitRoot: toBytes32(preimage.exitRoot) },
  };
}

/** Known of the states that are kept, and of each live batch's last one. */
function preimageOf(
  { chain, node }: RpcContext,
  batch: DerivedBatch,
  segment: number,
): CheckpointPreimage | undefined {
  try {
    if (batch.status === "dead") return undefined;
    if (segment >= batch.checkpoints.length - 1) return node.preimage(batch.id);
    const block = blockOfSegment(chain, batch, segment);
    return block === undefined ? undefined : chain.stateAt(block.number).preimage();
  } catch (error) {
    const codes = ["STATE_UNAVAILABLE", "BATCH_INVALID", "ANCESTOR_INVALID"];
    if (isLuntraError(error) && codes.includes(error.code)) return undefined;
    throw error;
  }
}

/** Undefined until the withdrawal's batch is on L1. */
function showExit({ chain, node }: RpcContext, hash: Hex) {
  const its = chain.transaction(hash);
  const place = its === undefined ? undefined : chain.block(its.blockHash)?.place;
  if (its?.exit === undefined || place?.id === undefined) return undefined;
  const { view } = node.derivation;
  const batch = node.derivation.batch(place.id);
  const proof = exitProof(node, batch, its.exit);
  return { status: exitStatus(view, proof), ...proof, opening: checkpointOpening(node, batch) };
}

function showDisputes({ node }: RpcContext, batch: DerivedBatch | undefined, all: boolean) {
  const { view } = node.derivation;
  if (!all) {
    if (batch === undefined) return undefined;
    return [showDispute(node, batch.id, disputeOf(view, batch.id))];
  }
  return [...view.disputes].map(([id, dispute]) => showDispute(node, id, dispute));
}

function showDispute({ derivation }: RpcContext["node"], id: Hex, dispute: DerivedDispute) {
  const { header, status } = derivation.batch(id);
  const { pauses } = derivation.view;
  const challenges = dispute.challenges.map((one) => ({ ...one, deadline: wallOf(pauses, one.deadline) }));
  return { batch: header.number, id, status, ...dispute, challenges };
}
