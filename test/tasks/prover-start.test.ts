// The prover task as an operator runs it: a process of its own that has a database and no L1, for a node that has both.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { writeAddressBook } from "../../src/chain/address-book.ts";
import { openJobs, remoteProver } from "../../src/jobs/index.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";
import { openProverPool, proveBatch } from "../../src/node/prover.ts";
import { serveStore } from "../../src/store/index.ts";
import { runScript } from "../support/child-process.ts";
import { onEmbedded } from "../support/databases.ts";
import { build, commit, pay, setUp } from "../support/proof-system-harness.ts";

/** Nobody listens there. */
const NO_L1 = "http://127.0.0.1:1";

const says = (event: string) => (line: string) => line.startsWith(`{"event":"${event}"`);
const tells = (event: string) => (line: string) => line.includes(`"event":"${event}"`);

onEmbedded("prover start", (databases) => {
  it("makes a batch final with the proofs of its workers, and hands back what it has when it is asked to end", async () => {
    const setting = await setUp("ultrahonk");
    const { node, world } = setting;
    const store = await databases.open(await databases.fresh());
    if (store.kind !== "pglite") throw new Error("not embedded");
    const server = await serveStore(store);
    const deployments = await mkdtemp(join(tmpdir(), "luntra-deployments-"));
    await writeAddressBook(deployments, { ...world.book, network: "localhost/luntra" });
    const environment = {
      LUNTRA_DEPLOYMENTS: deployments,
      LUNTRA_DATABASE: server.connectionString,
      LUNTRA_RPC_URL: NO_L1,
    };
    const task = ["--network", "localhost", "prover", "start", "--workers", "2", "--metrics-port", "0"];
    const prover = runScript(HARDHAT_CLI, [...task, "--json"], environment);
    const { l2ChainId, instance } = world.book;
    const jobs = await openJobs(store, { l2ChainId, instance, systems: ["ultrahonk"] });
    try {
      const { metrics } = JSON.parse(await prover.line(says("ready"), 90_000)) as { metrics: string };
      const raws = [await pay(setting, 5n), await pay(setting, 6n, 1)];
      const id = await commit(setting, await build(setting, raws));
      const remote = remoteProver(jobs, { purpose: "finality", pollMs: 50 });
      const { proven, finalized } = await proveBatch(node, remote, world.user, id, {
        pool: openProverPool(8),
      });
      expect(proven).to.deep.equal([0, 1]);
      expect(finalized).not.to.equal(undefined);
      const workers = prover.lines
        .filter(tells("proved"))
        .map((line) => (JSON.parse(line) as { worker: number }).worker);
      expect(workers.sort()).to.deep.equal([0, 1]);
      const page = await (await fetch(`${metrics}/metrics`)).text();
      expect(page).to.match(/^luntra_prover_events_total\{event="proved"\} 2$/m);
      expect(page).to.match(/^luntra_proof_jobs\{state="completed"\} 2$/m);
      expect((await fetch(`${metrics}/health/ready`)).status).to.equal(200);

      const next = await commit(setting, await build(setting, [await pay(setting, 7n, 2)]));
      const abort = new AbortController();
      const waiting = proveBatch(node, remote, world.user, next, { signal: abort.signal }).catch(
        () => undefined,
      );
      await prover.line((line) => tells("proving")(line) && line.includes(next));
      const asked = performance.now();
      await prover.kill("SIGTERM");
      expect(performance.now() - asked).to.be.lessThan(5_000);
      expect(prover.process.exitCode).to.equal(0);
      expect(prover.lines.some(tells("handed-back"))).to.equal(true);
      expect(prover.lines.slice(-4).join("")).to.include("stopped");
      expect((await jobs.claim())?.retryCount).to.equal(0);
      abort.abort();
      await waiting;
    } finally {
      await prover.kill();
      await jobs.close();
      await server.close();
      await rm(deployments, { recursive: true });
    }
  });
});
