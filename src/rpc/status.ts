// The node at a glance.

import { pauseAt } from "../chain/protocol-time.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import { BRIDGE_ADDRESS } from "../l2/events.ts";
import type { BlockTag } from "../l2/types.ts";
import type { RpcContext } from "./context.ts";

export function statusOf({ chain, node, pool, leading }: RpcContext) {
  const { view } = node.derivation;
  const { chainId, instance, addresses } = node.chain.book;
  const { rollup, bridge, challenges } = addresses;
  const { challengeWindow, provingWindow } = node.chain.book.parameters;
  const blockAt = (tag: BlockTag) => {
    const block = chain.block(chain.number(tag));
    return { number: block?.number ?? 0n, hash: block?.hash ?? null };
  };
  return {
    chainId: chain.chainId,
    instance,
    leading: leading(),
    head: blockAt("latest"),
    safe: blockAt("safe"),
    finalized: blockAt("finalized"),
    batches: { head: view.head, finalized: view.finalized },
    /** This machine's clock, in seconds. */
    now: Math.floor(Date.now() / 1000),
    windows: { challenge: challengeWindow, proving: provingWindow },
    l1: { chainId, ...view.l1, protocolTime: view.time, contracts: { rollup, bridge, challenges } },
    queue: view.queue.length,
    paused: view.paused,
    pausedUntil: pauseAt(view.pauses, view.l1.timestamp)?.until ?? null,
    frozen: view.frozen,
    openChallenges: openChallengesOf(view),
    pool: { size: pool.counts.all, baseFee: pool.baseFee, limits: pool.limits },
    bridge: BRIDGE_ADDRESS,
  };
}

export function openChallengesOf(view: View): number {
  const open = pendingOf(view).map(
    ({ id }) => disputeOf(view, id).challenges.filter(({ outcome }) => outcome === "open").length,
  );
  return open.reduce((sum, one) => sum + one, 0);
}
