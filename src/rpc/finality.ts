// How far a transaction has come, why, and when it can be final at the earliest.

import { wallOf } from "../chain/protocol-time.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { disputeOf, finalityOf, pendingOf } from "../chain/view.ts";
import type { L2Block, L2Transaction } from "../l2/types.ts";
import type { RpcContext } from "./context.ts";

export type Stage = "pending" | "unsafe" | "safe" | "challenged" | "finalized" | "dropped";

interface Prospect {
  readonly stage: Stage;
  readonly why: string;
  /** Wall time, in seconds: as things stand, and if every segment is proven at once. Null: nobody can say. */
  readonly finalFrom: bigint | null;
  readonly finalFromIfProven: bigint | null;
}

const NEVER = { finalFrom: null, finalFromIfProven: null };

/** Undefined if nobody here has heard of it. */
export function finalityOfTransaction(context: RpcContext, hash: Hex) {
  const { chain, pool, dropped } = context;
  const its = chain.transaction(hash);
  const block = its === undefined ? undefined : chain.block(its.blockHash);
  if (its !== undefined && block !== undefined) {
    return {
      hash,
      ...placeOf(its, block),
      ...prospectOf(context, block),
      times: timesOf(context, hash, block),
    };
  }
  if (pool.get(hash) !== undefined) {
    const its = afterCommit(context);
    const times = timesOf(context, hash, undefined);
    return { hash, stage: "pending", why: "It waits in the pool for a block", ...its, times };
  }
  const last = dropped.blockOf(hash);
  if (last === undefined) return undefined;
  const why = `Its block ${last.number} was dropped, by a rollback or by a reorg of L1, and it does not wait in the pool`;
  return { hash, stage: "dropped", why, ...NEVER };
}

/** Wall time, in seconds; null for what has not happened, or is not known here. */
function timesOf({ node, pool, received }: RpcContext, hash: Hex, block: L2Block | undefined) {
  const { view } = node.derivation;
  const { challengeWindow } = node.chain.book.parameters;
  const batch = block?.place.id === undefined ? undefined : node.derivation.batch(block.place.id);
  const wall = (time: bigint | undefined) => (time === undefined ? null : wallOf(view.pauses, time));
  const receivedAt = received.at(hash) ?? pool.get(hash)?.receivedAt;
  return {
    received: receivedAt === undefined ? null : Math.floor(receivedAt / 1000),
    sealed: block?.timestamp ?? null,
    committed: wall(batch?.committedAt),
    windowCloses: wall(batch && batch.committedAt + challengeWindow),
    finalized: wall(batch?.finalizedAt),
    segmentProven: batch !== undefined && disputeOf(view, batch.id).proven.has(block?.place.segment ?? -1),
    l1Transaction: batch?.transaction ?? null,
  };
}

function placeOf({ status, reason }: L2Transaction, { number, hash, place }: L2Block) {
  return {
    status,
    ...(reason === undefined ? {} : { reason }),
    block: { number, hash },
    batch: { number: place.batch, segment: place.segment, id: place.id ?? null },
  };
}

function prospectOf(context: RpcContext, block: L2Block): Prospect {
  const { chain, node } = context;
  const { view } = node.derivation;
  const { batch: number, id } = block.place;
  const finality = chain.finality(block.number);
  if (finality === "unsafe" || (id === undefined && block.source !== "genesis")) {
    return {
      stage: "unsafe",
      why: "The sequencer has sealed it; its batch is not on L1 yet",
      ...afterCommit(context),
    };
  }
  if (finality === "finalized") {
    return { stage: "finalized", why: finalBecause(context, view.live[Number(number)]), ...NEVER };
  }
  const before = pendingOf(view).filter(({ header }) => header.number <= number);
  const challenged = before.find((one) => isChallenged(context, one));
  const finalFromIfProven = ifProven(context, before);
  if (challenged !== undefined) {
    const why = `Batch ${challenged.header.number} is challenged: a proof must answer, or it is rolled back with all after it`;
    return { stage: "challenged", why, finalFrom: null, finalFromIfProven };
  }
  return {
    stage: "safe",
    why: `Batch ${number} is on L1; it is final when nobody has refuted it or a batch before it by then`,
    finalFrom: asThingsStand(context, before),
    finalFromIfProven,
  };
}

function finalBecause(context: RpcContext, batch: DerivedBatch | undefined): string {
  if (batch === undefined || batch.checkpoints.length === 0) return "It is of genesis";
  const { proven } = disputeOf(context.node.derivation.view, batch.id);
  const { number } = batch.header;
  return proven.size === batch.checkpoints.length
    ? `Every segment of batch ${number} is proven`
    : `The challenge window of batch ${number} has closed`;
}

function isChallenged({ node }: RpcContext, { id }: DerivedBatch): boolean {
  return disputeOf(node.derivation.view, id).challenges.some(({ outcome }) => outcome === "open");
}

/** A batch is final after those before it. */
function asThingsStand({ node }: RpcContext, batches: readonly DerivedBatch[]): bigint {
  const { view, chain } = node.derivation;
  const times = batches.map((one) => finalityOf(view, one, chain.book.parameters) ?? 0n);
  return wallOf(view.pauses, latest(times));
}

function ifProven({ node }: RpcContext, batches: readonly DerivedBatch[]): bigint {
  const { view, chain } = node.derivation;
  const { earliestFinality } = chain.book.parameters;
  return wallOf(
    view.pauses,
    latest([view.time, ...batches.map((one) => one.committedAt + earliestFinality)]),
  );
}

/** As if its batch were committed now. */
function afterCommit({ node }: RpcContext) {
  const { view, chain } = node.derivation;
  if (view.frozen) return NEVER;
  const { challengeWindow, earliestFinality } = chain.book.parameters;
  return {
    finalFrom: wallOf(view.pauses, view.time + challengeWindow),
    finalFromIfProven: wallOf(view.pauses, view.time + earliestFinality),
  };
}

function latest(times: readonly bigint[]): bigint {
  let last = 0n;
  for (const time of times) if (time > last) last = time;
  return last;
}
