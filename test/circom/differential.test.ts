// Model, Noir and circom on a few random segments; differential.long.test.ts has many.

import { compareInstance, compareSizes } from "./differential.ts";

describe("circom: differential", () => {
  it("agrees with the model and with the Noir circuit on random segments of one record", () =>
    compareInstance("mini", "differential", 10));

  it("agrees with them at depth 21", () => compareInstance("single", "differential", 2));

  it("agrees with them on random segments of several records, however high the cap is", async () => {
    for (const seed of ["one", "two"]) await compareSizes({ n: 3, D: 5, E: 3 }, [1, 2], seed, 3);
  }).timeout(120_000);
});
