// The pool that shares a machine between proofs.

import { expect } from "chai";
import { openProverPool } from "../../src/node/prover-pool.ts";
import { rejectsWith } from "../support/rejects-harness.ts";

describe("prover pool", () => {
  const job = () => {
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    let seen: AbortSignal | undefined;
    const run = (signal: AbortSignal) => {
      seen = signal;
      return promise;
    };
    return { run, resolve, reject, started: () => seen !== undefined, signal: () => seen };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));

  it("runs as many jobs as it may, the others in order of arrival", async () => {
    const pool = openProverPool(2);
    const jobs = [job(), job(), job(), job()];
    const results = jobs.map(({ run }) => pool.run(run));
    await settle();
    expect([pool.running, pool.waiting]).to.deep.equal([2, 2]);
    jobs[1]?.resolve("b");
    await settle();
    expect(jobs.map(({ started }) => started())).to.deep.equal([true, true, true, false]);
    for (const [i, { resolve }] of jobs.entries()) resolve(String(i));
    expect(await Promise.all(results)).to.deep.equal(["0", "b", "2", "3"]);
    expect([pool.running, pool.waiting]).to.deep.equal([0, 0]);
  });

  it("takes another size while jobs wait: more begin, or fewer take the place of those that end", async () => {
    const pool = openProverPool(1);
    const jobs = [job(), job(), job(), job()];
    const results = jobs.map(({ run }) => pool.run(run));
    pool.resize(3);
    await settle();
    expect(jobs.map(({ started }) => started())).to.deep.equal([true, true, true, false]);
    pool.resize(1);
    jobs[0]?.resolve("a");
    jobs[1]?.resolve("b");
    await settle();
    expect([pool.running, pool.waiting]).to.deep.equal([1, 1]);
    jobs[2]?.resolve("c");
    jobs[3]?.resolve("d");
    expect(await Promise.all(results)).to.deep.equal(["a", "b", "c", "d"]);
  });

  it("goes on after a failed job", async () => {
    const pool = openProverPool(1);
    const failure = new RangeError("no proof");
    const [first, second] = [job(), job()];
    const results = [pool.run(first.run), pool.run(second.run)];
    first.reject(failure);
    second.resolve("done");
    expect(await results[0]?.catch((error: unknown) => error)).to.equal(failure);
    expect(await results[1]).to.equal("done");
  });

  it("cancels a waiting job without running it", async () => {
    const pool = openProverPool(1);
    const [first, second] = [job(), job()];
    const controller = new AbortController();
    const running = pool.run(first.run);
    const waiting = pool.run(second.run, controller.signal);
    await settle();
    controller.abort();
    await rejectsWith(waiting, "PROVER_CANCELLED");
    expect([second.started(), pool.waiting]).to.deep.equal([false, 0]);
    first.resolve("done");
    expect(await running).to.equal("done");
  });

  it("cancels a running job, tells it, and frees its place at once", async () => {
    const pool = openProverPool(1);
    const [first, second] = [job(), job()];
    const controller = new AbortController();
    const running = pool.run(first.run, controller.signal);
    const waiting = pool.run(second.run);
    await settle();
    controller.abort();
    await rejectsWith(running, "PROVER_CANCELLED");
    expect(first.signal()?.aborted).to.equal(true);
    second.resolve("done");
    expect(await waiting).to.equal("done");
  });

  it("refuses a job whose signal was aborted before", async () => {
    const pool = openProverPool(1);
    const its = job();
    await rejectsWith(pool.run(its.run, AbortSignal.abort()), "PROVER_CANCELLED");
    expect([its.started(), pool.running]).to.deep.equal([false, 0]);
  });

  it("cancels everything, and can be used again", async () => {
    const pool = openProverPool(1);
    const jobs = [job(), job()];
    const results = jobs.map(({ run }) => pool.run(run));
    await settle();
    pool.cancel();
    for (const result of results) await rejectsWith(result, "PROVER_CANCELLED");
    const again = job();
    again.resolve("done");
    expect(await pool.run(again.run)).to.equal("done");
  });
});
