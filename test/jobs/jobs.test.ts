import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isLuntraError, LuntraError } from "../../src/errors.ts";
import { type JobsOptions, openJobs, type ProofJobs } from "../../src/jobs/index.ts";
import type { Purpose } from "../../src/jobs/priority.ts";
import type { Store } from "../../src/store/index.ts";
import { onBothDatabases } from "../support/databases.ts";
import { BATCH, DEPLOYMENT, segmentOf } from "./support.ts";

const SOON = new Date("2030-01-01T00:00:00Z");
const LATER = new Date("2030-01-01T01:00:00Z");
const ANSWER = { purpose: "answer" as Purpose, deadline: SOON };

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

onBothDatabases("Proof jobs", (databases) => {
  const opened: ProofJobs[] = [];
  const open = async (store: Store, options: JobsOptions = {}) => {
    const jobs = await openJobs(store, DEPLOYMENT, options);
    opened.push(jobs);
    return jobs;
  };
  const fresh = async (options: JobsOptions = {}) => {
    const store = await databases.open(await databases.fresh());
    return await open(store, options);
  };
  /** Within the test: afterwards the database goes. */
  const done = () => Promise.all(opened.splice(0).map((jobs) => jobs.close()));

  it("are taken by urgency: what a dispute waits for first, then by deadline", async () => {
    const jobs = await fresh();
    const wanted: [Purpose, Date][] = [
      ["finality", SOON],
      ["answer", LATER],
      ["finality", LATER],
      ["refute", SOON],
      ["answer", new Date(0)],
    ];
    for (const [segment, [purpose, deadline]] of wanted.entries()) {
      await jobs.enqueue(await segmentOf(segment), { purpose, deadline });
    }
    const order: string[] = [];
    for (;;) {
      const attempt = await jobs.claim();
      if (attempt === undefined) break;
      order.push(attempt.id);
    }
    const { idOf } = await import("../../src/jobs/jobs.ts");
    const expected = await Promise.all([4, 3, 1, 0, 2].map(async (i) => idOf((await segmentOf(i)).context)));
    expect(order).to.deep.equal(expected);
    await done();
  });

  it("are shown to those who look on: for what, until when, how far, and by whom", async () => {
    const jobs = await fresh();
    await jobs.enqueue(await segmentOf(0), { purpose: "finality", deadline: LATER });
    await jobs.enqueue(await segmentOf(1), { purpose: "answer", deadline: SOON });
    const whole = (date: Date) => Math.floor(date.getTime() / 1000);
    const shown = async () =>
      (await jobs.report(10)).map(({ state, purpose, deadline, about, worker, failure, tries }) => [
        [state, purpose, whole(deadline), about?.segment, about?.batchId],
        [worker, failure, tries],
      ]);
    expect(await shown()).to.deep.equal([
      [
        ["created", "dispute", whole(SOON), 1, BATCH],
        [undefined, undefined, 0],
      ],
      [
        ["created", "finality", whole(LATER), 0, BATCH],
        [undefined, undefined, 0],
      ],
    ]);
    const attempt = await jobs.claim("k3/0");
    expect((await shown())[0]).to.deep.equal([
      ["active", "dispute", whole(SOON), 1, BATCH],
      ["k3/0", undefined, 0],
    ]);
    expect((await jobs.report(1)).length).to.equal(1);
    expect(await jobs.counts()).to.deep.equal({ active: 1, created: 1 });
    expect(await jobs.oldestWaitSeconds()).to.be.within(0, 60);
    if (attempt === undefined) throw new Error("no job");
    await jobs.failed(attempt, new LuntraError("PROVER_CRASHED", { reason: "it fell" }));
    const failed = (await shown()).find(([about]) => about?.[3] === 1);
    expect(failed).to.deep.equal([
      ["retry", "dispute", whole(SOON), 1, BATCH],
      [undefined, "PROVER_CRASHED", 0],
    ]);
    expect(await jobs.typicalMs()).to.equal(undefined);
    await done();
  });

  it("are one however often they are asked for, and become more urgent by it, never less", async () => {
    const jobs = await fresh();
    const [first, second] = [await segmentOf(0), await segmentOf(1)];
    await jobs.enqueue(first, { purpose: "finality", deadline: LATER });
    await jobs.enqueue(second, { purpose: "finality", deadline: SOON });
    await Promise.all([1, 2, 3].map(() => jobs.enqueue(first, ANSWER)));
    await jobs.enqueue(first, { purpose: "finality", deadline: LATER });
    const ids = [(await jobs.claim())?.id, (await jobs.claim())?.id];
    expect(await jobs.claim()).to.equal(undefined);
    await jobs.enqueue(first, ANSWER);
    expect(await jobs.claim()).to.equal(undefined);
    const { idOf } = await import("../../src/jobs/jobs.ts");
    expect(ids).to.deep.equal([idOf(first.context), idOf(second.context)]);
    await done();
  });

  it("give the stored proof to whoever asks, also again, and by another spelling of the addresses", async () => {
    const jobs = await fresh();
    const run = await segmentOf(0);
    await jobs.enqueue(run, ANSWER);
    const waiting = jobs.result(run.context, { pollMs: 20 });
    const attempt = await jobs.claim();
    if (attempt === undefined) throw new Error("no job");
    await jobs.finish(attempt, run.context, Uint8Array.of(1, 2, 3), 12.5);
    expect([...(await waiting)]).to.deep.equal([1, 2, 3]);
    await jobs.enqueue(run, ANSWER);
    expect(await jobs.claim()).to.equal(undefined);
    const shouted = {
      ...run.context,
      beneficiary: run.context.beneficiary.toUpperCase().replace("0X", "0x"),
    };
    expect([...((await jobs.stored(shouted)) ?? [])]).to.deep.equal([1, 2, 3]);
    await done();
  });

  it("fail when their tries are over, saying why, and start anew when asked for again", async () => {
    const jobs = await fresh({ retries: 1 });
    const run = await segmentOf(0);
    await jobs.enqueue(run, ANSWER);
    const tries: boolean[] = [];
    while (tries.length < 2) {
      const attempt = await jobs.claim();
      if (attempt !== undefined) tries.push(await jobs.failed(attempt, new Error("on purpose")));
      else await sleep(50);
    }
    expect(tries).to.deep.equal([true, false]);
    const failure = jobs.result(run.context);
    expect(await codeOf(failure)).to.equal("PROOF_JOB_FAILED");
    await failure.catch((error) =>
      expect(error.args).to.deep.include({ tries: 2, segment: 0, reason: "on purpose" }),
    );
    await jobs.enqueue(run, ANSWER);
    expect((await jobs.claim())?.retryCount).to.equal(0);
    await done();
  });

  it("are taken from a prover that is silent, and not from one whose heart beats", async () => {
    const jobs = await fresh({ silenceMs: 500 });
    await jobs.enqueue(await segmentOf(0), ANSWER);
    const first = await jobs.claim();
    if (first === undefined) throw new Error("no job");
    for (let i = 0; i < 6; i++) {
      await sleep(150);
      expect(await jobs.heartbeat(first)).to.equal(true);
      expect(await jobs.claim()).to.equal(undefined);
    }
    await sleep(600);
    const second = await jobs.claim();
    expect(second?.id).to.equal(first.id);
    await done();
  });

  it("are handed back as if they had not been tried", async () => {
    const jobs = await fresh();
    const run = await segmentOf(0);
    await jobs.enqueue(run, ANSWER);
    const first = await jobs.claim();
    if (first === undefined) throw new Error("no job");
    await jobs.handBack(first);
    const second = await jobs.claim();
    expect(second).to.deep.include({
      id: first.id,
      retryCount: 0,
      priority: first.priority,
      data: first.data,
    });
    await done();
  });

  it("are taken from who waits and from who proves when they are cancelled", async () => {
    const jobs = await fresh();
    const run = await segmentOf(0);
    await jobs.enqueue(run, ANSWER);
    const attempt = await jobs.claim();
    if (attempt === undefined) throw new Error("no job");
    const waiting = codeOf(jobs.result(run.context, { pollMs: 20 }));
    await jobs.cancel(run.context);
    expect(await waiting).to.equal("PROVER_CANCELLED");
    expect(await jobs.heartbeat(attempt)).to.equal(false);
    await jobs.enqueue(run, ANSWER);
    expect(await jobs.claim()).not.to.equal(undefined);
    await done();
  });

  it("are there after everything was closed and opened again", async () => {
    const where = await databases.fresh();
    const { openStore } = await import("../../src/store/index.ts");
    const store = await openStore(where);
    const before = await openJobs(store, DEPLOYMENT);
    await before.enqueue(await segmentOf(0), ANSWER);
    await before.close();
    await store.close();
    const jobs = await open(await databases.open(where));
    expect((await jobs.claim())?.retryCount).to.equal(0);
    await done();
  });
});
