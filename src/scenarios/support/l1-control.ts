// What nobody on stage can do to L1: choose its next second, hold blocks back, take a stretch of its history back.

import { type Provider, toQuantity } from "ethers";
import type { Hex } from "../../chain/types.ts";
import type { Actor, Name } from "./actors.ts";
import type { Stage } from "./stage.ts";

/** The stage's L1 is a chain in this process, whose provider takes the calls of such chains, too. */
type LocalProvider = Provider & { send(method: string, params: readonly unknown[]): Promise<unknown> };

async function rpc({ node }: Stage, method: string, ...params: unknown[]): Promise<unknown> {
  return await (node.chain.provider as LocalProvider).send(method, params);
}

/** L1's next block has just this timestamp: without a guardian the protocol's second. */
export async function nextBlockAt(stage: Stage, second: bigint): Promise<void> {
  await rpc(stage, "evm_setNextBlockTimestamp", toQuantity(second));
}

/** Timestamp of a block of L1. */
export async function secondOf({ node }: Stage, block: number): Promise<bigint> {
  const its = await node.chain.provider.getBlock(block);
  if (its === null) throw new RangeError(`expected block ${block} on L1`);
  return BigInt(its.timestamp);
}

/** L1's public pool while no block is made. */
export interface PublicPool {
  /** Calls a contract of the protocol. A higher tip, in wei a unit of gas, comes first in the block. */
  send(actor: Actor, to: Hex, data: Hex, tip: bigint): Promise<void>;
  /** The input of an actor's waiting transaction, as everybody sees it. */
  seen(actor: Actor): Promise<Hex>;
}

/** How a transaction of the block ended. */
export interface Ended {
  readonly who: Name | undefined;
  readonly taken: boolean;
}

/** More than any dispute call needs; nothing is estimated, so that what will revert is sent, too. */
const GAS = 8_000_000n;
const MAX_FEE = 100_000_000_000n;

/** Holds blocks back while transactions are sent, then makes one block of them. How each ended, in the block's order. */
export async function inOneBlock(
  stage: Stage,
  action: (pool: PublicPool) => Promise<void>,
): Promise<readonly Ended[]> {
  const { provider } = stage.node.chain;
  await rpc(stage, "evm_setAutomine", false);
  try {
    await action(publicPool(stage));
    await rpc(stage, "evm_mine");
  } finally {
    await rpc(stage, "evm_setAutomine", true);
  }
  const block = await provider.getBlock("latest");
  const receipts = (block?.transactions ?? []).map((hash) => provider.getTransactionReceipt(hash));
  return (await Promise.all(receipts)).map((receipt) => ({
    who: Object.values(stage.cast).find(({ address }) => address === receipt?.from.toLowerCase())?.name,
    taken: receipt?.status === 1,
  }));
}

function publicPool(stage: Stage): PublicPool {
  return {
    async send({ address }, to, data, tip) {
      const fees = { maxFeePerGas: toQuantity(MAX_FEE), maxPriorityFeePerGas: toQuantity(tip) };
      await rpc(stage, "eth_sendTransaction", { from: address, to, data, gas: toQuantity(GAS), ...fees });
    },
    async seen({ name, address }) {
      const waiting = (await rpc(stage, "eth_pendingTransactions")) as { from: Hex; input: Hex }[];
      const its = waiting.find(({ from }) => from.toLowerCase() === address);
      if (its === undefined) throw new RangeError(`expected a waiting transaction of the ${name}'s`);
      return its.input;
    },
  };
}

/** Plays something that then never happened: L1 goes back to where it was before. */
export async function inAnotherHistory<T>(stage: Stage, action: () => Promise<T>): Promise<T> {
  const before = await rpc(stage, "evm_snapshot");
  try {
    return await action();
  } finally {
    await rpc(stage, "evm_revert", before);
    await Promise.all([stage.node.derivation.sync(), stage.watchNode.derivation.sync()]);
  }
}
