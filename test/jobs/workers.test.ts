// Real proofs by real processes, which are killed, stopped and left without a database.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isLuntraError, type LuntraError } from "../../src/errors.ts";
import {
  type JobProver,
  openJobs,
  type ProofJobs,
  proverProcess,
  remoteProver,
  startWorkers,
  type WorkerEvent,
  type Workers,
  type WorkersOptions,
} from "../../src/jobs/index.ts";
import { idOf } from "../../src/jobs/jobs.ts";
import { encodeJob } from "../../src/jobs/payload.ts";
import { openStore, serveStore, type Store } from "../../src/store/index.ts";
import { runScript } from "../support/child-process.ts";
import { onBothDatabases } from "../support/databases.ts";
import { startPostgres } from "../support/postgres-server.ts";
import { DEPLOYMENT, isProofOf, segmentOf, SPEC } from "./support.ts";

const CHILD = join(import.meta.dirname, "child.ts");
const FAST = { pollMs: 50, heartbeatMs: 200 };

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

/** Of a job whose tries are over. */
async function failureOf(proof: Promise<unknown>): Promise<LuntraError<"PROOF_JOB_FAILED">> {
  try {
    await proof;
  } catch (error) {
    if (isLuntraError(error, "PROOF_JOB_FAILED")) return error;
    throw error;
  }
  throw new Error("it was proven");
}

interface Pool {
  readonly jobs: ProofJobs;
  readonly workers: Workers;
  readonly events: WorkerEvent[];
  of<Name extends WorkerEvent["event"]>(name: Name): Extract<WorkerEvent, { event: Name }>[];
  happens(name: WorkerEvent["event"]): Promise<void>;
  close(): Promise<void>;
}

/** Starting a prover takes longer than a proof: most tests share two. Those that are killed come back by themselves. */
const warm = [proverProcess(SPEC), proverProcess(SPEC)];
after(() => {
  for (const prover of warm) prover.close();
});

function lend(prover: JobProver): JobProver {
  return {
    get pid() {
      return prover.pid;
    },
    prove: (payload, signal) => prover.prove(payload, signal),
    close: () => undefined,
  };
}

/** For tests in which no proof is finished, or the process's end is the point. */
const OWN = { openProver: () => proverProcess(SPEC) };

async function startPool(store: Store, options: Partial<WorkersOptions> = {}, retries = 3): Promise<Pool> {
  const jobs = await openJobs(store, DEPLOYMENT, { retries, silenceMs: 2_000 });
  const events: WorkerEvent[] = [];
  let next = 0;
  const workers = startWorkers(jobs, {
    workers: 1,
    openProver: () => lend(warm[next++ % warm.length] as JobProver),
    onEvent: (event) => events.push(event),
    ...FAST,
    ...options,
  });
  const of: Pool["of"] = (name) => events.filter(({ event }) => event === name) as never;
  return {
    jobs,
    workers,
    events,
    of,
    async happens(name) {
      while (of(name).length === 0) await sleep(10);
    },
    async close() {
      await workers.stop();
      await jobs.close();
    },
  };
}

