// What tasks share that run until they are interrupted.

import { isAlive } from "../../src/process-alive.ts";

/** A terminal and npx both pass Ctrl-C on: so soon after the first, a second signal is the same one. */
const SAME_SIGNAL_MS = 2_000;
const PARENT_POLL_MS = 1_000;

/**
 * Resolves when the process is asked to end: Ctrl-C, SIGTERM, or the death of the process that started it (LUNTRA_PARENT). A
 * later signal ends it at once.
 */
export function interrupted(): Promise<string> {
  return new Promise((resolve) => {
    let first: number | undefined;
    const end = (why: string) => {
      if (first !== undefined && performance.now() - first > SAME_SIGNAL_MS) process.exit(1);
      first ??= performance.now();
      resolve(why);
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => end(signal));
    const parent = Number(process.env.LUNTRA_PARENT ?? 0);
    if (parent === 0) return;
    const watch = setInterval(() => {
      if (isAlive(parent)) return;
      clearInterval(watch);
      end(`process ${parent} is gone`);
    }, PARENT_POLL_MS);
    watch.unref();
  });
}
