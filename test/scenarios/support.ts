// The theatre of the tests: the same as the task's, without its progress lines.

import hre from "hardhat";
import type { Scenario, ScenarioResult, Theatre } from "../../src/scenarios/index.ts";
import { runScenario } from "../../src/scenarios/index.ts";
import { parseProofSystems } from "../../tasks/support/proof-systems.ts";
import { openTheatre } from "../../tasks/support/theatre.ts";

const theatres = new Map<string, Promise<Theatre>>();

/** Keys and artifacts are shared; every play opens a chain of its own. */
export async function play(scenario: Scenario, proofSystem = "ultrahonk"): Promise<ScenarioResult> {
  const theatre =
    theatres.get(proofSystem) ??
    openTheatre({ hre, progress: () => {} }, parseProofSystems({ proofSystem, instance: undefined }));
  theatres.set(proofSystem, theatre);
  return await runScenario(scenario, await theatre);
}

export function failedChecks({ checks }: ScenarioResult): string[] {
  return checks.filter(({ ok }) => !ok).map(({ what }) => what);
}
