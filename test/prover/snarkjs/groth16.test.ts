// Groth16 end to end: from the model's trace to a proof that snarkjs accepts. The verifier contract: verifier.test.ts.

import { expect } from "chai";
import { P, type PublicInputs, publicInputList } from "../../../src/model/index.ts";
import {
  executeSegment,
  proveSegment,
  type SegmentProof,
  type SegmentRun,
  type Witness,
} from "../../../src/prover/index.ts";
import { Groth16 } from "../../../src/prover/snarkjs/index.ts";
import { codeOf, miniRun } from "./run.ts";

describe("Groth16", function () {
  this.timeout(300_000);

  const system = new Groth16("mini");
  let run: SegmentRun;
  let inputs: PublicInputs;
  let list: bigint[];
  let witness: Witness;
  let proven: SegmentProof;

  before(async () => {
    run = await miniRun();
    inputs = await system.publicInputs(run);
    list = publicInputList(inputs);
    witness = await executeSegment(system, run);
    proven = await proveSegment(system, run);
  });

  it("proves a random segment in 256 bytes, and tells time and memory", async () => {
    expect(proven.proof.length).to.equal(256);
    expect(proven.b).to.equal(run.trace.b);
    expect(await system.verify(list, proven.proof)).to.equal(true);
    expect(proven.timings.provingMs).to.be.greaterThan(0);
    expect(proven.peakBytes).to.be.greaterThan(2 ** 20);
  });

  it("refuses every other value of every public input, and the same value plus the order", async () => {
    for (let i = 0; i < list.length; i++) {
      const input = list[i] as bigint;
      expect(await system.verify(list.with(i, (input + 1n) % P), proven.proof), `input ${i}`).to.equal(false);
      expect(await system.verify(list.with(i, input + P), proven.proof), `input ${i} plus p`).to.equal(false);
    }
    expect(await system.verify(list.slice(1), proven.proof), "too few").to.equal(false);
    expect(await system.verify([...list, 0n], proven.proof), "too many").to.equal(false);
  });

  it("refuses a proof of another segment's context", async () => {
    const other = { ...run, context: { ...run.context, segment: run.context.segment + 1 } };
    const elsewhere = await system.publicInputs(other);
    expect(elsewhere.context).to.not.equal(inputs.context);
    expect(await system.verify(publicInputList(elsewhere), proven.proof)).to.equal(false);
  });

  it("refuses a tampered proof, wherever it is changed, and what is none", async () => {
    const { proof } = proven;
    for (let at = 31; at < proof.length; at += 32) {
      expect(await system.verify(list, proof.with(at, (proof[at] as number) ^ 1)), `byte ${at}`).to.equal(
        false,
      );
    }
    for (const wrong of [proof.slice(32), new Uint8Array(proof.length), new Uint8Array()]) {
      expect(await system.verify(list, wrong)).to.equal(false);
    }
  });

  it("refuses the witness of a claim that is wrong", async () => {
    for (const name of ["a", "b", "h", "y"] as const) {
      const wrong = { ...inputs, [name]: (inputs[name] + 1n) % P };
      expect(await codeOf(system.witness(run, wrong)), name).to.equal("WITNESS_REFUSED");
    }
  });

  it("never hands out a proof of a witness that does not satisfy the circuit, or of other public inputs", async () => {
    const damaged = { ...witness, bytes: witness.bytes.with(5000, (witness.bytes[5000] as number) ^ 1) };
    expect(await codeOf(system.prove(damaged))).to.equal("PROOF_REFUSED");
    const other = { ...witness, publicInputs: witness.publicInputs.with(5, 1n) };
    expect(await codeOf(system.prove(other))).to.equal("PROOF_REFUSED");
  });

  it("stops at once when cancelled, while proving or while waiting its turn, and proves again after", async () => {
    const controller = new AbortController();
    const [proving, waiting] = [1, 2].map(() => codeOf(system.prove(witness, controller.signal)));
    await new Promise((done) => setTimeout(done, 300));
    const started = performance.now();
    controller.abort();
    expect(await waiting).to.equal("PROVER_CANCELLED");
    expect(await proving).to.equal("PROVER_CANCELLED");
    expect(performance.now() - started).to.be.lessThan(5_000);
    expect(await codeOf(system.prove(witness, AbortSignal.abort()))).to.equal("PROVER_CANCELLED");
    expect((await system.prove(witness)).publicInputs).to.deep.equal(list);
  });

  it("proves with snarkjs as it comes, too: the verifier accepts both alike", async () => {
    const plain = new Groth16("mini", { type: "development" }, { keepMs: 0, plain: true });
    const { bytes } = await plain.prove(witness);
    expect(await system.verify(list, bytes)).to.equal(true);
  });

  it("tells the circuit's size and names the verifier", async () => {
    const { constraints, wires } = await system.size();
    expect(constraints).to.be.within(1, 2 ** 15 - 7);
    expect(wires).to.be.greaterThan(constraints ?? 0);
    expect((await system.exportVerifier()).contractName).to.equal("Groth16VerifierMini");
    expect((await system.setup()).verificationKey).to.match(/^0x[0-9a-f]{64}$/);
  });

  it("has no circuit of an instance that is too large for it", async () => {
    expect(await codeOf((async () => new Groth16("standard"))())).to.equal("INSTANCE_UNSUPPORTED");
  });
});
