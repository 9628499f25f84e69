// How many provers to hold: Erlang's formula at points that are known, and what moves the number which way.

import { expect } from "chai";
import fc from "fast-check";
import { type Demand, waitIn, workersToHold } from "../../src/risk/capacity.ts";
import { expectNear } from "./support.ts";

const DEMAND: Demand = {
  arrivals: 0.05,
  proofSeconds: 60,
  waitCost: 1,
  workerCost: 0.01,
  answers: 0,
  answerSeconds: 7_200,
  least: 1,
  most: 64,
};

const demand: fc.Arbitrary<Demand> = fc.record({
  arrivals: fc.double({ min: 0, max: 0.5, noNaN: true }),
  proofSeconds: fc.integer({ min: 1, max: 120 }),
  waitCost: fc.double({ min: 0, max: 100, noNaN: true }),
  workerCost: fc.double({ min: 0.001, max: 10, noNaN: true }),
  answers: fc.double({ min: 0, max: 500, noNaN: true }),
  answerSeconds: fc.integer({ min: 60, max: 7_200 }),
  least: fc.integer({ min: 1, max: 4 }),
  most: fc.integer({ min: 4, max: 64 }),
});

describe("provers to hold", () => {
  it("follow Erlang's formula", () => {
    // One server: load/(1 − load) services. Two servers with load 1: a third of those who come wait.
    expectNear(waitIn(1, { ...DEMAND, arrivals: 0.5 / 60 }), 60, 1e-9);
    expectNear(waitIn(2, { ...DEMAND, arrivals: 1 / 60 }), 20, 1e-9);
    expect(waitIn(1, { ...DEMAND, arrivals: 0 })).to.equal(0);
    expect(waitIn(3, { ...DEMAND, arrivals: 3 / 60 })).to.equal(undefined);
  });

  it("are the fewest allowed while nothing is to be proven", () => {
    expect(workersToHold({ ...DEMAND, arrivals: 0 })).to.deep.equal({ workers: 1, forAnswers: 0, wait: 0 });
  });

  it("are at least those that answer all challenges in time", () => {
    expect(workersToHold({ ...DEMAND, arrivals: 0, answers: 600 })).to.deep.include({
      workers: 5,
      forAnswers: 5,
    });
  });

  it("are the most allowed where even these cannot keep up", () => {
    expect(workersToHold({ ...DEMAND, arrivals: 100 })).to.deep.include({ workers: 64, wait: undefined });
  });

  it("stay within their bounds, and cost no more than one more or one less", () => {
    fc.assert(
      fc.property(demand, (its) => {
        const { workers, forAnswers } = workersToHold(its);
        expect(workers).to.be.within(Math.max(its.least, forAnswers), its.most);
        const cost = (servers: number) => {
          const wait = waitIn(servers, its);
          if (wait === undefined) return Number.POSITIVE_INFINITY;
          return servers * its.workerCost + its.arrivals * wait * its.waitCost;
        };
        if (workers > Math.max(its.least, forAnswers)) expect(cost(workers)).to.be.at.most(cost(workers - 1));
        if (workers < its.most) expect(cost(workers)).to.be.at.most(cost(workers + 1));
      }),
      { seed: 8, numRuns: 500 },
    );
  });

  it("never are fewer for more work, dearer waiting or more challenges, nor more for dearer provers", () => {
    fc.assert(
      fc.property(demand, fc.double({ min: 1, max: 3, noNaN: true }), (its, times) => {
        const { workers } = workersToHold(its);
        for (const name of ["arrivals", "waitCost", "answers"] as const) {
          expect(workersToHold({ ...its, [name]: its[name] * times }).workers).to.be.at.least(workers);
        }
        const dearer = workersToHold({ ...its, workerCost: its.workerCost * times }).workers;
        if (waitIn(workers, its) !== undefined) expect(dearer).to.be.at.most(workers);
      }),
      { seed: 9, numRuns: 500 },
    );
  });
});
