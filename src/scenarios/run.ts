// Plays one scenario on a fresh chain and compares its end with what was predicted.

import type { Scenario, ScenarioResult, Theatre } from "./scenario.ts";
import { audit } from "./support/audit.ts";
import { Stage, type StageOptions } from "./support/stage.ts";

export async function runScenario(
  scenario: Scenario,
  theatre: Theatre,
  options: StageOptions = {},
): Promise<ScenarioResult> {
  const { name, summary } = scenario;
  const started = performance.now();
  const { overrides, brokenVerifiers } = scenario;
  const stage = await Stage.open(theatre, { ...options, overrides, brokenVerifiers });
  let failure: { readonly error: unknown } | undefined;
  try {
    await audit(stage, await scenario.play(stage));
  } catch (error) {
    failure = { error };
  } finally {
    await stage.close();
  }
  const { timeline, checks, figures, tables } = stage;
  const ok = failure === undefined && checks.every((check) => check.ok);
  const wallMs = Math.round(performance.now() - started);
  return { name, summary, ok, wallMs, timeline, checks, figures, tables, ...failure };
}
