// The dispute flows, end to end, with real proofs.

import { fail } from "../errors.ts";
import { badCommit } from "./bad-commit.ts";
import { concurrentChallenges } from "./concurrent-challenges.ts";
import { descendantsOfFraud } from "./descendants-of-fraud.ts";
import { earlyFinality } from "./early-finality.ts";
import { enqueueAfterCommit } from "./enqueue-after-commit.ts";
import { fraudProof } from "./fraud-proof.ts";
import { frivolousChallenge } from "./frivolous-challenge.ts";
import { frontRunProof } from "./front-run-proof.ts";
import { griefingChallengers } from "./griefing-challengers.ts";
import { honest } from "./honest.ts";
import { lateEverything } from "./late-everything.ts";
import { massChallenge } from "./mass-challenge.ts";
import { repeatedBatch } from "./repeated-batch.ts";
import type { Scenario } from "./scenario.ts";
import { selfChallenge } from "./self-challenge.ts";
import { unansweredChallenge } from "./unanswered-challenge.ts";

export { runScenario } from "./run.ts";
export type { LocalChain, Scenario, ScenarioResult, Theatre } from "./scenario.ts";

/** In the order in which `all` plays them. */
export const SCENARIOS: readonly Scenario[] = [
  honest,
  fraudProof,
  frivolousChallenge,
  unansweredChallenge,
  earlyFinality,
  badCommit,
  enqueueAfterCommit,
  concurrentChallenges,
  descendantsOfFraud,
  selfChallenge,
  frontRunProof,
  griefingChallengers,
  massChallenge,
  repeatedBatch,
  lateEverything,
];

/** Throws SCENARIO_UNKNOWN. */
export function findScenario(name: string): Scenario {
  const known = SCENARIOS.map((scenario) => scenario.name).join(", ");
  return SCENARIOS.find((scenario) => scenario.name === name) ?? fail("SCENARIO_UNKNOWN", { name, known });
}
