// How far the pool's transactions have come. A transaction stays in the pool until the batch that holds it is final: only
// then can neither a rollback nor a reorg of L1 bring it back.

import type { Hex } from "../chain/types.ts";
import { headOf } from "../chain/view.ts";
import { type ErrorCode, isLuntraError } from "../errors.ts";
import {
  applyRecord,
  decodeSegment,
  INSTANCES,
  rawFromRecord,
  recordFromRaw,
  recoverSender,
  type SignedRecord,
  type State,
  transactionHash,
  wordsOfRecord,
} from "../model/index.ts";
import { DEFAULT_BASE_FEE } from "./batch-builder.ts";
import type { Mempool, PendingTransaction } from "./mempool.ts";
import type { Node } from "./node.ts";
import { checkAgainst, pendingState } from "./pending.ts";

export interface PoolOptions {
  /** Base fee of the next batch, in wei. */
  readonly baseFee?: bigint;
}

/** What `submit` found there and a reorg of L1 or another transaction took away: it may come back. */
const LACKS: ReadonlySet<ErrorCode | undefined> = new Set<ErrorCode>([
  "TX_UNKNOWN_SENDER",
  "TX_BALANCE",
  "TX_NONCE_GAP",
]);

/** A day: reorgs are over in minutes, and whoever waits for money can send again. */
const PATIENCE_MS = 86_400_000;

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

/**
 * Takes up what dead batches hold and `submit` would take, whoever committed them; returns the hashes. Each dead batch is looked
 * at once: anybody may fill one with what nobody can use.
 */
export async function takeUpDead(
  node: Node,
  mempool: Mempool,
  { baseFee = DEFAULT_BASE_FEE }: PoolOptions = {},
): Promise<readonly Hex[]> {
  const { l2ChainId, instance } = node.chain.book;
  const known = await mempool.takenUp();
  const dead = node.derivation.view.dead.filter(({ id }) => !known.has(id));
  if (dead.length === 0) return [];

  const state = pendingState(node, rawsOf(poolStatus(node, await mempool.list()).waiting), baseFee);
  const taken: Hex[] = [];
  for (const data of dead.flatMap(({ segments }) => segments)) {
    if (data.source === "queue") continue;
    for (const record of decodeSegment(data.bytes, INSTANCES[instance].n)) {
      if (refusalOf(state, record, l2ChainId, baseFee) !== undefined) continue;
      const raw = rawFromRecord(record, l2ChainId);
      if (!isSound(raw, l2ChainId)) continue;
      applyRecord(state, wordsOfRecord(record, l2ChainId, baseFee));
      const hash = transactionHash(record, l2ChainId);
      if (await mempool.add(hash, raw)) taken.push(hash);
    }
  }
  await mempool.markTakenUp(dead.map(({ id }) => id));
  return taken;
}

/** Of the waiting transactions, those that no batch may hold, and those that have lacked what they need for too long. */
export function hopelessOf(
  node: Node,
  waiting: readonly PendingTransaction[],
  { baseFee = DEFAULT_BASE_FEE }: PoolOptions = {},
): readonly PendingTransaction[] {
  const { l2ChainId } = node.chain.book;
  const state = pendingState(node, rawsOf(waiting), baseFee);
  return waiting.filter(({ raw, receivedAt }) => {
    const code = refusalOf(state, recordFromRaw(raw, l2ChainId), l2ChainId, baseFee);
    if (LACKS.has(code)) return Date.now() - receivedAt > PATIENCE_MS;
    return code === "TX_GAS_LIMIT" || code === "TX_PRIORITY_FEE";
  });
}

function rawsOf(pool: readonly PendingTransaction[]): readonly Hex[] {
  return pool.map(({ raw }) => raw);
}

/** Why `submit` would refuse it. */
function refusalOf(
  state: State,
  record: SignedRecord,
  chainId: bigint,
  baseFee: bigint,
): ErrorCode | undefined {
  const words = { ...wordsOfRecord(record, chainId, baseFee), sender: recoverSender(record, chainId) };
  try {
    checkAgainst(state, record, words, baseFee);
    return undefined;
  } catch (error) {
    if (isLuntraError(error)) return error.code;
    throw error;
  }
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
