// Scenarios with real proofs that the default tier leaves out.

import { SCENARIOS } from "../../src/scenarios/index.ts";
import { DEFAULT_TIER, playInFull } from "./in-full.ts";

describe("other scenarios", function () {
  this.timeout(300_000);

  for (const scenario of SCENARIOS) {
    if (DEFAULT_TIER.includes(scenario.name)) continue;
    it(`${scenario.name}: ${scenario.summary}`, () => playInFull(scenario));
  }
});
