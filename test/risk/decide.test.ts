// Whether to prove: the sums by hand, and that each argument moves the decision one way only.

import { expect } from "chai";
import fc from "fast-check";
import { presetFor } from "../../src/chain/presets.ts";
import {
  DEFAULT_RISK_POLICY,
  decide,
  delayCost,
  doubtCost,
  provenIn,
  type RiskPolicy,
  type Situation,
  waitingValue,
} from "../../src/risk/decide.ts";

const TERMS = presetFor("mainnet", "standard", ["ultrahonk"]);
const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const DAY = 86_400n;

const SITUATION: Situation = {
  probability: 0.02,
  value: 500n * ETHER,
  segments: 4n,
  waits: DAY,
  parentWaits: 0n,
  earliest: 1_800n,
  queue: 0n,
  workers: 2n,
  l1BaseFee: 2n * GWEI,
};

const situation: fc.Arbitrary<Situation> = fc.record({
  probability: fc.double({ min: 0, max: 1, noNaN: true }),
  value: fc.bigInt(0n, 100_000n * ETHER),
  segments: fc.bigInt(0n, 64n),
  waits: fc.bigInt(0n, 2n * DAY),
  parentWaits: fc.bigInt(0n, DAY),
  earliest: fc.bigInt(0n, 3_600n),
  queue: fc.bigInt(0n, 500n),
  workers: fc.bigInt(1n, 64n),
  l1BaseFee: fc.bigInt(0n, 500n * GWEI),
});
const policy: fc.Arbitrary<RiskPolicy> = fc.record({
  rateBps: fc.bigInt(0n, 100_000n),
  doubtBps: fc.bigInt(0n, 10_000n),
  movedBps: fc.bigInt(0n, 10_000n),
  inclusion: fc.bigInt(0n, 600n),
});

describe("decision to prove", () => {
  it("is the sum of the formula", () => {
    const { machine, gas, delay, doubt, gain, prove, ...times } = decide(SITUATION, TERMS);
    // Two rounds of a minute, and 24 s; earlier than half an hour it is not final.
    expect(times).to.deep.equal({ provenIn: 1_800n, waitsFor: DAY });
    expect(machine).to.equal(4n * TERMS.provingCost);
    expect(gas).to.equal(4n * TERMS.answerGas * 2n * GWEI);
    // 10% a year of 500 ETH for 84 600 s.
    expect(delay).to.equal((500n * ETHER * 84_600n) / (10n * 365n * DAY));
    // 2% × (1% of 500 ETH, and 10% a year for a slot and a proving window) × 84 600 of 86 400 s.
    const loss = 5n * ETHER + (500n * ETHER * (TERMS.slot + TERMS.provingWindow)) / (10n * 365n * DAY);
    const expected = (loss * 2n * 84_600n) / (100n * DAY);
    expect(doubt - expected).to.satisfy((difference: bigint) => difference >= -1n && difference <= 1n);
    expect(gain).to.equal(delay + doubt - machine - gas);
    expect(prove).to.equal(true);
  });

  it("turns with L1's price, and with the queue", () => {
    expect(decide({ ...SITUATION, l1BaseFee: 50n * GWEI }, TERMS).prove).to.equal(false);
    expect(decide({ ...SITUATION, queue: 10_000n }, TERMS).prove).to.equal(false);
    expect(decide({ ...SITUATION, queue: 10_000n, workers: 64n }, TERMS).prove).to.equal(true);
    expect(decide({ ...SITUATION, l1BaseFee: 50n * GWEI, probability: 0.9 }, TERMS).prove).to.equal(true);
  });

  it("never proves what proofs make final no earlier", () => {
    fc.assert(
      fc.property(situation, policy, (its, how) => {
        const decision = decide(its, TERMS, how);
        if (decision.provenIn >= decision.waitsFor) {
          expect(decision).to.deep.include({ prove: false, delay: 0n, doubt: 0n });
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  const rising = (change: (its: Situation, by: bigint) => Situation) => ({ change, up: true });
  const falling = (change: (its: Situation, by: bigint) => Situation) => ({ change, up: false });
  const ARGUMENTS = {
    probability: rising((its, by) => ({
      ...its,
      probability: Math.min(1, its.probability + Number(by) / 1e6),
    })),
    value: rising((its, by) => ({ ...its, value: its.value + by * GWEI })),
    "the time without proofs": rising((its, by) => ({ ...its, waits: its.waits + by })),
    provers: rising((its, by) => ({ ...its, workers: its.workers + by })),
    segments: falling((its, by) => ({ ...its, segments: its.segments + by })),
    "L1's base fee": falling((its, by) => ({ ...its, l1BaseFee: its.l1BaseFee + by })),
    "the queue": falling((its, by) => ({ ...its, queue: its.queue + by })),
    "the parent's finality": falling((its, by) => ({ ...its, parentWaits: its.parentWaits + by })),
    "the earliest finality": falling((its, by) => ({ ...its, earliest: its.earliest + by })),
  };

  for (const [name, { change, up }] of Object.entries(ARGUMENTS)) {
    it(`never ${up ? "falls" : "rises"} with ${name}`, () => {
      fc.assert(
        fc.property(situation, policy, fc.bigInt(0n, 1_000_000n), (its, how, by) => {
          const [before, after] = [its, change(its, by)].map((one) => decide(one, TERMS, how).gain) as [
            bigint,
            bigint,
          ];
          expect(up ? after >= before : after <= before).to.equal(true);
        }),
        { seed: 2, numRuns: 500 },
      );
    });
  }

  it("never falls with what waiting or doubt costs", () => {
    fc.assert(
      fc.property(situation, policy, fc.bigInt(0n, 5_000n), (its, how, by) => {
        const { gain } = decide(its, TERMS, how);
        expect(decide(its, TERMS, { ...how, rateBps: how.rateBps + by }).gain >= gain).to.equal(true);
        expect(decide(its, TERMS, { ...how, doubtBps: how.doubtBps + by }).gain >= gain).to.equal(true);
      }),
      { seed: 3, numRuns: 500 },
    );
  });

  it("stays within bounds: nobody spares more than the loss, or pays more than the proofs", () => {
    fc.assert(
      fc.property(situation, policy, (its, how) => {
        const { delay, doubt, machine, gas, gain } = decide(its, TERMS, how);
        expect(gain <= delay + doubt && gain >= -machine - gas).to.equal(true);
        expect(doubt <= doubtCost(1, its.value, TERMS.challengeWindow, TERMS, how)).to.equal(true);
      }),
      { seed: 4, numRuns: 500 },
    );
  });

  it("takes a broken probability for one between 0 and 1", () => {
    const certain = doubtCost(1, ETHER, DAY, TERMS, DEFAULT_RISK_POLICY);
    expect(doubtCost(7, ETHER, DAY, TERMS, DEFAULT_RISK_POLICY)).to.equal(certain);
    expect(doubtCost(-1, ETHER, DAY, TERMS, DEFAULT_RISK_POLICY)).to.equal(0n);
  });

  it("counts what leaves wholly, and what moves within L2 in part", () => {
    expect(waitingValue({ moved: 30n, leaving: 10n }, { movedBps: 1_000n })).to.equal(12n);
    expect(delayCost(365n * DAY, 10_000n, { rateBps: 1n })).to.equal(1n);
  });

  it("needs no prover for what is proven already", () => {
    expect(provenIn({ ...SITUATION, segments: 0n, queue: 99n }, TERMS, DEFAULT_RISK_POLICY)).to.equal(1_800n);
  });
});
