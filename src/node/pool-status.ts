// How far the pool's transactions have come. A transaction stays in the pool until the batch that holds it is final: only
// then can neither a rollback nor a reorg of L1 bring it back.

import type { Hex } from "../chain/types.ts";
import { headOf } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import {
  decodeSegment,
  INSTANCES,
  rawFromRecord,
  recordFromRaw,
  recoverSender,
  type State,
  transactionHash,
} from "../model/index.ts";
import type { Mempool, PendingTransaction } from "./mempool.ts";
import type { Node } from "./node.ts";

export interface PoolStatus {
  /** Not in a live batch: for the next one. */
  readonly waiting: readonly PendingTransaction[];
  /** Its nonce is used up by a live batch that is not final. */
  readonly committed: readonly PendingTransaction[];
  /** Its nonce is used up for good. */
  readonly settled: readonly PendingTransaction[];
}

export function poolStatus(node: Node, pool: readonly PendingTransaction[]): PoolStatus {
  const { view } = node.derivation;
  const final = node.stateAfter(view.live[Number(view.finalized)]?.id ?? headOf(view).id);
  const head = node.stateAfter(headOf(view).id);
  const { l2ChainId } = node.chain.book;
  const groups = Map.groupBy(pool, ({ raw }) => stageOf(raw, l2ChainId, head, final));
  const of = (stage: keyof PoolStatus) => groups.get(stage) ?? [];
  return { waiting: of("waiting"), committed: of("committed"), settled: of("settled") };
}

function stageOf(raw: Hex, chainId: bigint, head: State, final: State): keyof PoolStatus {
  const record = recordFromRaw(raw, chainId);
  const sender = recoverSender(record, chainId);
  if (record.nonce < final.account(sender).nonce) return "settled";
  return record.nonce < head.account(sender).nonce ? "committed" : "waiting";
}

/** Takes up transactions of dead batches that no live batch holds, whoever committed them; returns their hashes. */
export async function takeUpDead(node: Node, mempool: Mempool): Promise<readonly Hex[]> {
  const { l2ChainId, instance } = node.chain.book;
  const { dead, live } = node.derivation.view;
  const head = node.stateAfter(headOf({ live }).id);
  const taken: Hex[] = [];
  for (const data of dead.flatMap(({ segments }) => segments)) {
    if (data.source === "queue") continue;
    for (const record of decodeSegment(data.bytes, INSTANCES[instance].n)) {
      const raw = rawFromRecord(record, l2ChainId);
      const used = record.nonce < head.account(recoverSender(record, l2ChainId)).nonce;
      if (used || !isSound(raw, l2ChainId)) continue;
      const hash = transactionHash(record, l2ChainId);
      if (await mempool.add(hash, raw)) taken.push(hash);
    }
  }
  return taken;
}

/** Whether a wallet could have sent it: a dead batch may hold any bytes. */
function isSound(raw: Hex, chainId: bigint): boolean {
  try {
    recordFromRaw(raw, chainId);
    return true;
  } catch (error) {
    if (isLuntraError(error)) return false;
    throw error;
  }
}
