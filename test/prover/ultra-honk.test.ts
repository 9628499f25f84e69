// UltraHonk end to end: from the model's trace to a proof that the verifier contract accepts.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { hexlify } from "ethers";
import hre from "hardhat";
import { isLuntraError } from "../../src/errors.ts";
import {
  INSTANCES,
  P,
  type PublicInputs,
  publicInputList,
  toBytes32,
  traceSegment,
} from "../../src/model/index.ts";
import { verifyByBackend } from "../../src/prover/backend-verify.ts";
import { compileSegment } from "../../src/prover/circuit.ts";
import {
  executeSegment,
  inProcessEvm,
  loadFastHash,
  proveSegment,
  type SegmentProof,
  type SegmentRun,
  segmentProver,
  UltraHonk,
} from "../../src/prover/index.ts";
import { makeKeys, pointsFor, sizeOf } from "../../src/prover/keys.ts";
import { developmentSrs } from "../../src/prover/srs.ts";
import { CONTEXT } from "../circuits/harness.ts";
import { generateSegments } from "../support/vectors.ts";

describe("UltraHonk", function () {
  this.timeout(300_000);

  const system = new UltraHonk("dev");
  let run: SegmentRun;
  let inputs: PublicInputs;
  let list: bigint[];
  let proven: SegmentProof;

  before(async () => {
    run = await randomRun();
    inputs = await system.publicInputs(run);
    list = publicInputList(inputs);
    proven = await proveSegment(system, run);
  });

  async function randomRun(): Promise<SegmentRun> {
    const hash = await loadFastHash();
    const { instance } = system;
    // The third segment is the first of signed records.
    const [vector] = generateSegments({ ...instance, hash, seed: "prover", count: 3 }).slice(-1);
    if (vector === undefined) throw new Error("no segment");
    const { before, words } = vector;
    return { trace: traceSegment(before.clone(), words, instance.n), words, context: CONTEXT };
  }

  async function codeOf(action: Promise<unknown>): Promise<string> {
    return action.then(
      () => "none",
      (error) => (isLuntraError(error) ? error.code : String(error)),
    );
  }

  /** Runs with a folder for temporary files that nobody else writes to, and tells what was left there. */
  async function leftBehind(action: () => Promise<void>): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), "luntra-test-"));
    const { TMPDIR } = process.env;
    process.env.TMPDIR = folder;
    try {
      await action();
      return await readdir(folder);
    } finally {
      if (TMPDIR === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = TMPDIR;
      await rm(folder, { recursive: true });
    }
  }

  it("proves a random segment, and the generated verifier accepts the proof", async () => {
    expect(await system.verify(list, proven.proof)).to.equal(true);
    expect(proven.b).to.equal(run.trace.b);
    expect(proven.timings.provingMs).to.be.greaterThan(0);
  });

  it("has its proof refused for every other value of every public input, and for the same value plus p", async () => {
    for (let i = 0; i < list.length; i++) {
      const changed = list.with(i, ((list[i] as bigint) + 1n) % P);
      expect(await system.verify(changed, proven.proof), `input ${i}`).to.equal(false);
      const notCanonical = list.with(i, (list[i] as bigint) + P);
      expect(await system.verify(notCanonical, proven.proof), `input ${i} plus p`).to.equal(false);
    }
    expect(await system.verify(list.slice(1), proven.proof), "too few").to.equal(false);
  });

  it("has a tampered proof refused, wherever it is changed", async () => {
    const { proof } = proven;
    for (let at = 31; at < proof.length; at += Math.floor(proof.length / 40)) {
      const changed = proof.with(at, (proof[at] as number) ^ 1);
      expect(await system.verify(list, changed), `byte ${at}`).to.equal(false);
    }
    for (const wrong of [
      proof.slice(32),
      proof.slice(0, -32),
      new Uint8Array(proof.length),
      new Uint8Array(),
    ]) {
      expect(await system.verify(list, wrong)).to.equal(false);
    }
  });

  it("runs a segment's witness without proving, and refuses one that ends elsewhere", async () => {
    const { publicInputs } = await executeSegment(system, run);
    expect(publicInputs).to.deep.equal(list);
    const b = (inputs.b + 1n) % P;
    expect(await codeOf(system.witness(run, { ...inputs, b }))).to.equal("WITNESS_REFUSED");
    const wrong = { ...run, trace: { ...run.trace, b } };
    expect(await codeOf(segmentProver(system).execute(wrong))).to.equal("CIRCUIT_DISAGREES");
    expect(await codeOf(segmentProver(system).prove(wrong))).to.equal("CIRCUIT_DISAGREES");
  });

  it("leaves development proofs to the contract: the backend, which knows the ceremony's secret, refuses them", async () => {
    const circuit = await compileSegment("dev", INSTANCES.dev);
    const srs = await developmentSrs(pointsFor(await sizeOf(circuit)));
    const keys = await makeKeys(circuit, srs, "HonkVerifierDev", true);
    expect(await verifyByBackend(keys, list, proven.proof)).to.equal(false);
    const lost = { ...keys, vkPath: "/nonexistent" };
    expect(await codeOf(verifyByBackend(lost, [], proven.proof))).to.equal("BACKEND_FAILED");
  });

  it("never hands out a proof that the verifier does not accept", async () => {
    const doubtful = new UltraHonk("dev", { type: "development", call: async () => false });
    expect(await codeOf(proveSegment(doubtful, run))).to.equal("PROOF_REFUSED");
  });

  it("never hands out a proof of other public inputs than it was asked for", async () => {
    const witness = await executeSegment(system, run);
    const other = { ...witness, publicInputs: witness.publicInputs.with(5, 1n) };
    expect(await codeOf(system.prove(other))).to.equal("PROOF_REFUSED");
  });

  it("stops when cancelled, leaves no files behind, and proves again after", async () => {
    const left = await leftBehind(async () => {
      const controller = new AbortController();
      const cancelled = codeOf(proveSegment(system, run, { signal: controller.signal }));
      setTimeout(() => controller.abort(), 400);
      expect(await cancelled).to.equal("PROVER_CANCELLED");
      const late = proveSegment(system, run, { signal: AbortSignal.abort() });
      expect(await codeOf(late)).to.equal("PROVER_CANCELLED");
    });
    expect(left).to.deep.equal([]);
    expect((await segmentProver(system).prove(run)).length).to.equal(32 + proven.proof.length);
  });

  it("proves several segments at once", async () => {
    const proofs = await Promise.all([1, 2, 3].map(() => segmentProver(system).prove(run)));
    for (const proof of proofs) {
      expect(hexlify(proof.subarray(0, 32))).to.equal(toBytes32(inputs.h));
      expect(await system.verify(list, proof.subarray(32))).to.equal(true);
    }
  });

  it("tells a verifier that cannot be deployed from a proof that is refused", async () => {
    expect(await codeOf(inProcessEvm()("NoSuchVerifier", [], new Uint8Array()))).to.not.equal("none");
  });

  it("has a development verifier that cannot be deployed off the local chain", async () => {
    const { ethers } = await hre.network.create({ network: "default", override: { chainId: 1 } });
    const factory = await ethers.getContractFactory("HonkVerifierDev");
    const outcome = await factory.deploy().then(
      () => "deployed",
      (error) => String(error),
    );
    expect(outcome).to.include("DevelopmentKeysOffLocalChain");
  });
});
