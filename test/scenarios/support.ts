// The theatre of the tests: the same as the task's, without its progress lines.

import { expect } from "chai";
import hre from "hardhat";
import type { Scenario, ScenarioResult, Theatre } from "../../src/scenarios/index.ts";
import { runScenario } from "../../src/scenarios/index.ts";
import { type ProofSystemArgs, parseProofSystems } from "../../tasks/support/proof-systems.ts";
import { openTheatre } from "../../tasks/support/theatre.ts";

const theatres = new Map<string, Promise<Theatre>>();

/** Keys and artifacts are shared; every play opens a chain of its own. */
export async function play(
  scenario: Scenario,
  { proofSystem = "ultrahonk", instance }: Partial<ProofSystemArgs> = {},
): Promise<ScenarioResult> {
  const name = `${proofSystem} ${instance}`;
  const theatre =
    theatres.get(name) ??
    openTheatre({ hre, progress: () => {} }, parseProofSystems({ proofSystem, instance }));
  theatres.set(name, theatre);
  return await runScenario(scenario, await theatre);
}

/** It ended exactly as predicted. */
export function expectPlayed(result: ScenarioResult): void {
  if (result.error !== undefined) throw result.error;
  expect(failedChecks(result)).to.deep.equal([]);
  expect(result.ok).to.equal(true);
}

export function failedChecks({ checks }: ScenarioResult): string[] {
  return checks.filter(({ ok }) => !ok).map(({ what }) => what);
}
