// The measures, on cases that can be worked out by hand.

import { expect } from "chai";
import { areaUnder, type Judged, measure, reliability, roc } from "../../src/risk/metrics.ts";

const judged = (...pairs: readonly (readonly [number, boolean])[]): Judged[] =>
  pairs.map(([probability, hostile]) => ({ probability, hostile }));

describe("measures of probabilities", () => {
  it("give 1 where all hostile ones are above all honest ones, 0 the other way, a half for ties", () => {
    expect(areaUnder(roc(judged([0.9, true], [0.8, true], [0.3, false])))).to.equal(1);
    expect(areaUnder(roc(judged([0.1, true], [0.8, false], [0.3, false])))).to.equal(0);
    expect(areaUnder(roc(judged([0.5, true], [0.5, false], [0.5, false])))).to.equal(0.5);
  });

  it("are the share of pairs that are in order", () => {
    // Pairs: 0.9 > 0.4, 0.9 > 0.2, 0.3 < 0.4, 0.3 > 0.2.
    const its = judged([0.9, true], [0.4, false], [0.3, true], [0.2, false]);
    expect(measure(its).auc).to.equal(0.75);
    expect(roc(its)).to.deep.equal([
      { alarms: 0, found: 0 },
      { alarms: 0, found: 0.5 },
      { alarms: 0.5, found: 0.5 },
      { alarms: 0.5, found: 1 },
      { alarms: 1, found: 1 },
    ]);
  });

  it("compare what was said with what was", () => {
    const its = judged([0.6, true], [0.6, true], [0.6, false], [0.6, false], [0.05, false]);
    expect(reliability(its, [0, 0.5, 1])).to.deep.equal([
      { count: 1, said: 0.05, was: 0 },
      { count: 4, said: 0.6, was: 0.5 },
    ]);
    const { brier, brierOfPrior, calibrationError } = measure(its);
    expect(brier).to.equal(0.2085);
    expect(brierOfPrior).to.equal(0.24);
    expect(calibrationError).to.equal(0.09);
  });

  it("count a probability of 1", () => {
    expect(reliability(judged([1, true]))).to.deep.equal([{ count: 1, said: 1, was: 1 }]);
  });

  it("find at one percent of alarms what is above all but that many", () => {
    const honest = Array.from({ length: 200 }, (_, i) => [i / 1000, false] as const);
    // Two honest ones may be above: 0.198 and 0.199.
    const its = judged(...honest, [0.9, true], [0.1985, true], [0.197, true], [0.1, true]);
    expect(measure(its).foundAtOnePercent).to.equal(0.5);
  });
});
