// Shares a machine between proofs: at most so many at once, in order of arrival, each can be cancelled.

import { fail } from "../errors.ts";

export interface ProverPool {
  /** Runs the job when its turn comes. An abort takes it out of the queue, or aborts the running job's signal. */
  run<T>(job: (signal: AbortSignal) => Promise<T>, signal?: AbortSignal): Promise<T>;
  readonly running: number;
  readonly waiting: number;
  /** From now on so many at once; what runs goes on. */
  resize(concurrency: number): void;
  /** Aborts everything, running and waiting; the pool can be used again afterwards. */
  cancel(): void;
}

export function openProverPool(size: number): ProverPool {
  let concurrency = size;
  const queue: (() => void)[] = [];
  let controller = new AbortController();
  let running = 0;

  const turn = (signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const start = () => {
        signal.removeEventListener("abort", leave);
        running++;
        resolve();
      };
      const leave = () => {
        queue.splice(queue.indexOf(start), 1);
        reject(signal.reason);
      };
      if (running < concurrency) start();
      else {
        queue.push(start);
        signal.addEventListener("abort", leave, { once: true });
      }
    });

  return {
    get running() {
      return running;
    },
    get waiting() {
      return queue.length;
    },
    resize(its) {
      concurrency = its;
      while (running < concurrency && queue.length > 0) queue.shift()?.();
    },
    async run(job, signal) {
      const either = AbortSignal.any([controller.signal, ...(signal === undefined ? [] : [signal])]);
      let started = false;
      try {
        either.throwIfAborted();
        await turn(either);
        started = true;
        return await untilAborted(job(either), either);
      } catch (error) {
        if (either.aborted) fail("PROVER_CANCELLED", {}, error);
        throw error;
      } finally {
        if (started) {
          running--;
          if (running < concurrency) queue.shift()?.();
        }
      }
    },
    cancel() {
      controller.abort();
      controller = new AbortController();
    },
  };
}

/** A job that does not heed its signal is not waited for. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort(); // By the job itself, before it returned.
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}
