// A prover that asks a pool of workers first and proves by itself when they fail, take too long, or have been asked for the same
// proof before: a pool that others run must not keep a watchtower from acting.

import type { Prover } from "../node/segment-run.ts";

export interface FallbackOptions {
  /** So long the pool has for a proof. */
  readonly patienceMs: number;
  readonly onFallback: (error: unknown) => void;
}

/** Places whose proof was asked for, at most. */
const MOST = 10_000;

export function withFallback(
  pool: Prover,
  here: Prover,
  { patienceMs, onFallback }: FallbackOptions,
): Prover {
  const asked = new Set<string>();
  return {
    async prove(run, signal) {
      const { batchId, segment } = run.context;
      const place = `${batchId}:${segment}`;
      if (asked.size > MOST) asked.clear();
      if (asked.has(place)) return await here.prove(run, signal);
      asked.add(place);
      const patience = AbortSignal.timeout(patienceMs);
      try {
        return await pool.prove(run, signal === undefined ? patience : AbortSignal.any([signal, patience]));
      } catch (error) {
        if (signal?.aborted) throw error;
        onFallback(error);
        return await here.prove(run, signal);
      }
    },
  };
}
