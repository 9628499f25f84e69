// Takes proof jobs and proves them. A worker is a loop of its own with a prover of its own; heartbeats come from here, which
// never computes, while provers are processes that may crash, hang or be killed. The database may go and come back.

import { setTimeout as sleep } from "node:timers/promises";
import { fail, isLuntraError } from "../errors.ts";
import type { Attempt, ProofJobs, ProofKey } from "./jobs.ts";
import { decodeJob, requireDeployment } from "./payload.ts";
import type { JobProver } from "./prover-process.ts";

export type WorkerEvent = { readonly worker: number } & (
  | ({ readonly event: "proving"; readonly try: number } & ProofKey)
  | ({ readonly event: "proved"; readonly ms: number } & ProofKey)
  | ({ readonly event: "lost" | "handed-back" } & ProofKey)
  | { readonly event: "failed"; readonly job: string; readonly error: unknown; readonly again: boolean }
  | { readonly event: "waiting"; readonly error: unknown }
);

export interface WorkersOptions {
  readonly workers: number;
  /** For those who look on, before the worker's number. */
  readonly name?: string;
  readonly openProver: () => JobProver;
  /** A proof that takes longer is given up. */
  readonly timeoutMs?: number;
  readonly pollMs?: number;
  readonly heartbeatMs?: number;
  readonly onEvent?: (event: WorkerEvent) => void;
}

export interface Workers {
  /** Of the provers that run. */
  readonly pids: readonly number[];
  /** Hands back what runs, and ends. */
  stop(): Promise<void>;
}

const TIMEOUT_MS = 15 * 60_000;
const POLL_MS = 500;
const HEARTBEAT_MS = 1_000;
/** How often a database that is gone is asked again. */
const RETRY_MS = 1_000;

export function startWorkers(jobs: ProofJobs, options: WorkersOptions): Workers {
  const stopping = new AbortController();
  const provers = Array.from({ length: options.workers }, () => options.openProver());
  const loops = provers.map((prover, worker) =>
    new Worker(jobs, prover, worker, options, stopping.signal).run(),
  );
  return {
    get pids() {
      return provers.map(({ pid }) => pid).filter((pid) => pid !== undefined);
    },
    async stop() {
      stopping.abort();
      await Promise.all(loops);
    },
  };
}

type Ending = "lost" | "stopped" | "overdue";

class Worker {
  readonly #jobs: ProofJobs;
  readonly #prover: JobProver;
  readonly #worker: number;
  readonly #options: WorkersOptions;
  readonly #stopping: AbortSignal;

  constructor(
    jobs: ProofJobs,
    prover: JobProver,
    worker: number,
    options: WorkersOptions,
    stopping: AbortSignal,
  ) {
    this.#jobs = jobs;
    this.#prover = prover;
    this.#worker = worker;
    this.#options = options;
    this.#stopping = stopping;
  }

  async run(): Promise<void> {
    while (!this.#stopping.aborted) {
      const attempt = await this.#patiently(() =>
        this.#jobs.claim(`${this.#options.name ?? "prover"}/${this.#worker}`),
      );
      if (attempt === undefined) await this.#pause(this.#options.pollMs ?? POLL_MS);
      else await this.#work(attempt);
    }
    this.#prover.close();
  }

  async #work(attempt: Attempt): Promise<void> {
    let key: ProofKey;
    let proof: Uint8Array;
    const started = performance.now();
    try {
      const { deployment, run } = decodeJob(attempt.data);
      key = run.context;
      requireDeployment(this.#jobs.deployment, deployment);
      this.#tell({ event: "proving", ...named(key), try: attempt.retryCount + 1 });
      const result = await this.#prove(attempt, key);
      if (result === "lost") return this.#tell({ event: "lost", ...named(key) });
      if (result === "stopped") return await this.#handBack(attempt, key);
      proof = result;
    } catch (error) {
      return await this.#failed(attempt, error);
    }
    const ms = Math.round(performance.now() - started);
    await this.#patiently(() => this.#jobs.finish(attempt, key, proof, ms));
    this.#tell({ event: "proved", ...named(key), ms });
  }

  async #failed(attempt: Attempt, error: unknown): Promise<void> {
    const again = await this.#patiently(() => this.#jobs.failed(attempt, error));
    this.#tell({ event: "failed", job: attempt.id, error, again: again ?? true });
  }

  /** Throws what the prover throws, and PROOF_OVERDUE. */
  async #prove(attempt: Attempt, key: ProofKey): Promise<Uint8Array | "lost" | "stopped"> {
    const ending = new AbortController();
    const end = (why: Ending) => () => ending.abort(why);
    const timeoutMs = this.#options.timeoutMs ?? TIMEOUT_MS;
    const timer = setTimeout(end("overdue"), timeoutMs);
    const stop = end("stopped");
    this.#stopping.addEventListener("abort", stop, { once: true });
    const beats = setInterval(
      () => void this.#beat(attempt, end("lost")),
      this.#options.heartbeatMs ?? HEARTBEAT_MS,
    );
    try {
      if (this.#stopping.aborted) return "stopped";
      return await this.#prover.prove(attempt.data, ending.signal);
    } catch (error) {
      const why = ending.signal.reason as Ending | undefined;
      if (why === "lost" || why === "stopped") return why;
      if (why === undefined) throw error;
      return fail(
        "PROOF_OVERDUE",
        { id: key.batchId, segment: key.segment, seconds: timeoutMs / 1000 },
        error,
      );
    } finally {
      clearTimeout(timer);
      clearInterval(beats);
      this.#stopping.removeEventListener("abort", stop);
    }
  }

  /** A database that does not answer says nothing about whose the job is. */
  async #beat(attempt: Attempt, lost: () => void): Promise<void> {
    const ours = await this.#jobs.heartbeat(attempt).catch(() => true);
    if (!ours) lost();
  }

  async #handBack(attempt: Attempt, key: ProofKey): Promise<void> {
    // If the database is gone, silence hands it back.
    await this.#jobs.handBack(attempt).catch(() => undefined);
    this.#tell({ event: "handed-back", ...named(key) });
  }

  /** Again and again while the database is gone, until the worker stops. What fails otherwise is left to other tries. */
  async #patiently<T>(action: () => Promise<T>): Promise<T | undefined> {
    for (;;) {
      try {
        return await action();
      } catch (error) {
        this.#tell({ event: "waiting", error });
        await this.#pause(RETRY_MS);
        if (this.#stopping.aborted || !isLuntraError(error, "STORE_UNAVAILABLE")) return undefined;
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#stopping }).catch(() => undefined);
  }

  #tell(
    event: WorkerEvent extends infer Event ? (Event extends unknown ? Omit<Event, "worker"> : never) : never,
  ): void {
    this.#options.onEvent?.({ worker: this.#worker, ...event } as WorkerEvent);
  }
}

function named({ batchId, segment, beneficiary }: ProofKey): ProofKey {
  return { batchId, segment, beneficiary };
}
