// The sequencer: accept transactions, build a batch, cross-check it, commit it.

import { hexlify, type Signer } from "ethers";
import { type Receipt, send, withSigner } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
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
import { poolStatus, takeUpDead } from "./pool-status.ts";

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
 * One turn of the sequencer, under the pool's lock: sync, take up what a rollback freed, forget what is final, build,
 * check, commit.
 */
export async function sequence(
  node: Node,
  mempool: Mempool,
  signer: Signer,
  options: BuildOptions & { readonly checks?: CheckPolicy } = {},
): Promise<Committed> {
  return await mempool.exclusively(async () => {
    await node.derivation.sync();
    await takeUpDead(node, mempool);
    const { waiting, settled } = poolStatus(node, await mempool.list());
    await mempool.remove(settled.map(({ hash }) => hash));
    const built = buildBatch(node, waiting, options);
    await checkBatch(node, built, options.checks);
    const committed = await commitBatch(node, signer, built);
    await node.derivation.sync();
    return committed;
  });
}
