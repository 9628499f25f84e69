// The dispute flows, end to end, with real proofs.

import { fail } from "../errors.ts";
import { badCommit } from "./bad-commit.ts";
import { brokenVerifier } from "./broken-verifier.ts";
import { censoredUser } from "./censored-user.ts";
import { concurrentChallenges } from "./concurrent-challenges.ts";
import { descendantsOfFraud } from "./descendants-of-fraud.ts";
import { doubtedArbitrage } from "./doubted-arbitrage.ts";
import { earlyFinality } from "./early-finality.ts";
import { enqueueAfterCommit } from "./enqueue-after-commit.ts";
import { escapeHatch } from "./escape-hatch.ts";
import { flaggedBatch } from "./flagged-batch.ts";
import { fraudProof } from "./fraud-proof.ts";
import { frivolousChallenge } from "./frivolous-challenge.ts";
import { frontRunProof } from "./front-run-proof.ts";
import { griefingChallengers } from "./griefing-challengers.ts";
import { honest } from "./honest.ts";
import { idleRollup } from "./idle-rollup.ts";
import { lateEverything } from "./late-everything.ts";
import { massChallenge } from "./mass-challenge.ts";
import { massExit } from "./mass-exit.ts";
import { pausedDispute } from "./paused-dispute.ts";
import { reorgedDispute } from "./reorged-dispute.ts";
import { repeatedBatch } from "./repeated-batch.ts";
import type { Scenario } from "./scenario.ts";
import { selfChallenge } from "./self-challenge.ts";
import { sequencerGone } from "./sequencer-gone.ts";
import { tradingDay } from "./trading-day.ts";
import { unansweredChallenge } from "./unanswered-challenge.ts";

export { runScenario } from "./run.ts";
export type { LocalChain, Scenario, ScenarioResult, Theatre } from "./scenario.ts";

/** In the order in which `all` plays them. */
export const SCENARIOS: readonly Scenario[] = [
  honest,
  tradingDay,
  flaggedBatch,
  doubtedArbitrage,
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
  censoredUser,
  sequencerGone,
  escapeHatch,
  massExit,
  pausedDispute,
  reorgedDispute,
  idleRollup,
  brokenVerifier,
];

/** Throws SCENARIO_UNKNOWN. */
export function findScenario(name: string): Scenario {
  const known = SCENARIOS.map((scenario) => scenario.name).join(", ");
  return SCENARIOS.find((scenario) => scenario.name === name) ?? fail("SCENARIO_UNKNOWN", { name, known });
}
