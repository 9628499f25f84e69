// Proof jobs in the database: nodes ask, provers take them. One segment of one batch for one beneficiary is one job, however
// often and by whomever it is asked for; its proof, once stored, is the answer to whoever asks again.

import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { getBytes, hexlify } from "ethers";
import type { JobWithMetadata } from "pg-boss";
import { fail, isLuntraError, LuntraError } from "../errors.ts";
import type { SegmentRun } from "../prover/proof-system.ts";
import type { Store } from "../store/index.ts";
import { type JobReport, reportOf } from "./report.ts";
import { type Boss, type BossOptions, JOB_TABLE, openBoss, QUEUE } from "./boss.ts";
import { encodeJob, type JobDeployment, type JobPayload } from "./payload.ts";
import { priorityOf, type Purpose } from "./priority.ts";

export interface ProofKey {
  readonly batchId: string;
  readonly segment: number;
  readonly beneficiary: string;
}

export interface Wanted {
  readonly purpose: Purpose;
  readonly deadline: Date;
}

export interface ResultOptions {
  readonly signal?: AbortSignal | undefined;
  readonly pollMs?: number;
}

export interface JobsOptions extends BossOptions {
  /** A job whose prover has not been heard of for so long is another one's. */
  readonly silenceMs?: number;
  /** What went wrong in the background. */
  readonly onTrouble?: (error: unknown) => void;
}

export type Attempt = JobWithMetadata<JobPayload>;

/** What a failed try leaves for those who wait. */
interface Failure {
  readonly code: string;
  readonly message: string;
}

const POLL_MS = 500;
const SILENCE_MS = 5_000;

export async function openJobs(
  store: Store,
  deployment: JobDeployment,
  { silenceMs = SILENCE_MS, onTrouble = () => undefined, ...options }: JobsOptions = {},
): Promise<ProofJobs> {
  return new ProofJobs(store, deployment, await openBoss(store, options, onTrouble), silenceMs);
}

export class ProofJobs {
  readonly deployment: JobDeployment;
  readonly #store: Store;
  readonly #boss: Boss["boss"];
  readonly #transaction: Boss["transaction"];
  readonly #silenceMs: number;

  constructor(store: Store, deployment: JobDeployment, { boss, transaction }: Boss, silenceMs: number) {
    this.deployment = deployment;
    this.#store = store;
    this.#boss = boss;
    this.#transaction = transaction;
    this.#silenceMs = silenceMs;
  }

  /** Asks for a proof; at most makes it more urgent if it is asked for already, and tries anew what had failed. */
  async enqueue(run: SegmentRun, { purpose, deadline }: Wanted): Promise<void> {
    const { context } = run;
    if ((await this.stored(context)) !== undefined) return;
    const id = idOf(context);
    const priority = priorityOf(purpose, deadline);
    const payload = encodeJob(this.deployment, run);
    await this.#transaction(async () => {
      if ((await this.#boss.send(QUEUE, payload, { id, priority })) !== null) return;
      const known = await this.#boss.getJobById(QUEUE, id);
      if (known === null) return;
      if (known.state === "created" || known.state === "retry") {
        if (known.priority < priority) await this.#boss.update(QUEUE, undefined, { id, priority });
      } else if (known.state !== "active") {
        await this.#boss.deleteJob(QUEUE, id);
        await this.#boss.send(QUEUE, payload, { id, priority });
      }
    });
  }

  /** The proof, if there is one. */
  async stored({ batchId, segment, beneficiary }: ProofKey): Promise<Uint8Array | undefined> {
    const row = await this.#store.db
      .selectFrom("proofs")
      .select("proof")
      .where("batch", "=", lower(batchId))
      .where("segment", "=", segment)
      .where("beneficiary", "=", lower(beneficiary))
      .executeTakeFirst();
    return row && getBytes(row.proof);
  }

