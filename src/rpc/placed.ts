// A block's transactions with what it takes the block to know: logs and the gas before them.

import type { Hex } from "../chain/types.ts";
import { eventsOf, type L2Event } from "../l2/events.ts";
import type { L2Block, L2Transaction } from "../l2/types.ts";
import { toQuantity } from "./json.ts";

export interface Log extends L2Event {
  readonly block: L2Block;
  readonly transaction: L2Transaction;
  readonly index: number;
}

export interface Placed {
  readonly transaction: L2Transaction;
  readonly logs: readonly Log[];
  readonly cumulativeGas: bigint;
}

const placed = new WeakMap<L2Block, readonly Placed[]>();

/** Worked out once a block. */
export function placedIn(block: L2Block): readonly Placed[] {
  const known = placed.get(block);
  if (known !== undefined) return known;
  let cumulativeGas = 0n;
  const fresh = block.transactions.map((transaction) => {
    cumulativeGas += transaction.gasUsed;
    const logs = eventsOf(transaction, block.place.batch).map(
      (event, i): Log => ({ ...event, block, transaction, index: transaction.logIndex + i }),
    );
    return { transaction, logs, cumulativeGas };
  });
  placed.set(block, fresh);
  return fresh;
}

export function logsOf(block: L2Block): readonly Log[] {
  return placedIn(block).flatMap(({ logs }) => logs);
}

export function formatLog({ address, topics, data, block, transaction, index }: Log, removed = false) {
  return {
    address,
    topics,
    data,
    blockNumber: toQuantity(block.number),
    blockHash: block.hash,
    blockTimestamp: toQuantity(block.timestamp),
    transactionHash: transaction.hash as Hex,
    transactionIndex: toQuantity(transaction.index),
    logIndex: toQuantity(index),
    removed,
  };
}
