// The theatre of the tests: the same as the task's, without its progress lines.

import hre from "hardhat";
import type { Scenario, ScenarioResult, Theatre } from "../../src/scenarios/index.ts";
import { runScenario } from "../../src/scenarios/index.ts";
import { openTheatre } from "../../tasks/support/theatre.ts";

let theatre: Promise<Theatre> | undefined;

/** Keys and artifacts are shared; every play opens a chain of its own. */
export async function play(scenario: Scenario): Promise<ScenarioResult> {
  theatre ??= openTheatre({ hre, progress: () => {} });
  return await runScenario(scenario, await theatre);
}

export function failedChecks({ checks }: ScenarioResult): string[] {
  return checks.filter(({ ok }) => !ok).map(({ what }) => what);
}
