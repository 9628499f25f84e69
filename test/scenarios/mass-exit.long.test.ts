// The mass exit with ten thousand simulated balances: what every transaction of it takes, not an extrapolation.

import { massExitOf } from "../../src/scenarios/mass-exit.ts";
import { expectPlayed, play } from "./support.ts";

describe("a mass exit of 10 000 balances", function () {
  this.timeout(1_800_000);

  it("costs per balance what it costs with few", async () => {
    const result = await play(massExitOf(10_000));
    for (const { what, gas } of result.timeline.slice(-2)) console.log(`      ${what}; ${gas} gas`);
    expectPlayed(result);
  });
});
