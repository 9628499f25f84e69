import { LuntraError } from "../../src/errors.ts";
import { findScenario, runScenario, SCENARIOS, type ScenarioResult } from "../../src/scenarios/index.ts";
import { action } from "../support/action.ts";
import type { CommonArgs } from "../support/define.ts";
import { describeError } from "../support/output.ts";
import { type ProofSystemArgs, parseProofSystems } from "../support/proof-systems.ts";
import { openTheatre } from "../support/theatre.ts";
import { checkLines, eventLines, figureLines, headLines } from "./lines.ts";

export default action<CommonArgs & ProofSystemArgs & { name: string }>(
  async ({ name, json, ...args }, context) => {
    const scenarios = name === "all" ? SCENARIOS : [findScenario(name)];
    const theatre = await openTheatre(context, parseProofSystems(args));
    const print = (lines: readonly string[]) => {
      if (!json) context.emit({ json: undefined, lines });
    };
    const results: ScenarioResult[] = [];
    for (const scenario of scenarios) {
      print(headLines(scenario));
      const onEvent = (event: ScenarioResult["timeline"][number]) => print(eventLines(event));
      const result = await runScenario(scenario, theatre, { onEvent });
      print([...figureLines(result), ...checkLines(result)]);
      results.push(result);
    }
    const failed = results.find(({ ok }) => !ok);
    const played = results.filter(({ ok }) => ok).length;
    const seconds = (results.reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000).toFixed(1);
    return {
      json: name === "all" ? results : results[0],
      lines: [`${played} of ${results.length} scenario(s) ended exactly as predicted, in ${seconds} s.`],
      ...(failed === undefined ? {} : { failure: failureOf(failed) }),
    };
  },
);

function failureOf({ name, checks, error }: ScenarioResult): LuntraError {
  const failed = checks.filter(({ ok }) => !ok);
  const [first] = failed;
  const why =
    error === undefined
      ? `${first?.what}: expected ${first?.expected}, got ${first?.actual}`
      : `${describeError(error).code}: ${describeError(error).message}`;
  return new LuntraError(
    "SCENARIO_FAILED",
    { scenario: name, failed: failed.length + (error === undefined ? 0 : 1), first: why },
    error,
  );
}
