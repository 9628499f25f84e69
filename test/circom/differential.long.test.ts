// Model, Noir and circom on many random segments.

import { expect } from "chai";
import { compareInstance, compareSizes } from "./differential.ts";

describe("circom: long differential", () => {
  it("agrees with the model and with the Noir circuit on random segments of one record", () =>
    compareInstance("mini", "long differential", 90)).timeout(1_800_000);

  it("agrees with them at depth 21", () => compareInstance("single", "long differential", 20)).timeout(
    1_800_000,
  );

  it("agrees with them on random segments of several records, however high the cap is", async () => {
    for (const seed of ["one", "two"]) await compareSizes({ n: 3, D: 5, E: 3 }, [1, 2], seed, 3);
  }).timeout(1_800_000);

  it("agrees with them on random segments of several records, until the tree is full", async () => {
    const { tree } = await compareSizes({ n: 3, D: 3, E: 3 }, [1, 2], "crowd", 60);
    expect(tree.full).to.equal(true);
  }).timeout(1_800_000);

  it("agrees with them on random segments of as many records as Groth16 takes", () =>
    compareInstance("classic", "long differential", 4)).timeout(1_800_000);
});
