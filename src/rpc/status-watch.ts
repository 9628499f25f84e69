// Tells those who subscribed when the node's status has changed: a few times a second at most, whatever happens.

import { statusOf } from "./status.ts";
import type { RpcContext } from "./context.ts";

const INTERVAL_MS = 250;

export interface StatusWatch {
  /** Told at once, and then whenever it has changed. Returns how to end it. */
  listen(listener: (status: object) => void): () => void;
  close(): void;
}

export function watchStatus(context: RpcContext): StatusWatch {
  const listeners = new Set<(status: object) => void>();
  let timer: NodeJS.Timeout | undefined;
  let told = "";

  function look(): void {
    const seen = keyOf(context);
    if (seen === told) return;
    told = seen;
    const status = statusOf(context);
    for (const listener of listeners) listener(status);
  }

  const rest = () => {
    clearInterval(timer);
    timer = undefined;
    told = "";
  };

  return {
    listen(listener) {
      listeners.add(listener);
      // Later: the client must know its subscription first.
      const first = setImmediate(() => listener(statusOf(context)));
      timer ??= setInterval(look, INTERVAL_MS).unref();
      return () => {
        clearImmediate(first);
        listeners.delete(listener);
        if (listeners.size === 0) rest();
      };
    },
    close() {
      listeners.clear();
      rest();
    },
  };
}

/** What makes a difference to somebody who looks on. The clock alone does not. */
function keyOf({ chain, node, pool, leading }: RpcContext): string {
  const { view } = node.derivation;
  const heads = (["latest", "safe", "finalized"] as const).map((tag) => chain.block(chain.number(tag))?.hash);
  return [view.l1.hash, view.paused, leading(), pool.counts.all, ...heads].join(" ");
}
