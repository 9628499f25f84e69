// Starts processes, waits until they say that they are ready, starts them again when they die, and stops them all.

import { type ChildProcess, spawn } from "node:child_process";
import { EventEmitter } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { fail } from "../errors.ts";

export interface ProcessSpec {
  readonly name: string;
  /** Program and arguments. */
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Whether a line of its output says that it is ready; ready at once if left out. */
  readonly ready?: (line: string) => boolean;
  /** Whether it is started again when it dies. If not, its death is `lost`. */
  readonly restart: boolean;
}

export interface SupervisorEvents {
  line: [name: string, line: string];
  started: [name: string, pid: number];
  died: [name: string, how: string];
  /** A process that is not started again is gone. */
  lost: [name: string];
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** A process that ran this long is not in a loop of crashes. */
const STEADY_MS = 30_000;
const READY_MS = 180_000;
const GRACE_MS = 15_000;
/** Of each output that are kept. */
const LINES = 1_000;

export class Supervisor {
  readonly events = new EventEmitter<SupervisorEvents>();
  readonly #running = new Map<string, ChildProcess>();
  readonly #keeping: Promise<void>[] = [];
  #stopping = false;

  /** The ids of the processes that run right now. */
  pids(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#running].map(([name, { pid }]) => [name, pid ?? 0]));
  }

  /** Runs it to its end; returns the JSON document that it prints. Throws PROCESS_FAILED with what it said on standard error. */
  async once(spec: ProcessSpec): Promise<unknown> {
    const { gone, output } = this.#spawn(spec);
    const how = await gone;
    if (how !== "exit code 0")
      fail("PROCESS_FAILED", { name: spec.name, how: `${how}: ${output.err.join("\n")}` });
    return JSON.parse(output.out.join("\n"));
  }

  /** Starts it and waits until it is ready. Throws PROCESS_FAILED if it dies before, or is not ready in three minutes. */
  async start(spec: ProcessSpec): Promise<void> {
    const first = this.#spawn(spec);
    const failed = first.gone.then((how) => fail("PROCESS_FAILED", { name: spec.name, how }));
    const late = sleep(READY_MS, undefined, { ref: false }).then(() =>
      fail("PROCESS_FAILED", { name: spec.name, how: `not ready after ${READY_MS / 1000} s` }),
    );
    failed.catch(() => undefined);
    late.catch(() => undefined);
    await Promise.race([first.ready, failed, late]);
    this.#keeping.push(this.#keep(spec, first.gone));
  }

  /** Asks one that is not started again to end, and waits. */
  async end(name: string): Promise<void> {
    const child = this.#running.get(name);
    if (child !== undefined) await end(child);
  }

  /** Asks all of them to end, the last one first, and kills those that do not in 15 s. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const [, child] of [...this.#running].reverse()) {
      await end(child);
    }
    await Promise.all(this.#keeping);
  }

  async #keep(spec: ProcessSpec, gone: Promise<string>): Promise<void> {
    let pause = FIRST_PAUSE_MS;
    for (let next = gone; ; ) {
      const since = Date.now();
      const how = await next;
      if (this.#stopping) return;
      this.events.emit("died", spec.name, how);
      if (!spec.restart) return void this.events.emit("lost", spec.name);
      pause = Date.now() - since > STEADY_MS ? FIRST_PAUSE_MS : Math.min(2 * pause, LONGEST_PAUSE_MS);
      await sleep(pause, undefined, { ref: false });
      if (this.#stopping) return;
      next = this.#spawn(spec).gone;
    }
  }

  #spawn({ name, command, env, cwd, ready }: ProcessSpec) {
    // Nobody would end it.
    if (this.#stopping) fail("PROCESS_FAILED", { name, how: "everything is being stopped" });
    const [program, ...args] = command;
    const child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Ctrl-C in a terminal is for this process, which ends them in order.
      detached: true,
    });
    this.#running.set(name, child);
    const isReady = Promise.withResolvers<void>();
    const output = { out: [] as string[], err: [] as string[] };
    for (const stream of ["out", "err"] as const) {
      const input = stream === "out" ? child.stdout : child.stderr;
      createInterface({ input }).on("line", (line) => {
        this.events.emit("line", name, line);
        output[stream].push(line);
        output[stream].splice(0, output[stream].length - LINES);
        if (ready?.(line)) isReady.resolve();
      });
    }
    if (ready === undefined) isReady.resolve();
    const gone = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("close", (code, signal) => {
        if (this.#running.get(name) === child) this.#running.delete(name);
        resolve(signal ?? `exit code ${code}`);
      });
    });
    if (child.pid !== undefined) this.events.emit("started", name, child.pid);
    return { ready: isReady.promise, gone, output };
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("close", resolve));
  const killer = setTimeout(() => child.kill("SIGKILL"), GRACE_MS);
  child.kill("SIGTERM");
  await gone;
  clearTimeout(killer);
}