onBothDatabases("Workers", (databases) => {
  it("share a batch by segment, and prove each segment once", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store, { workers: 2 });
    const prover = remoteProver(pool.jobs, { pollMs: 50 });
    const runs = await Promise.all([0, 1, 2, 3].map((segment) => segmentOf(segment)));
    // Twice over: whoever asks again shares the proof.
    const proofs = await Promise.all([...runs, ...runs].map((run) => prover.prove(run)));
    for (const [i, run] of runs.entries()) {
      expect(await isProofOf(run, proofs[i] as Uint8Array)).to.equal(true);
      expect(proofs[i + runs.length]).to.deep.equal(proofs[i]);
    }
    const proved = pool.of("proved");
    expect(proved.map(({ segment }) => segment).sort()).to.deep.equal([0, 1, 2, 3]);
    expect(new Set(proved.map(({ worker }) => worker)).size).to.equal(2);
    expect(pool.of("failed")).to.deep.equal([]);
    await pool.close();
  });

  it("go on when a prover is killed in the middle of a proof", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store);
    const run = await segmentOf(0);
    const proof = remoteProver(pool.jobs, { pollMs: 50 }).prove(run);
    await pool.happens("proving");
    await sleep(200);
    for (const pid of pool.workers.pids) process.kill(pid, "SIGKILL");
    expect(await isProofOf(run, await proof)).to.equal(true);
    expect(pool.of("failed").map(({ error }) => isLuntraError(error, "PROVER_CRASHED"))).to.deep.equal([
      true,
    ]);
    await pool.close();
  });

  it("give up what nobody can prove after its tries, and go on with the rest meanwhile", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store, {}, 1);
    const [wrong, right] = [await segmentOf(0), await segmentOf(1)];
    // The end state is not where the segment leads.
    const poisoned = { ...wrong, trace: { ...wrong.trace, b: wrong.trace.b + 1n } };
    const prover = remoteProver(pool.jobs, { pollMs: 50 });
    const failure = failureOf(prover.prove(poisoned));
    const proof = await prover.prove(right);
    expect(await isProofOf(right, proof)).to.equal(true);
    const { tries, segment, reason } = (await failure).args;
    expect([tries, segment, reason.split(":")[0]]).to.deep.equal([2, 0, "CIRCUIT_DISAGREES"]);
    expect(pool.of("proved").map(({ segment }) => segment)).to.deep.equal([1]);
    await pool.close();
  });

  it("hand back what they were at when they are stopped, within seconds", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store, OWN);
    const run = await segmentOf(0);
    await pool.jobs.enqueue(run, { purpose: "answer", deadline: new Date() });
    await pool.happens("proving");
    const stopped = performance.now();
    await pool.workers.stop();
    expect(performance.now() - stopped).to.be.lessThan(5_000);
    expect(pool.events.at(-1)?.event).to.equal("handed-back");
    expect(pool.workers.pids).to.deep.equal([]);
    expect((await pool.jobs.claim())?.retryCount).to.equal(0);
    await pool.jobs.close();
  });

  it("stop proving what is cancelled, and what takes too long", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store, { ...OWN, timeoutMs: 250 }, 0);
    const [slow, unwanted] = [await segmentOf(0), await segmentOf(1)];
    const prover = remoteProver(pool.jobs, { pollMs: 50 });
    // A process that only just starts is slow enough.
    expect((await failureOf(prover.prove(slow))).args.reason).to.match(/^PROOF_OVERDUE/);
    await pool.close();

    const patient = await startPool(store, OWN);
    const abort = new AbortController();
    const cancelled = codeOf(remoteProver(patient.jobs, { pollMs: 50 }).prove(unwanted, abort.signal));
    await patient.happens("proving");
    abort.abort();
    expect(await cancelled).to.equal("PROVER_CANCELLED");
    await patient.happens("lost");
    expect(patient.of("proved")).to.deep.equal([]);
    await patient.close();
  });

  it("fail a job that is damaged, or another deployment's, saying so", async () => {
    const store = await databases.open(await databases.fresh());
    const pool = await startPool(store, {}, 0);
    await pool.workers.stop();
    const runs = [await segmentOf(0), await segmentOf(1)] as const;
    const wanted = { purpose: "answer" as const, deadline: new Date() };
    for (const run of runs) await pool.jobs.enqueue(run, wanted);
    const other = encodeJob({ ...DEPLOYMENT, l2ChainId: 1n }, runs[1]);
    const write = (data: object, run: (typeof runs)[number]) =>
      store.raw("update pgboss.job set data = $1::jsonb where id = $2::uuid", [
        JSON.stringify(data),
        idOf(run.context),
      ]);
    await write({ ...other, run: "AAAA" }, runs[0]);
    await write(other, runs[1]);
    await pool.jobs.close();
    const second = await startPool(store);
    const reasons: string[] = [];
    for (const { context } of runs) {
      reasons.push((await failureOf(second.jobs.result(context, { pollMs: 50 }))).args.reason);
    }
    expect(reasons.map((reason) => reason.split(":")[0])).to.deep.equal(["JOB_MALFORMED", "JOB_MISMATCH"]);
    await second.close();
  });

  it("lose their jobs to others within seconds when their whole process is killed", async () => {
    const where = await databases.fresh();
    const store = await databases.open(where);
    const server = store.kind === "pglite" ? await serveStore(store) : undefined;
    const doomed = runScript(CHILD, [server?.connectionString ?? where]);
    await doomed.line((line) => line === "ready");
    const jobs = await openJobs(store, DEPLOYMENT, { silenceMs: 2_000 });
    const run = await segmentOf(0);
    const proof = remoteProver(jobs, { pollMs: 50 }).prove(run);
    await doomed.line((line) => line.startsWith("proving"));
    await doomed.kill();
    const killed = performance.now();
    const pool = await startPool(store);
    await pool.happens("proving");
    expect(performance.now() - killed).to.be.lessThan(5_000);
    expect(await isProofOf(run, await proof)).to.equal(true);
    await pool.close();
    await jobs.close();
    await server?.close();
  });
});

describe("Workers on PostgreSQL", () => {
  it("wait for a database that is restarted under them, and lose neither proof nor job", async () => {
    const server = await startPostgres();
    const store = await openStore(server.url("postgres"));
    const pool = await startPool(store, { workers: 1 });
    try {
      const run = await segmentOf(0);
      const proof = remoteProver(pool.jobs, { pollMs: 50 }).prove(run);
      await pool.happens("proving");
      await server.stop();
      await sleep(3_000);
      await server.start();
      expect(await isProofOf(run, await proof)).to.equal(true);
      const next = await segmentOf(1);
      expect(await isProofOf(next, await remoteProver(pool.jobs, { pollMs: 50 }).prove(next))).to.equal(true);
      expect(pool.of("failed")).to.deep.equal([]);
    } finally {
      await pool.close();
      await store.close();
      await server.remove();
    }
  });
});
