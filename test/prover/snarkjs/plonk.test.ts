// PLONK over the segment circuit, but for proofs, which take long: plonk.long.test.ts. Proofs of a toy circuit, and the
// verifier contract: keys.test.ts and verifier.test.ts.

import { expect } from "chai";
import { P } from "../../../src/model/index.ts";
import { executeSegment } from "../../../src/prover/index.ts";
import { Groth16, Plonk } from "../../../src/prover/snarkjs/index.ts";
import { codeOf, miniRun } from "./run.ts";

describe("PLONK", function () {
  this.timeout(120_000);

  const system = new Plonk("mini");

  it("takes a random segment with the public inputs of Groth16, and refuses a claim that is wrong", async () => {
    const run = await miniRun();
    const inputs = await system.publicInputs(run);
    expect(inputs).to.deep.equal(await new Groth16("mini").publicInputs(run));
    await executeSegment(system, run);
    expect(await codeOf(system.witness(run, { ...inputs, b: (inputs.b + 1n) % P }))).to.equal(
      "WITNESS_REFUSED",
    );
  });

  it("counts gates besides constraints: sums of more than three terms take several", async () => {
    const { gates, constraints } = await system.size();
    expect(gates).to.be.greaterThan(constraints ?? 0);
  });

  it("has no circuit of an instance that is too large for it", async () => {
    expect(await codeOf((async () => new Plonk("standard"))())).to.equal("INSTANCE_UNSUPPORTED");
  });
});
