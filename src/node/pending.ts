// The state that the next transaction will meet: the head, then the queue's new items, then the pool's transactions.

import { headOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import {
  applyRecord,
  BRIDGE_PREDEPLOY,
  flagsOf,
  gasOf,
  Kind,
  type RecordWords,
  recordFromRaw,
  type SignedRecord,
  type State,
  toAddress,
  wordsOfItems,
  wordsOfRecord,
} from "../model/index.ts";
import type { Node } from "./node.ts";

export function pendingState(node: Node, pool: readonly string[], baseFee: bigint): State {
  const { view, chain } = node.derivation;
  const head = headOf(view);
  const state = node.stateAfter(head.id);
  for (const item of view.queue.slice(Number(head.header.queueEnd))) {
    for (const words of wordsOfItems([item], 1)) applyRecord(state, words);
  }
  const { l2ChainId } = chain.book;
  for (const raw of pool)
    applyRecord(state, wordsOfRecord(recordFromRaw(raw, l2ChainId), l2ChainId, baseFee));
  return state;
}

/** Refuses what no state lets through: too little gas or fee; and ETH for the bridge without a call, which would be lost. */
export function checkTerms(record: SignedRecord, baseFee: bigint): void {
  const { kind, gasLimit, maxFee, priority, recipient } = record;
  if (gasLimit < gasOf(kind)) fail("TX_GAS_LIMIT", { least: gasOf(kind), actual: gasLimit });
  if (maxFee < baseFee) fail("TX_UNDERPRICED", { least: baseFee, actual: maxFee });
  if (priority > maxFee) fail("TX_PRIORITY_FEE", { maxFee, actual: priority });

  if (kind === Kind.transferEth && recipient === BRIDGE_PREDEPLOY) {
    fail("TX_TO_BRIDGE", { bridge: toAddress(BRIDGE_PREDEPLOY) });
  }
}

/** Refuses what would not execute: `checkTerms`, a wrong nonce, a balance that does not last. */
export function checkAgainst(state: State, record: SignedRecord, words: RecordWords, baseFee: bigint): void {
  checkTerms(record, baseFee);
  const { kind } = record;
  const { sender, nonce, fee, amount, token } = words;
  const { found, leaf } = state.tree.lookup(state.accountKey(sender));
  if (!found) fail("TX_UNKNOWN_SENDER", { sender: toAddress(sender) });
  if (nonce < leaf.hi) fail("TX_NONCE_TOO_LOW", { expected: leaf.hi, actual: nonce });
  if (nonce > leaf.hi) fail("TX_NONCE_GAP", { expected: leaf.hi, actual: nonce });

  const ofToken = flagsOf(kind).token;
  const neededEth = fee + (ofToken ? 0n : amount);
  if (leaf.lo < neededEth) {
    fail("TX_BALANCE", { what: "wei, fee included", needed: neededEth, available: leaf.lo });
  }
  const available = state.tokenBalance(token, sender);
  if (ofToken && available < amount) {
    fail("TX_BALANCE", { what: `token ${toAddress(token)}`, needed: amount, available });
  }
}
