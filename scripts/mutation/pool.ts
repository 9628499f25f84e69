// Worker processes: each has one order at a time, and is replaced when it takes too long or grows old.

import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { MUTANT_VARIABLE } from "./config.ts";
import type { Order, Outcome, Reply } from "./worker.ts";

/** Each run leaves some memory behind. */
const ORDERS_A_PROCESS = 60;

/** The order was not carried out in time, or took its process down: an endless loop, too much memory. */
export class NoReply extends Error {}

export class Worker {
  #process: ChildProcess | undefined;
  #orders = 0;

  /**
   * @throws NoReply after `seconds`, or if the process ends
   * @throws Error with what the worker says went wrong
   */
  async run(order: Order, seconds: number): Promise<Outcome> {
    const child = this.#ready();
    let timer: NodeJS.Timeout | undefined;
    try {
      const reply = await new Promise<Reply>((resolve, reject) => {
        timer = setTimeout(() => reject(new NoReply(`no reply in ${seconds} s`)), seconds * 1000);
        child.once("message", (message) => resolve(message as Reply));
        child.once("exit", (code) => reject(new NoReply(`the process ended with ${code}`)));
        child.send(order);
      });
      if ("error" in reply) throw new Error(reply.error);
      return reply.outcome;
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      clearTimeout(timer);
      child.removeAllListeners();
    }
  }

  stop(): void {
    this.#process?.kill("SIGKILL");
    this.#process = undefined;
  }

  #ready(): ChildProcess {
    if (this.#orders >= ORDERS_A_PROCESS) this.stop();
    if (this.#process === undefined) {
      this.#orders = 0;
      this.#process = fork(join(import.meta.dirname, "worker.ts"), {
        stdio: ["ignore", "ignore", "inherit", "ipc"],
      });
    }
    this.#orders += 1;
    return this.#process;
  }
}

/**
 * Runs the mocha tests that compare with the model.
 * @throws NoReply after `seconds`, or if the process ends
 */
export async function runMocha(folder: string, what: number, seconds: number): Promise<Outcome> {
  const child = fork(join(import.meta.dirname, "mocha.ts"), {
    cwd: folder,
    env: { ...process.env, [MUTANT_VARIABLE]: String(what) },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Outcome>((resolve, reject) => {
      timer = setTimeout(() => reject(new NoReply(`no reply in ${seconds} s`)), seconds * 1000);
      child.once("message", (message) => resolve(message as Outcome));
      child.once("exit", (code) => reject(new NoReply(`the process ended with ${code}`)));
    });
  } finally {
    clearTimeout(timer);
    child.kill("SIGKILL");
  }
}

/** Does the work of each item, with as many at a time as there are workers. */
export async function withWorkers<T>(
  items: readonly T[],
  workers: number,
  work: (item: T, worker: Worker) => Promise<void>,
): Promise<void> {
  const left = [...items];
  await Promise.all(
    Array.from({ length: Math.min(workers, items.length) }, async () => {
      const worker = new Worker();
      try {
        for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item, worker);
      } finally {
        worker.stop();
      }
    }),
  );
}
