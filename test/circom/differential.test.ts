// Model, Noir and circom on a few random segments; differential.long.test.ts has many.

import { compareInstance } from "./differential.ts";

describe("circom: differential", () => {
  it("agrees with the model and with the Noir circuit on random segments of one record", () =>
    compareInstance("mini", "differential", 10));
});
