// A segment through several proof systems: what is asked of each, and what the deployment's verifier gets.

import { expect } from "chai";
import { AbiCoder, hexlify } from "ethers";
import hre from "hardhat";
import type { SolidityBuildProfileConfig } from "hardhat/types/config";
import { fail } from "../../src/errors.ts";
import {
  INSTANCES,
  type InstanceName,
  type PublicInputs,
  publicInputList,
  publicInputs,
  toBytes32,
  traceSegment,
} from "../../src/model/index.ts";
import {
  instancesOf,
  PROOF_SYSTEMS,
  type ProofSystem,
  type ProofSystemName,
  proofSystem,
  type SegmentRun,
  segmentProver,
  systemsOf,
  verifierFolder,
  verifierName,
} from "../../src/prover/index.ts";
import { CONTEXT, hash, SMALL, stateWith } from "../circuits/harness.ts";
import { rejectsWith, throwsWith } from "../support/rejects-harness.ts";

/** A system that says what it was asked; `h` and the proof tell whose they are. */
class Told implements ProofSystem {
  readonly instance = SMALL;
  readonly instanceName: InstanceName = "mini";
  readonly name: ProofSystemName;
  readonly #log: string[];
  refuses: "nothing" | "witness" | "proof" = "nothing";

  constructor(name: ProofSystemName, log: string[]) {
    this.name = name;
    this.#log = log;
  }

  get #number(): number {
    return PROOF_SYSTEMS.indexOf(this.name) + 1;
  }

  async publicInputs({ trace: { a, b }, words, context }: SegmentRun): Promise<PublicInputs> {
    const its = publicInputs({ a, b, words, n: SMALL.n, context, hash });
    return { ...its, h: BigInt(this.#number) };
  }

  async witness(run: SegmentRun, inputs?: PublicInputs) {
    this.#log.push(`${this.name} runs`);
    if (this.refuses === "witness") fail("WITNESS_REFUSED", { circuit: this.name, reason: "no such case" });
    const publicInputs = publicInputList(inputs ?? (await this.publicInputs(run)));
    return { bytes: new Uint8Array(), publicInputs };
  }

  async prove({ publicInputs }: { readonly publicInputs: readonly bigint[] }, signal?: AbortSignal) {
    this.#log.push(`${this.name} proves ${publicInputs[2]}`);
    if (this.refuses === "proof") fail("PROOF_REFUSED", { circuit: this.name });
    if (signal?.aborted) fail("PROVER_CANCELLED", {});
    const bytes = new Uint8Array(3).fill(this.#number);
    return { bytes, publicInputs, provingMs: 1, peakBytes: undefined, verifyingMs: 1 };
  }

  setup = () => Promise.reject(new Error("not asked"));
  size = () => Promise.reject(new Error("not asked"));
  verify = () => Promise.reject(new Error("not asked"));
  exportVerifier = () => Promise.reject(new Error("not asked"));
}

describe("Segment prover", () => {
  const words = { first: true, records: [] };
  const run: SegmentRun = { trace: traceSegment(stateWith([]), words, SMALL.n), words, context: CONTEXT };
  let log: string[];
  let systems: Told[];

  beforeEach(() => {
    log = [];
    systems = PROOF_SYSTEMS.map((name) => new Told(name, log));
  });

  it("of one system hands out h and the proof, as its adapter takes them", async () => {
    for (const [i, system] of systems.entries()) {
      const expected = `${toBytes32(BigInt(i + 1))}${`0${i + 1}`.repeat(3)}`;
      expect(hexlify(await segmentProver(system).prove(run))).to.equal(expected);
      expect(hexlify(await segmentProver([system]).prove(run))).to.equal(expected);
    }
  });

  it("of several hands out each one's in the given order, as AllOf takes them", async () => {
    const [first, second, third] = systems as [Told, Told, Told];
    const bytes = await segmentProver([third, first, second]).prove(run);
    const [parts] = AbiCoder.defaultAbiCoder().decode(["bytes[]"], bytes);
    const expected = [3, 1, 2].map((i) => `${toBytes32(BigInt(i))}${`0${i}`.repeat(3)}`);
    expect([...parts]).to.deep.equal(expected);
    expect(log.filter((line) => line.includes("proves"))).to.deep.equal([
      "plonk proves 3",
      "ultrahonk proves 1",
      "groth16 proves 2",
    ]);
  });

  it("runs every system's circuit, and names the one that refuses what the model has run", async () => {
    await segmentProver(systems).execute(run);
    expect(log).to.deep.equal(["ultrahonk runs", "groth16 runs", "plonk runs"]);
    for (const system of systems) {
      system.refuses = "witness";
      const { args } = await rejectsWith(segmentProver(systems).execute(run), "CIRCUIT_DISAGREES");
      expect(args).to.deep.equal({ system: system.name, instance: "mini", reason: "no such case" });
      await rejectsWith(segmentProver(systems).prove(run), "CIRCUIT_DISAGREES");
      system.refuses = "nothing";
    }
  });

  it("hands out nothing unless every system has proven", async () => {
    for (const system of systems) {
      system.refuses = "proof";
      await rejectsWith(segmentProver(systems).prove(run), "PROOF_REFUSED");
      system.refuses = "nothing";
    }
    const cancelled = segmentProver(systems).prove(run, AbortSignal.abort());
    await rejectsWith(cancelled, "PROVER_CANCELLED");
  });

  it("needs a system", () => {
    throwsWith(() => segmentProver([]), "PROOF_SYSTEM_NONE");
  });
});

describe("Proof systems by name", () => {
  it("are made for the instances that they have a circuit of, and for no other", () => {
    for (const name of PROOF_SYSTEMS) {
      for (const instance of instancesOf(name)) {
        expect(systemsOf(instance)).to.include(name);
        expect(proofSystem(name, instance)).to.include({ name, instanceName: instance });
      }
    }
    expect(instancesOf("ultrahonk")).to.include.members(["mini", "dev", "standard"]);
    throwsWith(() => proofSystem("groth16", "dev"), "INSTANCE_UNSUPPORTED");
    throwsWith(() => proofSystem("plonk", "standard"), "INSTANCE_UNSUPPORTED");
  });

  it("have verifiers with names and places of their own, which Hardhat's configuration knows beforehand", () => {
    const { overrides } = hre.config.solidity.profiles.default as SolidityBuildProfileConfig;
    const places = (Object.keys(INSTANCES) as InstanceName[]).flatMap((instance) =>
      PROOF_SYSTEMS.flatMap((name) =>
        [true, false].map(
          (development) =>
            `contracts/generated/${verifierFolder(instance, development)}/${verifierName(name, instance, development)}.sol`,
        ),
      ),
    );
    expect(new Set(places).size).to.equal(places.length);
    for (const place of places) expect(overrides[place]?.settings.viaIR, place).to.equal(false);
    expect(places).to.include("contracts/generated/mini/Groth16VerifierMini.sol");
    expect(places).to.include("contracts/generated/ceremony/HonkVerifierStandardCeremony.sol");
  });
});
