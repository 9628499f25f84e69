// Every scenario with Groth16, and with UltraHonk and Groth16 that must agree, where each record is a segment of its own; with
// PLONK, which proves longest, the one in which a proof decides.

import { SCENARIOS } from "../../src/scenarios/index.ts";
import { expectPlayed, play } from "./support.ts";

describe("scenarios with other proof systems", function () {
  this.timeout(1_800_000);

  for (const proofSystem of ["groth16", "all-of"]) {
    for (const scenario of SCENARIOS) {
      it(`${scenario.name} with ${proofSystem}`, async () => {
        expectPlayed(await play(scenario, { proofSystem }));
      });
    }
  }

  it("fraud-proof with plonk", async () => {
    const scenario = SCENARIOS.find(({ name }) => name === "fraud-proof");
    if (scenario === undefined) throw new RangeError("expected a scenario fraud-proof");
    expectPlayed(await play(scenario, { proofSystem: "plonk" }));
  });
});
