// A watchtower whose proofs come from a pool: with real workers' answers through the database, and when the pool fails it.

import { expect } from "chai";
import { openJobs, remoteProver } from "../../src/jobs/index.ts";
import { decodeJob } from "../../src/jobs/payload.ts";
import { fail } from "../../src/errors.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { depositEth } from "../../src/node/bridge.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { withFallback } from "../../src/watchtower/fallback.ts";
import { watchOnce } from "../../src/watchtower/watch.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { onEmbedded } from "../support/databases.ts";
import { ETHER, standInProver, startWorld, type World } from "../support/node-harness.ts";

onEmbedded("a watchtower's pool of provers", (databases) => {
  let world: World;

  beforeEach(async () => {
    world = await startWorld();
  });

  async function lie(): Promise<string> {
    const node = await world.open();
    await depositEth(node, world.user, ETHER);
    await node.derivation.sync();
    const built = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
    return (await commitBatch(node, world.sequencer, built)).id;
  }

  async function refute(prover: Prover): Promise<string[]> {
    const node = await world.open();
    const { reports } = await watchOnce(node, { prover, signer: world.challenger, may: ["refute"] });
    for (const { error } of reports) if (error !== undefined) throw error;
    return (await node.derivation.sync()).dead.map(({ id }) => id);
  }

  const failing = (asked: string[]): Prover => ({
    async prove({ context }) {
      asked.push(context.batchId);
      return fail("PROOF_JOB_FAILED", { id: context.batchId, segment: 0, tries: 3, reason: "no worker" });
    },
  });

  it("refutes with a proof that a worker made for it", async () => {
    const id = await lie();
    const store = await databases.open(await databases.fresh());
    const { l2ChainId, instance } = world.book;
    const jobs = await openJobs(store, { l2ChainId, instance, systems: ["ultrahonk"] });
    try {
      const working = workOnce();
      const here: Prover = { prove: () => Promise.reject(new Error("not here")) };
      const pool = remoteProver(jobs, { purpose: "refute", pollMs: 20 });
      const prover = withFallback(pool, here, { patienceMs: 60_000, onFallback: () => undefined });
      expect(await refute(prover)).to.deep.equal([id]);
      expect(await working).to.equal(id);
    } finally {
      await jobs.close();
    }

    /** Takes one job from the database as a worker does, and proves it. */
    async function workOnce(): Promise<string> {
      for (;;) {
        const attempt = await jobs.claim();
        if (attempt === undefined) {
          await new Promise((resolve) => setTimeout(resolve, 20));
          continue;
        }
        const { run } = decodeJob(attempt.data);
        await jobs.finish(attempt, run.context, await standInProver.prove(run), 1);
        return run.context.batchId;
      }
    }
  });

  it("proves here when the pool fails, and says so", async () => {
    const id = await lie();
    const fallbacks: unknown[] = [];
    const prover = withFallback(failing([]), standInProver, {
      patienceMs: 60_000,
      onFallback: (error) => fallbacks.push(error),
    });
    expect(await refute(prover)).to.deep.equal([id]);
    expect(fallbacks.length).to.equal(1);
  });

  it("proves here when the pool takes too long, and at once the second time", async () => {
    const id = await lie();
    const asked: string[] = [];
    const slow: Prover = {
      prove({ context }, signal) {
        asked.push(context.batchId);
        return new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      },
    };
    let proofs = 0;
    const here: Prover = {
      async prove(run) {
        proofs += 1;
        // The first proof is spoilt: L1 refuses it.
        return proofs === 1 ? new Uint8Array(96) : await standInProver.prove(run);
      },
    };
    const prover = withFallback(slow, here, { patienceMs: 50, onFallback: () => undefined });
    await refute(prover).catch(() => undefined);
    expect(await refute(prover)).to.deep.equal([id]);
    expect([asked.length, proofs]).to.deep.equal([1, 2]);
  });
});
