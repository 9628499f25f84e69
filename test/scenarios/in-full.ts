// What a scenario has to show besides the checks of its own.

import { expect } from "chai";
import type { Scenario, ScenarioResult } from "../../src/scenarios/index.ts";
import { expectPlayed, play } from "./support.ts";

/** One dispute transaction may take half of L1's limit for a transaction. */
const MOST_DISPUTE_GAS = 2n ** 24n / 2n;

/** The scenarios that the default tier plays, one or two of a kind; the long tier plays the others. */
export const DEFAULT_TIER: readonly string[] = [
  "honest",
  "trading-day",
  "flagged-batch",
  "doubted-arbitrage",
  "fraud-proof",
  "frivolous-challenge",
  "unanswered-challenge",
  "bad-commit",
  "descendants-of-fraud",
  "broken-verifier",
];

/** With real proofs. */
export async function playInFull(scenario: Scenario): Promise<void> {
  const result = await play(scenario);
  expectPlayed(result);
  expectSoundTimeline(result);
  expectCompleteChecks(result);
  expectKeptPromises(result);
}

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
