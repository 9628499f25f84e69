// Scenarios with real proofs, one or two of a kind; others.long.test.ts has the others.

import { expect } from "chai";
import { findScenario, SCENARIOS } from "../../src/scenarios/index.ts";
import { throwsWith } from "../support/rejects-harness.ts";
import { DEFAULT_TIER, playInFull } from "./in-full.ts";
import { expectPlayed, play } from "./support.ts";

describe("scenarios", function () {
  this.timeout(300_000);

  for (const name of DEFAULT_TIER) {
    const scenario = findScenario(name);
    it(`${name}: ${scenario.summary}`, () => playInFull(scenario));
  }

  for (const name of ["fraud-proof", "bad-commit", "enqueue-after-commit"]) {
    it(`${name}: the same with one record in a segment`, async () => {
      expectPlayed(await play(findScenario(name), { instance: "mini" }));
    });
  }

  it("are found by name", () => {
    expect(findScenario("fraud-proof").name).to.equal("fraud-proof");
    throwsWith(() => findScenario("nobody-wrote-this"), "SCENARIO_UNKNOWN");
  });

  it("have names of their own", () => {
    const names = SCENARIOS.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });
});
