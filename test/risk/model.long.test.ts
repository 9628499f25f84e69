// The committed model, trained anew: byte for byte the same file.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { encodeModel, MODEL_PATH, readModel } from "../../src/risk/model.ts";
import { FULL, train } from "../../src/risk/train.ts";

describe("committed risk model", () => {
  it("is what its seed makes", async function () {
    this.timeout(600_000);
    const { seed } = readModel();
    expect(encodeModel(train({ seed, ...FULL }))).to.equal(await readFile(MODEL_PATH, "utf8"));
  });
});
