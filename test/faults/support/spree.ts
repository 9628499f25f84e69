// A run of everything at once, transactions, deposits, withdrawals and frivolous challenges, while somebody kills the nodes at
// random instants and starts them again.

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { disputeOf, pendingOf } from "../../../src/chain/view.ts";
import { depositEth, force } from "../../../src/node/bridge.ts";
import { challenge } from "../../../src/node/dispute.ts";
import type { Node } from "../../../src/node/node.ts";
import { ETHER, l2Wallet } from "../../support/node-harness.ts";
import { type Audited, audit } from "./audit.ts";
import { ask, Customer } from "./customer.ts";
import type { L1 } from "./l1.ts";
import type { NodeProcess } from "./nodes.ts";

export interface SpreeOptions {
  readonly kills: number;
  /** The same seed kills after the same pauses. */
  readonly seed: number;
  /** From when a node can be asked, or from its start, to its end, at most. */
  readonly lifeMs: number;
}

export interface Spree extends Audited {
  readonly acknowledged: number;
  readonly slowestMs: number;
}

const CUSTOMERS = 3;
const SETTLE_MS = 90_000;

/** The nodes run when it begins, and when it ends; all that has to hold has been checked then. */
export async function spree(
  l1: L1,
  nodes: readonly NodeProcess[],
  { kills, seed, lifeMs }: SpreeOptions,
): Promise<Spree> {
  const wallets = Array.from({ length: CUSTOMERS }, (_, i) => l2Wallet(`customer ${i}`));
  const observer = await l1.open();
  for (const { address } of wallets) await depositEth(observer, l1.user, ETHER, address);
  const urls = nodes.map(({ url }) => url);
  const customers = wallets.map((wallet, i) => new Customer(l1.book.l2ChainId, wallet, urls, i));
  const stopping = new AbortController();
  const running = [
    ...customers.map((one, i) => one.run(wallets[(i + 1) % CUSTOMERS]?.address ?? "", 15)),
    useTheBridge(l1, await l1.open(), stopping.signal),
    quarrel(l1, await l1.open(), stopping.signal),
  ];
  const failed = Promise.all(running).then(() => new Promise<never>(() => undefined));
  try {
    await Promise.race([killAll(), failed]);
  } finally {
    stopping.abort();
    for (const one of customers) one.stop();
    await Promise.allSettled(running);
  }
  await Promise.all(running);
  await settled();
  const acknowledged = customers.flatMap((one) => one.acknowledged);
  const slowestMs = Math.max(...customers.map((one) => one.slowestMs));
  return { ...(await audit(l1, acknowledged)), acknowledged: acknowledged.length, slowestMs };

  async function killAll(): Promise<void> {
    await Promise.all(nodes.map((node, i) => killOne(node, mulberry32(seed + i), kills / nodes.length)));
    await Promise.all(nodes.map((node) => node.ready()));
  }

  /** One time in four it dies before it is up. */
  async function killOne(node: NodeProcess, random: () => number, times: number): Promise<void> {
    for (let i = 0; i < times; i++) {
      const [pause, dice] = [random() * lifeMs, random()];
      if (dice < 0.75) await node.ready();
      await sleep(pause);
      if (stopping.signal.aborted) return;
      await node.kill();
      node.spawn();
      const { dead } = await observer.derivation.sync();
      expect(dead.length, `batches that died until kill ${i} of ${node.name}`).to.equal(0);
    }
  }

  /** Waits until L1 has everything and every challenge is answered. */
  async function settled(): Promise<void> {
    const hashes = customers.flatMap((one) => one.acknowledged.slice(-1));
    const isSafe = async (url: string, hash: string) => {
      const { stage } = ((await ask(url, "luntra_finality", hash))?.result ?? {}) as { stage?: string };
      return stage === "safe" || stage === "challenged" || stage === "finalized";
    };
    for (const deadline = Date.now() + SETTLE_MS; ; await sleep(100)) {
      const view = await observer.derivation.sync();
      const open = [...view.disputes.values()].some(({ challenges }) =>
        challenges.some(({ outcome }) => outcome === "open"),
      );
      const safe = await Promise.all(urls.flatMap((url) => hashes.map((hash) => isSafe(url, hash))));
      if (!open && safe.every((one) => one)) return;
      if (Date.now() > deadline) {
        const last = nodes.map(({ name, lines }) => `${name}: ${lines.slice(-4).join(" | ")}`).join("\n");
        throw new Error(`expected everything to be safe and answered within ${SETTLE_MS} ms\n${last}`);
      }
    }
  }
}

/** Deposits and forced withdrawals. */
async function useTheBridge(l1: L1, node: Node, signal: AbortSignal): Promise<void> {
  const me = await l1.user.getAddress();
  await depositEth(node, l1.user, ETHER, me);
  for (let i = 0; !signal.aborted; i++) {
    if (i % 3 === 2) await force(node, l1.user, { kind: "withdraw", recipient: me, amount: 10n ** 15n });
    else await depositEth(node, l1.user, 10n ** 16n, l2Wallet(`customer ${i % CUSTOMERS}`).address);
    await sleep(700, undefined, { signal }).catch(() => undefined);
  }
}

/** Challenges right segments for nothing: each has to be answered. */
async function quarrel(l1: L1, node: Node, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(1_500, undefined, { signal }).catch(() => undefined);
    const view = await node.derivation.sync();
    const last = pendingOf(view).findLast(({ id }) => disputeOf(view, id).challenges.length === 0);
    if (last !== undefined) await challenge(node, l1.challenger, last.id, 0, { unchecked: true });
  }
}

/** A small generator of numbers in [0, 1) that a seed determines. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
