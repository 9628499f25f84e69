// Model, Noir and circom on many random segments.

import { compareOnRandomSegments } from "./differential.ts";

describe("circom: long differential", () => {
  it("agrees with the model and with the Noir circuit on random segments of one record, depth 9", () =>
    compareOnRandomSegments("mini", "long differential", 180)).timeout(1_800_000);

  it("agrees with them at depth 21", () =>
    compareOnRandomSegments("single", "long differential", 20)).timeout(1_800_000);
});
