// The risk tasks: from a seed to a model, its measures and plot; what they say of a deployment.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readModel } from "../../src/risk/index.ts";
import { runJson, runJsonFailing, runTask } from "./capture.ts";

interface Outcome {
  readonly strategy: string;
  readonly batches: number;
  readonly proofs: number;
  readonly total: string;
}

describe("risk tasks", function () {
  this.timeout(300_000);
  let folder: string;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-risk-"));
  });

  after(() => rm(folder, { recursive: true }));

  describe("on simulated traffic", () => {
    it("risk train writes a model that risk evaluate measures as it says itself", async () => {
      const out = join(folder, "model.json");
      const trained = await runJson("risk train", { seed: "tasks", worlds: "6", out });
      expect(trained.name).to.equal(readModel(out).name);
      const plot = join(folder, "plot.svg");
      const measured = await runJson("risk evaluate", { model: out, plot });
      expect(measured.metrics).to.deep.equal({
        batch: readModel(out).metrics.batch,
        transaction: readModel(out).metrics.transaction,
      });
      expect(await readFile(plot, "utf8")).to.match(/^<svg [\s\S]*ROC[\s\S]*Reliability[\s\S]*<\/svg>\n$/);
    });

    it("risk evaluate measures on other traffic for another seed", async () => {
      const one = await runJson("risk evaluate", { seed: "one", worlds: "3" });
      const two = await runJson("risk evaluate", { seed: "two", worlds: "3" });
      expect(one.metrics).to.not.deep.equal(two.metrics);
    });

    it("risk report compares the ways of proving", async () => {
      const { outcomes, saved } = await runJson("risk report", {
        simulated: true,
        worlds: "4",
        workers: "4",
      });
      const its = outcomes as Outcome[];
      expect(its.map(({ strategy }) => strategy)).to.deep.equal(["never", "always", "even", "risk"]);
      const [never, always, , risk] = its.map(({ total }) => BigInt(total)) as [
        bigint,
        bigint,
        bigint,
        bigint,
      ];
      expect((saved as { never: { wei: string } }).never.wei).to.equal(String(never - risk));
      expect(risk <= never && risk <= always).to.equal(true);
    });

    it("refuses what is no model, and no deployments", async () => {
      const broken = join(folder, "broken.json");
      await writeFile(broken, "{}");
      for (const model of [broken, join(folder, "absent.json")]) {
        expect(await runJsonFailing("risk evaluate", { model })).to.include({ code: "RISK_MODEL_INVALID" });
      }
      expect(await runJsonFailing("risk train", { worlds: "0" })).to.include({ code: "ARGUMENT_INVALID" });
    });
  });

  describe("on a deployment", () => {
    const deployment = "risk";
    const json = (id: string, args = {}) => runJson(id, { deployment, ...args });

    before(async () => {
      process.env.LUNTRA_STATE = join(folder, "state");
      await json("rollup deploy", { challengeWindow: "600", provingWindow: "600" });
      await json("bond deposit", { from: "1", amount: "5ether" });
      await json("bridge deposit", { from: "3", amount: "10ether" });
      await json("sequencer commit", { from: "1" });
      await json("bridge withdraw", { from: "3", amount: "4ether" });
      await json("sequencer commit", { from: "1" });
    });

    after(async () => {
      delete process.env.LUNTRA_STATE;
      await rm(join(tmpdir(), `luntra-${process.pid}`), { recursive: true, force: true });
    });

    it("risk score tells how unusual a batch is, why, and what to do", async () => {
      const { score, decision, number } = await json("risk score");
      expect(number).to.equal("2");
      expect(score).to.have.property("probability").that.is.within(0, 1);
      expect((score as { transactions: unknown[] }).transactions).to.have.length(1);
      // 4 ETH leave; a minute costs less than a proof.
      expect(decision).to.deep.include({ prove: false, because: "nothing", value: String(4n * 10n ** 18n) });
      const dear = await json("risk score", { riskRate: "1000000000" });
      expect(dear.decision).to.deep.include({ prove: true, because: "itself" });
      expect(await json("risk score", { batch: "0" })).to.deep.include({ score: null });
    });

    it("risk report tells what happened, and what would have", async () => {
      await json("prover prove", { batch: "1", send: true, from: "2" });
      const report = await json("risk report");
      expect((report.batches as unknown[]).length).to.equal(2);
      expect(report.happened).to.deep.include({ batches: 1, provenBatches: 1, proofs: 1 });
      const { happened, outcomes } = report as { happened: { proofCost: string }; outcomes: Outcome[] };
      // A proof's machine, and what L1 took for it.
      expect(BigInt(happened.proofCost) > 10n ** 16n).to.equal(true);
      expect(outcomes.map(({ batches }) => batches)).to.deep.equal([2, 2, 2, 2]);
      const { stdout } = await runTask("risk report", { deployment });
      expect(stdout).to.match(/Against never .*ETH (saved|lost)/);
    });
  });
});
