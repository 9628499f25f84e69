// PLONK end to end: from the model's trace to a proof that snarkjs accepts.

import { expect } from "chai";
import { P, publicInputList } from "../../../src/model/index.ts";
import { executeSegment } from "../../../src/prover/index.ts";
import { Plonk } from "../../../src/prover/snarkjs/index.ts";
import { codeOf, miniRun } from "./run.ts";

describe("PLONK proofs", function () {
  this.timeout(1_200_000);

  const system = new Plonk("mini");

  it("are made of random segments, in 768 bytes, and accepted for their public inputs alone", async () => {
    const run = await miniRun();
    const witness = await executeSegment(system, run);
    const { bytes, publicInputs } = await system.prove(witness);
    expect(bytes.length).to.equal(768);
    expect(publicInputs).to.deep.equal(publicInputList(await system.publicInputs(run)));
    expect(await system.verify(publicInputs, bytes)).to.equal(true);
    for (let i = 0; i < publicInputs.length; i++) {
      const input = publicInputs[i] as bigint;
      expect(await system.verify(publicInputs.with(i, (input + 1n) % P), bytes)).to.equal(false);
      expect(await system.verify(publicInputs.with(i, input + P), bytes)).to.equal(false);
    }
    for (let at = 31; at < bytes.length; at += 32) {
      expect(await system.verify(publicInputs, bytes.with(at, (bytes[at] as number) ^ 1))).to.equal(false);
    }
  });

  it("are not made of witnesses that do not satisfy the circuit, nor after a call is off", async () => {
    const witness = await executeSegment(system, await miniRun());
    const damaged = { ...witness, bytes: witness.bytes.with(5000, (witness.bytes[5000] as number) ^ 1) };
    const refusal = await codeOf(system.prove(damaged));
    expect(["PROOF_REFUSED", "SNARKJS_FAILED"]).to.include(refusal);
    const controller = new AbortController();
    const cancelled = codeOf(system.prove(witness, controller.signal));
    setTimeout(() => controller.abort(), 500);
    expect(await cancelled).to.equal("PROVER_CANCELLED");
  });
});
