// The learner: it finds what made the data, its probabilities are what they say, and each falls into its parts.

import { expect } from "chai";
import { explain, logOdds, priorShift, probabilityOf, RARITY } from "../../src/risk/additive.ts";
import { fitAdditive, type Row } from "../../src/risk/fit.ts";
import { measure } from "../../src/risk/metrics.ts";
import { Dice } from "../../src/risk/simulation/dice.ts";
import { expectNear } from "./support.ts";

const NAMES = ["bend", "line", "noise", "constant"];

/** Log-odds that bend at 1 in the first value, grow with the second, and do not depend on the third. */
function rowsOf(seed: string, count: number): Row[] {
  const dice = new Dice(seed);
  return Array.from({ length: count }, () => {
    const [bend, line, noise] = [dice.normal(0, 1), dice.between(0, 2), dice.normal(0, 1)];
    const odds = -4 + 3 * Math.max(0, bend - 1) + 1.5 * line;
    return { values: [bend, line, noise, 5], hostile: dice.chance(probabilityOf(odds)), weight: 1 };
  });
}

describe("additive logistic model", () => {
  const model = fitAdditive(NAMES, rowsOf("fit", 8_000));
  const [bend, line, noise, constant] = model.curves;

  it("finds what made the data", () => {
    const rise = (curve: typeof bend, from: number, to: number) => {
      const at = (value: number) => logOdds({ ...model, bias: 0, curves: curve ? [curve] : [] }, [value]);
      return at(to) - at(from);
    };
    expect(rise(line, 0.5, 1.5)).to.be.within(1.2, 1.8);
    expect(rise(bend, -1, 0.9)).to.be.within(-0.4, 0.6);
    expect(rise(bend, 1.2, 2.2)).to.be.within(2, 4);
    expect(Math.abs(rise(noise, -1, 1))).to.be.lessThan(0.4);
    expect(rise(constant, 0, 10)).to.equal(0);
  });

  it("says probabilities that come true on data that it did not see", () => {
    const judged = rowsOf("other", 8_000).map(({ values, hostile }) => ({
      probability: explain(model, values).probability,
      hostile,
    }));
    const { auc, brier, brierOfPrior, calibrationError } = measure(judged);
    expect(calibrationError).to.be.lessThan(0.02);
    expect(brier).to.be.lessThan(brierOfPrior);
    expect(auc).to.be.greaterThan(0.75);
  });

  it("takes a row of weight k for k rows", () => {
    const rows = rowsOf("weights", 400);
    const copied = fitAdditive(
      NAMES,
      rows.flatMap((row, i) => (i % 3 === 0 ? [row, row] : [row])),
    );
    const weighted = fitAdditive(
      NAMES,
      rows.map((row, i) => ({ ...row, weight: i % 3 === 0 ? 2 : 1 })),
    );
    // Knots lie at quantiles of the rows, which weights do not move: probabilities agree closely.
    for (const { values } of rows.slice(0, 50)) {
      const [a, b] = [copied, weighted].map((one) => explain(one, values).probability) as [number, number];
      expect(Math.abs(a - b)).to.be.lessThan(0.05);
    }
    expectNear(weighted.prior, copied.prior, 1e-5);
  });

  it("depends on the rows alone", () => {
    expect(fitAdditive(NAMES, rowsOf("same", 500))).to.deep.equal(fitAdditive(NAMES, rowsOf("same", 500)));
  });

  it("explains every score: the parts add up to it", () => {
    for (const { values } of rowsOf("parts", 50)) {
      const { probability, reasons } = explain(model, values);
      const odds = reasons.reduce((sum, { contribution }) => sum + contribution, model.bias);
      expectNear(probabilityOf(odds), probability, 1e-12);
      expectNear(probability, probabilityOf(logOdds(model, values)), 1e-12);
      const sizes = reasons.map(({ contribution }) => Math.abs(contribution));
      expect(sizes).to.deep.equal(sizes.toSorted((a, b) => b - a));
    }
  });

  it("takes values beyond what it saw for the last that it saw", () => {
    const at = (value: number) => explain(model, [value, 1, 0, 5]).probability;
    expect(at(1e9)).to.equal(at(bend?.edges.at(-1) ?? Number.NaN));
    expect(at(-1e9)).to.equal(at(bend?.edges[0] ?? Number.NaN));
  });

  it("never falls with any value, even where the data would have it fall", () => {
    const falling = fitAdditive(
      ["falls"],
      rowsOf("falls", 2_000).map((row) => ({ ...row, values: [-(row.values[1] ?? 0)] })),
    );
    for (const curve of [...model.curves, ...falling.curves]) {
      expect(
        curve.slopes.every((slope) => slope >= 0),
        curve.name,
      ).to.equal(true);
    }
    expect(falling.curves[0]?.slopes.every((slope) => slope === 0)).to.equal(true);
  });

  it("counts how many values are rare, those that are very rare twice", () => {
    const rare = (values: readonly number[]) =>
      explain(model, values).reasons.find(({ feature }) => feature === RARITY)?.value;
    expect(rare([0, 1, 0, 5])).to.equal(0);
    expect(rare([1.8, 1, 0, 5])).to.equal(1);
    expect(rare([9, 9, 9, 9])).to.equal(8);
  });

  it("shifts with the share of attacks, and not at all if that is as in training", () => {
    const values = [0, 1, 0, 5];
    const rare = explain(model, values, priorShift(model.prior, model.prior / 10)).probability;
    expect(rare).to.be.lessThan(explain(model, values).probability / 5);
    expect(priorShift(0.2, 0.2)).to.equal(0);
  });
});
