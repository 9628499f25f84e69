// The sequencer: accept transactions, build a batch, cross-check it, commit it.

import { setTimeout as sleep } from "node:timers/promises";
import { hexlify, type Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import { wallOf } from "../chain/protocol-time.ts";
import type { Hex } from "../chain/types.ts";
import { turnOf } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import {
  batchId,
  rawFromRecord,
  recordFromRaw,
  recoverSender,
  toAddress,
  transactionHash,
  wordsOfRecord,
} from "../model/index.ts";
import { type BuildOptions, type BuiltBatch, buildBatch, DEFAULT_BASE_FEE } from "./batch-builder.ts";
import { type CheckPolicy, checkBatch } from "./batch-checks.ts";
import type { Mempool } from "./mempool.ts";
import type { Node } from "./node.ts";
import { checkAgainst, pendingState } from "./pending.ts";
import { hopelessOf, poolStatus, takeUpDead } from "./pool-status.ts";

export { type BuildOptions, type BuiltBatch, buildBatch, DEFAULT_BASE_FEE } from "./batch-builder.ts";
export { type CheckPolicy, checkBatch } from "./batch-checks.ts";

export interface Submitted {
  readonly hash: Hex;
  readonly sender: Hex;
  readonly nonce: bigint;
  /** It was in the pool already. */
  readonly known: boolean;
}

/**
 * Checks a raw EIP-1559 L2 transaction by the codec (TX_*) and against the pending state (TX_NONCE_TOO_LOW,
 * TX_NONCE_GAP, TX_UNKNOWN_SENDER, TX_BALANCE, TX_UNDERPRICED, TX_PRIORITY_FEE, TX_GAS_LIMIT) and puts it into
 * the pool.
 */
export async function submit(
  node: Node,
  mempool: Mempool,
  raw: Hex,
  { baseFee = DEFAULT_BASE_FEE }: Pick<BuildOptions, "baseFee"> = {},
): Promise<Submitted> {
  const chainId = node.chain.book.l2ChainId;
  const record = recordFromRaw(raw, chainId);
  const hash = transactionHash(record, chainId);
  const sender = recoverSender(record, chainId);
  const answer = { hash, sender: toAddress(sender), nonce: record.nonce };

  return await mempool.exclusively(async () => {
    if (await mempool.has(hash)) return { ...answer, known: true };
    await node.derivation.sync();
    const { waiting } = poolStatus(node, await mempool.list());
    const state = pendingState(
      node,
      waiting.map((transaction) => transaction.raw),
      baseFee,
    );
    const taken = waiting.find(({ raw: other }) => sameNonce(other, sender, record.nonce, chainId));
    if (taken !== undefined) fail("TX_NONCE_TAKEN", { nonce: record.nonce, by: taken.hash });
    // Void words have no sender; the checks below say why they would be void.
    checkAgainst(state, record, { ...wordsOfRecord(record, chainId, baseFee), sender }, baseFee);
    await mempool.add(hash, rawFromRecord(record, chainId));
    return { ...answer, known: false };
  });
}

function sameNonce(raw: Hex, sender: bigint, nonce: bigint, chainId: bigint): boolean {
  const record = recordFromRaw(raw, chainId);
  return record.nonce === nonce && recoverSender(record, chainId) === sender;
}

export interface Committed {
  readonly id: Hex;
  readonly number: bigint;
  readonly segments: number;
  readonly queueItems: number;
  readonly transactions: readonly Hex[];
  readonly receipt: Receipt;
}

/** Sends a built batch as it is. The bond must be there already. */
export async function commitBatch(node: Node, signer: Signer, built: BuiltBatch): Promise<Committed> {
  const { parent, header, checkpoints, segments, transactions } = built;
  const data = segments.flatMap((one) => (one.source === "data" ? [hexlify(one.bytes)] : []));
  const items = segments.flatMap((one) => (one.source === "queue" ? one.items : []));
  const { rollup } = withSigner(node.chain, signer);
  const expected = batchId({ header, counter: built.counter });
  const receipt = await send(node.chain, `the commit of batch ${header.number}, ${expected}`, () =>
    rollup.commit(parent, header, [...checkpoints], data),
  );
  const committed = receipt.logs
    .map((log) => rollup.interface.parseLog({ topics: [...log.topics], data: log.data }))
    .find((log) => log?.name === "BatchCommitted");
  const id = String(committed?.args[1] ?? expected);
  return {
    id,
    number: header.number,
    segments: segments.length,
    queueItems: items.length,
    transactions,
    receipt,
  };
}

/**
 * The clock of the block that a commit would get into. A local chain makes no block while nobody sends anything, but its time
 * goes on.
 */
async function nextLook({ chain }: Node): Promise<{ readonly time: bigint; readonly pausedUntil?: bigint }> {
  const look = () => chain.contracts.clock.look({ blockTag: "pending" });
  const { now_: time, paused, until } = await read(chain, "Clock.look", look);
  return paused ? { time, pausedUntil: until } : { time };
}

/** First second of wall time in which the account may commit, if no pause comes; 0: it could be the next block's. */
export async function turnFrom(node: Node, account: Hex): Promise<bigint> {
  const { view, chain } = node.derivation;
  const turn = turnOf(view, account, chain.book.parameters);
  if (view.time >= turn || (await nextLook(node)).time >= turn) return 0n;
  return wallOf(view.pauses, turn);
}

/** Throws CLOCK_PAUSED or NOT_YOUR_TURN: L1 would refuse whatever is built. */
async function checkTurn(node: Node, account: Hex): Promise<void> {
  const { view, chain } = node.derivation;
  const { pausedUntil } = view.paused ? await nextLook(node) : {};
  if (pausedUntil !== undefined) fail("CLOCK_PAUSED", { until: pausedUntil });
  const until = await turnFrom(node, account);
  if (until > 0n) fail("NOT_YOUR_TURN", { primary: chain.book.parameters.primary, until });
}

export interface SequenceOptions extends BuildOptions {
  readonly checks?: CheckPolicy;
}

/**
 * One turn of the sequencer, under the pool's lock: sync, take up what a rollback freed, forget what is final or hopeless,
 * build, check, commit. Throws NOT_YOUR_TURN while another account has priority, CLOCK_PAUSED in a pause, before building.
 */
export async function sequence(
  node: Node,
  mempool: Mempool,
  signer: Signer,
  options: SequenceOptions = {},
): Promise<Committed> {
  const account = await signer.getAddress();
  return await mempool.exclusively(async () => {
    await node.derivation.sync();
    await checkTurn(node, account);
    await takeUpDead(node, mempool, options);
    const { waiting, settled } = poolStatus(node, await mempool.list());
    const gone = [...settled, ...hopelessOf(node, waiting, options)];
    await mempool.remove(gone.map(({ hash }) => hash));
    const built = buildBatch(node, waiting, options);
    await checkBatch(node, built, options.checks);
    const committed = await commitBatch(node, signer, built);
    await node.derivation.sync();
    return committed;
  });
}

export interface FallbackOptions {
  /** Between two looks at L1; default 5000. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  /** Told before each wait: the wall time in which the turn comes as things stand. */
  readonly onWait?: (until: bigint) => void;
}

const DEFAULT_INTERVAL_MS = 5000;

/** As `sequence`, but waits for its turn and for the end of a pause. Rethrows when the signal aborts. */
export async function sequenceInTurn(
  node: Node,
  mempool: Mempool,
  signer: Signer,
  options: SequenceOptions = {},
  { intervalMs = DEFAULT_INTERVAL_MS, signal, onWait }: FallbackOptions = {},
): Promise<Committed> {
  for (;;) {
    try {
      return await sequence(node, mempool, signer, options);
    } catch (error) {
      const early = isLuntraError(error, "NOT_YOUR_TURN") || isLuntraError(error, "CLOCK_PAUSED");
      if (!early || signal?.aborted) throw error;
      onWait?.(error.args.until);
    }
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
