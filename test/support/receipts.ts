// Whether anybody still waits for a transaction.

import { setTimeout as sleep } from "node:timers/promises";
import type { Node } from "../../src/node/node.ts";

const LONGER_THAN_A_LOOK_MS = 1_500;

/** How often receipts are asked for, by way of the node's provider, in a time in which who waits would. */
export async function receiptsAsked(node: Node): Promise<number> {
  const { provider } = node.chain as unknown as { provider: Record<string, (its: string) => unknown> };
  const real = provider.getTransactionReceipt?.bind(provider);
  let asked = 0;
  provider.getTransactionReceipt = (its) => {
    asked += 1;
    return real?.(its);
  };
  await sleep(LONGER_THAN_A_LOOK_MS);
  return asked;
}
