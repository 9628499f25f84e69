// The options --proof-system, --instance and those for keys, from deployment to proof.

import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ceremonyPlaces } from "../../src/ceremony/index.ts";
import { DEVELOPMENT_KEYS, keySources } from "../../tasks/support/key-sources.ts";
import { parseProofSystems } from "../../tasks/support/proof-systems.ts";
import { throwsWith } from "../support/rejects-harness.ts";
import { runJson, runJsonFailing } from "./capture.ts";

describe("tasks and proof systems", function () {
  this.timeout(600_000);
  const state = join(tmpdir(), `luntra-systems-${process.pid}`);
  const here = { deployment: "systems" };

  before(() => {
    process.env.LUNTRA_STATE = state;
  });

  after(async () => {
    delete process.env.LUNTRA_STATE;
    await rm(state, { recursive: true, force: true });
    await rm(join(tmpdir(), `luntra-${process.pid}`), { recursive: true, force: true });
  });

  it("rollup deploy, prover prove and keys verify work with all of a deployment's systems", async () => {
    const book = await runJson("rollup deploy", { ...here, proofSystem: "all-of" });
    expect(book).to.include({ instance: "mini", proofSystem: "all-of" });
    const systems = (book.verifiers as { system: string }[]).map(({ system }) => system);
    expect(systems).to.deep.equal(["ultrahonk", "groth16"]);
    expect(await runJson("rollup status", here)).to.include({ proofSystem: "all-of" });

    await runJson("bond deposit", { ...here, from: "1", amount: "2ether" });
    await runJson("bridge deposit", { ...here, from: "3", amount: "1ether" });
    await runJson("sequencer commit", { ...here, from: "1" });
    const proven = await runJson("prover prove", { ...here, batch: "1", from: "2", send: true });
    expect(proven).to.deep.include({ proven: [0], final: true });

    const { ok, comparisons } = await runJson("keys verify", here);
    expect(ok).to.equal(true);
    expect((comparisons as { what: string }[]).map(({ what }) => what)).to.deep.equal(
      ["ultrahonk", "groth16"].flatMap((system) =>
        ["circuit", "verification key", "the verifier's code"].map((what) => `${system}: ${what}`),
      ),
    );
  });

  it("keys setup tells each system's circuit in its own terms", async () => {
    const { systems } = await runJson("keys setup", { proofSystem: "all-of" });
    const [honk, groth16] = systems as { system: string; size: object; contractName: string }[];
    expect(honk).to.include({ system: "ultrahonk", contractName: "HonkVerifierMini" });
    expect(honk?.size).to.have.keys("gates", "acirOpcodes");
    expect(groth16).to.include({ system: "groth16", contractName: "Groth16VerifierMini" });
    expect(groth16?.size).to.have.keys("constraints", "wires");
  });

  it("say which systems and instances there are", async () => {
    const unknown = await runJsonFailing("rollup deploy", { ...here, proofSystem: "snark" });
    expect(unknown.code).to.equal("ARGUMENT_INVALID");
    const missing = await runJsonFailing("keys setup", { proofSystem: "groth16", instance: "dev" });
    expect(missing.code).to.equal("INSTANCE_UNSUPPORTED");
    expect(missing.message).to.include("mini");
  });

  it("read one system, all-of, or a list in which each stands once", () => {
    const parsed = (proofSystem: string, instance?: string) => parseProofSystems({ proofSystem, instance });
    expect(parsed("ultrahonk")).to.deep.equal({ systems: ["ultrahonk"], instance: "dev" });
    expect(parsed("groth16")).to.deep.equal({ systems: ["groth16"], instance: "mini" });
    expect(parsed("all-of")).to.deep.equal({ systems: ["ultrahonk", "groth16"], instance: "mini" });
    expect(parsed("plonk, ultrahonk", "single")).to.deep.equal({
      systems: ["plonk", "ultrahonk"],
      instance: "single",
    });
    for (const wrong of ["", "none", "groth16,groth16", "all-of,plonk"]) {
      throwsWith(() => parsed(wrong), "ARGUMENT_INVALID");
    }
    throwsWith(() => parsed("groth16", "huge"), "ARGUMENT_INVALID");
  });

  it("take production keys of every system, or of none", () => {
    expect(keySources(["ultrahonk", "groth16"])).to.equal(DEVELOPMENT_KEYS);
    expect(keySources(["groth16"], { ceremony: "folder" })).to.equal(DEVELOPMENT_KEYS);
    const both = { ceremony: "folder", circuitCeremony: "first" };
    const { development, setups, circuitCeremony } = keySources(["ultrahonk", "groth16"], both);
    expect([development, circuitCeremony]).to.deep.equal([false, "first"]);
    expect(setups.ultrahonk).to.deep.equal({ type: "ceremony", folder: "folder" });
    expect(setups.groth16).to.deep.equal({
      type: "ceremony",
      ceremony: "first",
      places: ceremonyPlaces({}),
    });
    const elsewhere = keySources(["ultrahonk", "groth16"], { ...both, deployments: "/elsewhere" });
    expect(elsewhere.setups.groth16).to.deep.include({
      places: ceremonyPlaces({ deployments: "/elsewhere" }),
    });
    const { args } = throwsWith(
      () => keySources(["ultrahonk", "groth16", "plonk"], both),
      "ARGUMENT_INVALID",
    );
    expect(args.argument).to.equal("--ptau");
  });
});