  /**
   * Waits for a proof that was asked for, also while the database is gone. Throws PROOF_JOB_FAILED when its tries are over,
   * PROVER_CANCELLED if it was cancelled, or `signal` aborts.
   */
  async result(key: ProofKey, { signal, pollMs = POLL_MS }: ResultOptions = {}): Promise<Uint8Array> {
    for (;;) {
      if (signal?.aborted) fail("PROVER_CANCELLED", {});
      const proof = await this.#look(key).catch((error: unknown) => {
        if (!isLuntraError(error, "STORE_UNAVAILABLE")) throw error;
      });
      if (proof !== undefined) return proof;
      await sleep(pollMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
    }
  }

  /** How many there are that are not forgotten yet, by state: created, retry, active, completed, failed, cancelled. */
  async counts(): Promise<Readonly<Record<string, number>>> {
    const { rows } = await this.#store.raw(
      `select state::text as state, count(*)::int as jobs from ${JOB_TABLE} where name = $1 group by state`,
      [QUEUE],
    );
    return Object.fromEntries(rows.map(({ state, jobs }) => [state, Number(jobs)]));
  }

  /** Those that are worked on, those that wait, the most urgent first, and those that ended last; at most so many. */
  async report(most: number): Promise<readonly JobReport[]> {
    const { rows } = await this.#store.raw(
      `select id::text, state::text, priority, retry_count, data->'about' as about, output,
         extract(epoch from created_on)::float8 as created, extract(epoch from started_on)::float8 as started,
         extract(epoch from completed_on)::float8 as ended
       from ${JOB_TABLE} where name = $1
       order by state <> 'active', state not in ('created', 'retry'), completed_on desc nulls first, priority desc, id
       limit $2`,
      [QUEUE, most],
    );
    return rows.map(reportOf);
  }

  /** Milliseconds that the last proofs took, on average; undefined if there is none. */
  async typicalMs(): Promise<number | undefined> {
    const { rows } = await this.#store.raw(
      `select avg(proving_ms)::float8 as ms from
         (select proving_ms from proofs order by created_at desc limit 20) as latest`,
    );
    const { ms } = rows[0] ?? {};
    return ms == null ? undefined : Number(ms);
  }

  /** By the database's clock; 0 if none waits. */
  async oldestWaitSeconds(): Promise<number> {
    const { rows } = await this.#store.raw(
      `select coalesce(extract(epoch from now() - min(created_on)), 0)::float8 as seconds from ${JOB_TABLE}
       where name = $1 and state in ('created', 'retry')`,
      [QUEUE],
    );
    return Number(rows[0]?.seconds ?? 0);
  }

  /** Takes it from whoever waits for it or proves it. */
  async cancel(key: ProofKey): Promise<void> {
    await this.#boss.cancel(QUEUE, idOf(key));
  }

  /** Stops background work; the store stays open. */
  async close(): Promise<void> {
    await this.#boss.stop({ graceful: false, close: false });
  }

  // What provers do.

  /** The most urgent job that nobody has. `worker` is for those who look on. */
  async claim(worker = "somebody"): Promise<Attempt | undefined> {
    await this.#takeBackSilent();
    const [attempt] = await this.#boss.fetch<JobPayload>(QUEUE, { includeMetadata: true });
    if (attempt !== undefined) await this.#note(attempt, worker);
    return attempt;
  }

  /** Where the result will stand. */
  async #note({ id }: Attempt, worker: string): Promise<void> {
    await this.#store.raw(
      `update ${JOB_TABLE} set output = jsonb_build_object('worker', $3::text)
       where name = $1 and id = $2::uuid and state = 'active'`,
      [QUEUE, id, worker],
    );
  }

  /** Says that the job's prover lives. Returns whether the job is still its. */
  async heartbeat(attempt: Attempt): Promise<boolean> {
    return affected(await this.#boss.touch(QUEUE, attempt));
  }

  /** Stores the proof and ends the job, both or neither. A proof stays a proof if the job was taken away meanwhile. */
  async finish({ id }: Attempt, key: ProofKey, proof: Uint8Array, provingMs: number): Promise<void> {
    const { batchId, segment, beneficiary } = key;
    await this.#transaction(async (trx) => {
      await trx
        .insertInto("proofs")
        .values({
          batch: lower(batchId),
          segment,
          beneficiary: lower(beneficiary),
          proof: hexlify(proof) as `0x${string}`,
          proving_ms: Math.round(provingMs),
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      await this.#boss.complete(QUEUE, id, null);
    });
  }

  /** Another try follows, after a while, as long as there are any left. Returns whether there are. */
  async failed(attempt: Attempt, error: unknown): Promise<boolean> {
    const code = isLuntraError(error) ? error.code : "UNEXPECTED";
    const failure: Failure = { code, message: error instanceof Error ? error.message : String(error) };
    await this.#boss.fail(QUEUE, attempt, failure);
    return attempt.retryCount < attempt.retryLimit;
  }

  /** Puts a job back as if it had not been tried. */
  async handBack(attempt: Pick<Attempt, "id" | "retryCount" | "priority" | "data">): Promise<void> {
    const { id, priority, data } = attempt;
    await this.#transaction(async () => {
      if (!affected(await this.#boss.deleteJob(QUEUE, attempt))) return;
      await this.#boss.send(QUEUE, data, { id, priority });
    });
  }

  /** By the database's clock alone. */
  async #takeBackSilent(): Promise<void> {
    const { rows } = await this.#store.raw(
      `select id, retry_count as "retryCount", priority, data from ${JOB_TABLE}
       where name = $1 and state = 'active' and heartbeat_on < now() - $2 * interval '1 millisecond'`,
      [QUEUE, this.#silenceMs],
    );
    for (const row of rows) await this.handBack(row as unknown as Attempt);
  }

  async #look(key: ProofKey): Promise<Uint8Array | undefined> {
    const proof = await this.stored(key);
    if (proof !== undefined) return proof;
    const job = await this.#boss.getJobById<JobPayload>(QUEUE, idOf(key));
    if (job?.state === "failed") throw failureOf(key, job);
    if (job?.state === "cancelled" || job === null) fail("PROVER_CANCELLED", {});
    return undefined;
  }
}

function failureOf({ batchId, segment }: ProofKey, { retryCount, output }: Attempt): LuntraError {
  const { code, message } = output as Partial<Failure>;
  const reason = message ?? code ?? JSON.stringify(output);
  return new LuntraError("PROOF_JOB_FAILED", { id: batchId, segment, tries: retryCount + 1, reason });
}

/** Of the form of a UUID, which pg-boss wants. */
export function idOf({ batchId, segment, beneficiary }: ProofKey): string {
  const text = [lower(batchId), segment, lower(beneficiary)].join(" ");
  const hex = createHash("sha256").update(text).digest("hex");
  return hex.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-8$3-8$4-$5");
}

function lower(text: string): `0x${string}` {
  return text.toLowerCase() as `0x${string}`;
}

/** pg-boss's answer counts the rows, whatever its type says. */
function affected(response: object): boolean {
  return "affected" in response && Number(response.affected) > 0;
}
