// The simulator: the same seed, the same traffic; attacks of every kind, and honest oddities that look like them.

import { expect } from "chai";
import { movementOf } from "../../src/risk/ledger.ts";
import { ATTACKS } from "../../src/risk/simulation/plan.ts";
import { type SimulatedBatch, simulate } from "../../src/risk/simulation/simulate.ts";

const text = (batches: readonly SimulatedBatch[]) =>
  JSON.stringify(batches, (_, value) => (typeof value === "bigint" ? `${value}n` : value));

function worlds(count: number, options: Partial<Parameters<typeof simulate>[0]> = {}): SimulatedBatch[] {
  return Array.from({ length: count }, (_, i) => [
    ...simulate({ seed: `simulation ${i}`, batches: 80, ...options }),
  ]).flat();
}

describe("simulated traffic", () => {
  const some = worlds(12, { hostility: 0.1 });
  const honest = some.filter(({ attack }) => attack === undefined);

  it("is the same for the same seed, and another for another", () => {
    const once = [...simulate({ seed: "a", batches: 30 })];
    expect(text([...simulate({ seed: "a", batches: 30 })])).to.equal(text(once));
    expect(text([...simulate({ seed: "b", batches: 30 })])).to.not.equal(text(once));
  });

  it("has attacks of every kind, and only those that are asked for", () => {
    expect(new Set(some.map(({ attack }) => attack))).to.deep.equal(new Set([undefined, ...ATTACKS]));
    const drains = worlds(2, { hostility: 0.2, attacks: ["drain"] });
    expect(new Set(drains.map(({ attack }) => attack))).to.deep.equal(new Set([undefined, "drain"]));
    expect(worlds(1, { attacks: [] }).some(({ attack }) => attack !== undefined)).to.equal(false);
  });

  it("names the records of an attack, and none of ordinary traffic", () => {
    expect(honest.some(({ hostile }) => hostile.includes(true))).to.equal(false);
    const drains = some.filter(({ attack }) => attack === "drain");
    expect(drains.every(({ hostile }) => hostile.includes(true))).to.equal(true);
  });

  it("rolls a wrong batch back: the next one takes its number and its queue items", () => {
    let wrongs = 0;
    for (const [i, { wrong, facts }] of some.entries()) {
      const next = some[i + 1];
      if (!wrong || next === undefined || next.facts.number === 1n) continue;
      wrongs++;
      expect(next.facts.number).to.equal(facts.number);
      const items = (its: SimulatedBatch["facts"]) => its.records.filter(({ kind }) => kind < 8n).length;
      expect(items(next.facts)).to.be.at.least(items(facts));
    }
    expect(wrongs).to.be.greaterThan(3);
  });

  it("claims wrong checkpoints in thefts, relapses and rare mistakes alone", () => {
    const attacks = new Set(some.filter(({ wrong }) => wrong).map(({ attack }) => attack));
    for (const attack of attacks) expect([undefined, "theft", "relapse"]).to.include(attack);
  });

  it("moves no more than there is: what left was there", () => {
    for (const world of Map.groupBy(some, (_, i) => Math.floor(i / 80)).values()) {
      let custody = 0n;
      for (const { facts, wrong } of world) {
        const change = facts.records.map(movementOf).reduce((sum, one) => sum + one.enters - one.leaves, 0n);
        if (!wrong) custody += change;
        expect(custody >= 0n).to.equal(true);
      }
    }
  });

  it("has honest batches with everything that attacks have, so that nothing alone gives one away", () => {
    const has = (what: (its: SimulatedBatch["facts"]) => boolean) => honest.some(({ facts }) => what(facts));
    const most = (facts: SimulatedBatch["facts"]) =>
      Math.max(0, ...facts.records.map(({ amount }) => Number(amount)));
    const largest = Math.max(...honest.map(({ facts }) => most(facts)));
    expect(largest).to.be.greaterThan(50 * Number(10n ** 18n));
    expect(has(({ records }) => records.some(({ reason }) => reason === "wrong nonce"))).to.equal(true);
    expect(has(({ records }) => records.some(({ reason }) => reason === "balance too low"))).to.equal(true);
    expect(has(({ unusedBytes }) => unusedBytes > 0)).to.equal(true);
    expect(has(({ left, forceInclusionDelay }) => 2n * left.oldest > forceInclusionDelay)).to.equal(true);
    expect(has(({ l1 }) => (l1?.fullness ?? 0) > 0.9)).to.equal(true);
    expect(new Set(honest.map(({ facts }) => facts.committer)).size).to.equal(3);
  });
});
