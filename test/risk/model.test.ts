// The committed model: it can be read, cannot be changed unnoticed, is what training makes of a seed, and does what it says on
// traffic that nobody has seen.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { decodeModel, encodeModel, MODEL_PATH, readModel } from "../../src/risk/model.ts";
import { byAttack, examples, FULL, judge, train } from "../../src/risk/train.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const SMALL = { train: { worlds: 6, batches: 60 }, test: { worlds: 4, batches: 60 } };

describe("risk model", () => {
  it("comes out of training byte for byte the same for the same seed, and another for another", () => {
    const once = encodeModel(train({ seed: "one", ...SMALL }));
    expect(encodeModel(train({ seed: "one", ...SMALL }))).to.equal(once);
    const other = train({ seed: "two", ...SMALL });
    expect(encodeModel(other)).to.not.equal(once);
    expect(other.trainingHash).to.not.equal(decodeModel(once, "once").trainingHash);
  });

  it("goes through its file unchanged", () => {
    const model = train({ seed: "file", ...SMALL });
    expect(decodeModel(encodeModel(model), "a file")).to.deep.equal(model);
  });

  it("is refused if its curves were changed, or it is for other features, or no model at all", async () => {
    const text = await readFile(MODEL_PATH, "utf8");
    const changed = JSON.parse(text);
    changed.batch.curves[0].slopes[0] += 1;
    const other = JSON.parse(text);
    other.batch.curves.reverse();
    for (const bad of [JSON.stringify(changed), JSON.stringify(other), "{}", "not JSON"]) {
      throwsWith(() => decodeModel(bad, "a file"), "RISK_MODEL_INVALID");
    }
  });

  it("is the committed one, of the committed sizes", async () => {
    const model = readModel();
    expect(await readFile(MODEL_PATH, "utf8")).to.equal(encodeModel(model));
    expect(model.trained).to.deep.include(FULL.train);
    expect(model.metrics.test).to.deep.equal(FULL.test);
  });

  describe("on traffic of a seed that it never met", () => {
    const { batch, metrics } = judge(
      readModel(),
      examples("another seed", "test", { worlds: 16, batches: 150 }),
    );

    it("puts attacks above ordinary traffic", () => {
      expect(metrics.batch.auc).to.be.greaterThan(0.9);
      expect(metrics.transaction.auc).to.be.greaterThan(0.93);
      expect(metrics.batch.foundAtOnePercent).to.be.greaterThan(0.3);
    });

    it("says probabilities that come true", () => {
      for (const its of [metrics.batch, metrics.transaction]) {
        expect(its.calibrationError).to.be.lessThan(0.02);
        expect(its.brier).to.be.lessThan(0.9 * its.brierOfPrior);
      }
    });

    it("tells every kind of attack from chance", () => {
      for (const [attack, its] of Object.entries(byAttack(batch))) {
        if (its.hostile >= 5) expect(its.auc, attack).to.be.greaterThan(0.6);
      }
    });
  });
});
