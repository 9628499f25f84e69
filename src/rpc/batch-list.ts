// Batches as a list shows them: those in the making, then those on L1 in the order of their commits, the latest first.

import { larger } from "../chain/economics.ts";
import { wallOf } from "../chain/protocol-time.ts";
import type { DerivedBatch } from "../chain/types.ts";
import { disputeOf, finalityOf, pendingOf, type View } from "../chain/view.ts";
import type { L2Chain } from "../l2/types.ts";
import { blockOfSegment } from "./batches.ts";
import type { RpcContext } from "./context.ts";

/** Those of sealed segments that are not on L1 are at most so many: sealing waits for L1 then. */
const MOST_BUILDING = 64;

export function listBatches(context: RpcContext, before: bigint | undefined, most: number) {
  const { view } = context.node.derivation;
  const found = committedBefore(view, before, most);
  const times = finalityTimes(context);
  const last = found.at(-1);
  return {
    building: before === undefined ? buildingOf(context.chain) : [],
    batches: found.map((batch) => summaryOf(context, batch, times)),
    // Counters begin with 1; genesis was not committed.
    next: last === undefined || last.counter <= 1n ? null : last.counter,
  };
}

/** Live ones by number and dead ones are merged by their commit counter. */
function committedBefore(view: View, before: bigint | undefined, most: number): readonly DerivedBatch[] {
  const isBefore = ({ counter }: DerivedBatch) => before === undefined || counter < before;
  const dead = view.dead.filter(isBefore).sort((a, b) => (a.counter < b.counter ? 1 : -1));
  const found: DerivedBatch[] = [];
  let at = firstNotBefore(view.live, before) - 1;
  for (let next = 0; found.length < most; ) {
    const [live, gone] = [at > 0 ? view.live[at] : undefined, dead[next]];
    if (live !== undefined && (gone === undefined || live.counter > gone.counter)) {
      found.push(live);
      at -= 1;
    } else if (gone !== undefined) {
      found.push(gone);
      next += 1;
    } else break;
  }
  return found;
}

/** Counters of live batches grow with their numbers. */
function firstNotBefore(live: readonly DerivedBatch[], before: bigint | undefined): number {
  if (before === undefined) return live.length;
  let [low, high] = [0, live.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((live[middle] as DerivedBatch).counter < before) low = middle + 1;
    else high = middle;
  }
  return low;
}

interface FinalityTimes {
  /** Wall time as things stand; null while nobody can say. */
  readonly from: bigint | null;
  /** If every segment is proven at once. */
  readonly ifProven: bigint;
}

/** Of all pending batches, by number: each is final after those before it. */
export function finalityTimes({ node }: Pick<RpcContext, "node">): ReadonlyMap<bigint, FinalityTimes> {
  const { view, chain } = node.derivation;
  const { parameters } = chain.book;
  const times = new Map<bigint, FinalityTimes>();
  let [from, ifProven]: [bigint | undefined, bigint] = [0n, view.time];
  for (const batch of pendingOf(view)) {
    const its = finalityOf(view, batch, parameters);
    from = its === undefined || from === undefined ? undefined : larger(from, its);
    ifProven = larger(ifProven, batch.committedAt + parameters.earliestFinality);
    const wall = from === undefined ? null : wallOf(view.pauses, from);
    times.set(batch.header.number, { from: wall, ifProven: wallOf(view.pauses, ifProven) });
  }
  return times;
}

function summaryOf(context: RpcContext, batch: DerivedBatch, times: ReadonlyMap<bigint, FinalityTimes>) {
  const { view } = context.node.derivation;
  const { header, id, status, checkpoints, finalizedAt } = batch;
  const { proven, challenges, fraud } = disputeOf(view, id);
  const time = status === "pending" ? times.get(header.number) : undefined;
  return {
    number: header.number,
    id,
    counter: batch.counter,
    status,
    committer: batch.committer,
    committedAt: wallOf(view.pauses, batch.committedAt),
    finalizedAt: finalizedAt === undefined ? null : wallOf(view.pauses, finalizedAt),
    l1Block: batch.block,
    l1Transaction: batch.transaction,
    segments: checkpoints.length,
    proven: proven.size,
    challenges: challenges.length,
    openChallenges: challenges.filter(({ outcome }) => outcome === "open").length,
    refutedSegment: fraud?.segment ?? null,
    transactions: transactionsOf(context.chain, batch),
    finalFrom: time?.from ?? null,
    finalFromIfProven: time?.ifProven ?? null,
  };
}

/** Null of a dead one: its blocks are gone. */
function transactionsOf(chain: L2Chain, batch: DerivedBatch): number | null {
  const first = blockOfSegment(chain, batch, 0);
  if (first === undefined) return null;
  let count = 0;
  for (let i = 0; i < batch.checkpoints.length; i++) {
    count += chain.block(first.number + BigInt(i))?.transactions.length ?? 0;
  }
  return count;
}

/** Sealed, not on L1: the blocks after `safe`, by the batch that they will be in. Latest first. */
function buildingOf(chain: L2Chain) {
  const batches: {
    readonly number: bigint;
    segments: number;
    transactions: number;
    readonly firstBlock: bigint;
    readonly sealedAt: bigint;
  }[] = [];
  for (let number = chain.number("safe") + 1n; number <= chain.number("latest"); number++) {
    const block = chain.block(number);
    if (block === undefined || block.place.id !== undefined) continue;
    let last = batches.at(-1);
    if (last?.number !== block.place.batch) {
      if (batches.length >= MOST_BUILDING) break;
      const { timestamp: sealedAt, place } = block;
      last = { number: place.batch, segments: 0, transactions: 0, firstBlock: number, sealedAt };
      batches.push(last);
    }
    last.segments += 1;
    last.transactions += block.transactions.length;
  }
  return batches.reverse();
}
