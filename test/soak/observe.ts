// What happens to lies and challenges during a soak, seen from L1, and what watchtowers spent in vain.

import { setTimeout as sleep } from "node:timers/promises";
import type { Hex } from "../../src/chain/types.ts";
import type { Node } from "../../src/node/node.ts";
import type { SoakNetwork } from "./network.ts";

interface Times {
  readonly count: number;
  readonly medianSeconds: number;
  readonly mostSeconds: number;
}

export interface Disputes {
  /** From a lie's first sight on L1 to its rollback; those that a reorg took are not counted. */
  readonly lies: Times;
  /** From a challenge's first sight to its end. */
  readonly challenges: Times;
}

const LOOK_MS = 500;

/** Looks until the signal aborts. */
export async function followDisputes(node: Node, signal: AbortSignal): Promise<Disputes> {
  const seen = new Map<string, number>();
  const ended = new Map<string, number>();
  const note = (name: string, isOver: boolean) => {
    const now = performance.now();
    if (!seen.has(name)) seen.set(name, now);
    if (isOver && !ended.has(name)) ended.set(name, (now - (seen.get(name) ?? now)) / 1000);
  };
  while (!signal.aborted) {
    const view = await node.derivation.sync().catch(() => undefined);
    for (const { id } of view?.live.slice(1) ?? []) if (isWrong(node, id)) note(`lie ${id}`, false);
    for (const { id } of view?.dead ?? []) note(`lie ${id}`, true);
    for (const { challenges } of view?.disputes.values() ?? []) {
      for (const { id, segment, outcome } of challenges)
        note(`challenge ${id} ${segment}`, outcome !== "open");
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
  const times = (kind: string): Times => {
    const all = [...ended].filter(([name]) => name.startsWith(kind)).map(([, seconds]) => seconds);
    const sorted = all.sort((a, b) => a - b).map((seconds) => Math.round(seconds * 10) / 10);
    return {
      count: sorted.length,
      medianSeconds: sorted[Math.floor(sorted.length / 2)] ?? 0,
      mostSeconds: sorted.at(-1) ?? 0,
    };
  };
  return { lies: times("lie"), challenges: times("challenge") };
}

function isWrong(node: Node, id: Hex): boolean {
  try {
    return node.execute(id).wrong !== undefined;
  } catch {
    return false; // An ancestor is: that one counts.
  }
}

/** Of the watchtowers' transactions that L1 took and refused. */
export async function wastedGas({
  l1,
  watchers,
}: SoakNetwork): Promise<{ transactions: number; gas: number }> {
  const own = new Set(await Promise.all(watchers.map(async (one) => (await one.getAddress()).toLowerCase())));
  let [transactions, gas] = [0, 0n];
  for (let number = l1.book.fromBlock; number <= (await l1.provider.getBlockNumber()); number++) {
    const block = await l1.provider.getBlock(number, true);
    for (const { from, hash } of block?.prefetchedTransactions ?? []) {
      if (!own.has(from.toLowerCase())) continue;
      const receipt = await l1.provider.getTransactionReceipt(hash);
      if (receipt === null || receipt.status === 1) continue;
      transactions += 1;
      gas += receipt.gasUsed;
    }
  }
  return { transactions, gas: Number(gas) };
}
