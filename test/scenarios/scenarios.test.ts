// Every scenario with real proofs, and what its timeline has to show besides the checks of its own.

import { expect } from "chai";
import { findScenario, SCENARIOS, type ScenarioResult } from "../../src/scenarios/index.ts";
import { throwsWith } from "../support/rejects-harness.ts";
import { expectPlayed, play } from "./support.ts";

/** One dispute transaction may take half of L1's limit for a transaction. */
const MOST_DISPUTE_GAS = 2n ** 24n / 2n;

describe("scenarios", function () {
  this.timeout(300_000);

  for (const scenario of SCENARIOS) {
    it(`${scenario.name}: ${scenario.summary}`, async () => {
      const result = await play(scenario);
      expectPlayed(result);
      expectSoundTimeline(result);
      expectCompleteChecks(result);
      expectKeptPromises(result);
    });
  }

  for (const name of ["fraud-proof", "bad-commit", "enqueue-after-commit"]) {
    it(`${name}: the same with one record in a segment`, async () => {
      expectPlayed(await play(findScenario(name), { instance: "mini" }));
    });
  }

  it("are found by name", () => {
    expect(findScenario("fraud-proof").name).to.equal("fraud-proof");
    throwsWith(() => findScenario("nobody-wrote-this"), "SCENARIO_UNKNOWN");
  });

  it("have names of their own", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });
});

function expectSoundTimeline({ timeline }: ScenarioResult): void {
  expect(timeline.length).to.be.greaterThan(5);
  for (const [i, { at, gas, transactions }] of timeline.entries()) {
    expect(at >= (timeline[i - 1]?.at ?? 0n), "time goes forward").to.equal(true);
    expect(gas).to.equal(transactions.reduce((sum, { gasUsed }) => sum + gasUsed, 0n));
    for (const { gasUsed } of transactions) expect(gasUsed < MOST_DISPUTE_GAS).to.equal(true);
  }
}

/** Numbers that a story promises, by how many there are. */
const PROMISES: Readonly<Record<string, number>> = {
  "trading-day": 7,
  "flagged-batch": 1,
  "doubted-arbitrage": 1,
};

function expectKeptPromises({ name, figures, tables }: ScenarioResult): void {
  expect(figures.length).to.equal(PROMISES[name] ?? 0);
  expect(figures.filter(({ kept }) => !kept)).to.deep.equal([]);
  if (name === "trading-day") expect(tables.map(({ rows }) => rows.length)).to.deep.equal([15]);
}

/** All that a person can have, for each of nine people, and what the contracts hold. */
function expectCompleteChecks({ checks }: ScenarioResult): void {
  const about = (part: string) => checks.filter(({ what }) => what.includes(part)).length;
  expect(about(": change of ")).to.equal(9 * 4);
  expect(about(": L2 ")).to.be.at.least(9 * 3);
  expect(about(": checkpoint after segment ")).to.be.at.least(1);
  expect(about("bridge: ")).to.equal(4);
  expect(about("bonds: ")).to.equal(3);
}
