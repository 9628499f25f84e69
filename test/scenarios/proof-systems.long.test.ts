// Scenarios with UltraHonk and Groth16 that must agree, where each record is a segment of its own: all but those that are long for
// their many proofs (`hardhat scenario run all --proof-system all-of` plays them, too). With Groth16 alone, and with PLONK, which
// proves longest, those in which a proof decides.

import { findScenario, SCENARIOS } from "../../src/scenarios/index.ts";
import { expectPlayed, play } from "./support.ts";

const MANY_PROOFS: readonly string[] = [
  "doubted-arbitrage",
  "early-finality",
  "self-challenge",
  "mass-challenge",
];

describe("scenarios with other proof systems", function () {
  this.timeout(1_800_000);

  for (const scenario of SCENARIOS) {
    if (MANY_PROOFS.includes(scenario.name)) continue;
    it(`${scenario.name} with all-of`, async () => {
      expectPlayed(await play(scenario, { proofSystem: "all-of" }));
    });
  }

  for (const [proofSystem, ...names] of [
    ["groth16", "fraud-proof", "frivolous-challenge", "reorged-dispute"],
    ["plonk", "fraud-proof"],
  ] as const) {
    for (const name of names) {
      it(`${name} with ${proofSystem}`, async () => {
        expectPlayed(await play(findScenario(name), { proofSystem }));
      });
    }
  }
});
