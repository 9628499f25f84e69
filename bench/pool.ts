// Time to prove a whole batch of 1,000 ETH transfers by the pool of provers, with one worker and with two, on the same machine.

import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { openJobs, proverProcess, startWorkers } from "../src/jobs/index.ts";
import { depositEth } from "../src/node/bridge.ts";
import { prepareSegment } from "../src/node/prover.ts";
import { openStore } from "../src/store/index.ts";
import { ETHER } from "../test/support/node-harness.ts";
import { ALICE, commit, ethTransfer, many, openBench } from "./support.ts";

export interface PoolTime {
  readonly workers: number;
  readonly transactions: number;
  readonly segments: number;
  readonly seconds: number;
}

const TRANSACTIONS = 1_000;
const SPEC = { instance: "standard", systems: ["ultrahonk"], setups: {} } as const;

export async function measurePool(workers: number): Promise<PoolTime> {
  const bench = await openBench("standard");
  const { world, node } = bench;
  await depositEth(node, world.user, 100n * ETHER, ALICE.address);
  await commit(bench, []);
  const { id, segments } = await commit(bench, await many(TRANSACTIONS, () => ethTransfer(bench)));
  const beneficiary = await world.user.getAddress();

  const folder = await mkdtemp(join(tmpdir(), "luntra-bench-"));
  const store = await openStore(join(folder, "database"));
  const { l2ChainId } = world.book;
  const jobs = await openJobs(store, { l2ChainId, instance: SPEC.instance, systems: SPEC.systems });
  const deadline = new Date(Date.now() + 3_600_000);
  const contexts = [];
  for (let segment = 0; segment < segments; segment++) {
    const { run } = await prepareSegment(node, id, segment, beneficiary);
    await jobs.enqueue(run, { purpose: "finality", deadline });
    contexts.push(run.context);
  }
  const started = performance.now();
  const threads = Math.max(1, Math.floor(availableParallelism() / workers));
  const pool = startWorkers(jobs, { workers, openProver: () => proverProcess({ ...SPEC, threads }) });
  await Promise.all(contexts.map((context) => jobs.result(context)));
  const seconds = Math.round((performance.now() - started) / 100) / 10;
  await pool.stop();
  await jobs.close();
  await store.close();
  await rm(folder, { recursive: true, force: true });
  return { workers, transactions: TRANSACTIONS, segments, seconds };
}
