// The committed model, trained anew: byte for byte the same file. And models that have never met some attack.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { encodeModel, MODEL_PATH, readModel } from "../../src/risk/model.ts";
import { FULL, train, unseen } from "../../src/risk/train.ts";

describe("committed risk model", () => {
  it("is what its seed makes", async function () {
    this.timeout(600_000);
    const { seed } = readModel();
    expect(encodeModel(train({ seed, ...FULL }))).to.equal(await readFile(MODEL_PATH, "utf8"));
  });
});

describe("risk model", () => {
  it("says of no attack that it never met that it is more ordinary than ordinary traffic", () => {
    for (const attack of ["drain", "starvation"] as const) {
      expect(unseen("unseen", attack).auc, attack).to.be.greaterThan(0.55);
    }
  }).timeout(300_000);
});
