// Deployment: one go, read back, written down; short presets and development verifiers kept off public chains.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { JsonRpcApiProvider, Signer } from "ethers";
import hre from "hardhat";
import {
  type AddressBook,
  type DeployedVerifier,
  journalPath,
  readAddressBook,
  writeJournal,
} from "../../src/chain/address-book.ts";
import { checkDeployment } from "../../src/chain/check-deployment.ts";
import { type DeployOptions, deploy, L2_CHAIN_IDS, type VerifierSource } from "../../src/chain/deploy.ts";
import { checkParameters, type PresetName, presetFor } from "../../src/chain/presets.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import type { ErrorCode } from "../../src/errors.ts";
import { PUBLIC_PTAU } from "../../src/ceremony/index.ts";
import { type ProofSystemName, UltraHonk } from "../../src/prover/index.ts";
import { verifierName } from "../../src/prover/verifier-names.ts";
import { artifacts, STAND_IN_CODE, STAND_IN_VERIFIER, standInVerifier } from "../support/node-harness.ts";
import { rejectsWith, throwsWith } from "../support/rejects-harness.ts";

describe("deploy", () => {
  let directory: string;
  let options: DeployOptions;
  let signer: Signer;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "luntra-deploy-"));
    const { ethers } = await hre.network.create();
    signer = (await ethers.getSigners())[0] as unknown as Signer;
    options = await optionsFor(signer);
  });

  afterEach(() => rm(directory, { recursive: true }));

  async function optionsFor(deployer: Signer): Promise<DeployOptions> {
    return {
      deployer,
      artifacts,
      network: "here",
      preset: "local",
      instance: "dev",
      verifiers: [await standInVerifier(deployer)],
      directory,
    };
  }

  it("writes an address book that reads back the same", async () => {
    const book = await deploy(options);
    expect(await readAddressBook(directory, "here")).to.deep.equal(book);
  });

  it("draws a fresh L2 chain id from the private range each time", async () => {
    const first = await deploy(options);
    const second = await deploy({ ...options, network: "there" });
    expect(first.l2ChainId).not.to.equal(second.l2ChainId);
    const { first: least, count } = L2_CHAIN_IDS;
    expect(first.l2ChainId >= least && first.l2ChainId < least + count).to.equal(true);
  });

  it("takes every preset", async () => {
    for (const preset of ["local", "testnet", "mainnet"] as const) {
      const book = await deploy({ ...options, network: preset, preset });
      const { deployer } = book;
      expect(book.parameters).to.deep.equal(presetFor(preset, "dev", ["ultrahonk"], { deployer }));
    }
  });

  it("refuses a second deployment of a network unless forced", async () => {
    await deploy(options);
    await rejectsWith(deploy(options), "DEPLOYMENT_EXISTS");
    await deploy({ ...options, force: true });
  });

  it("detects an interrupted deployment and says where it stopped", async () => {
    const stop = new RangeError("pulled plug");
    const interrupted = deploy({
      ...options,
      onStep: (step) => {
        if (step === "deploying Challenges") throw stop;
      },
    });
    expect(await interrupted.catch((error: unknown) => error)).to.equal(stop);
    const error = await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_INTERRUPTED");
    expect(error.args.step).to.equal("deploying Bridge");
    await rejectsWith(deploy(options), "DEPLOYMENT_INTERRUPTED");
    const book = await deploy({ ...options, force: true });
    expect(await readAddressBook(directory, "here")).to.deep.equal(book);
  });

  it("says when there is no deployment, and when the file is damaged", async () => {
    await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_MISSING");
    await writeFile(join(directory, "here.json"), "{}");
    await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_MALFORMED");
    await writeJournal(directory, "there", "deploying Rollup");
    await writeFile(journalPath(directory, "there"), "not json");
    await rejectsWith(readAddressBook(directory, "there"), "DEPLOYMENT_INTERRUPTED");
  });

  it("finds an address book that does not describe what stands there", async () => {
    const book = await deploy(options);
    const provider = signer.provider as NonNullable<Signer["provider"]>;
    const wrong = { ...book, l2ChainId: book.l2ChainId + 1n };
    await rejectsWith(checkDeployment(wrong, artifacts, provider), "DEPLOYMENT_MISMATCH");
    const address = await signer.getAddress();
    const empty = { ...book, addresses: { ...book.addresses, bonds: address } };
    await rejectsWith(checkDeployment(empty, artifacts, provider), "DEPLOYMENT_MISMATCH");
    await rejectsWith(checkDeployment({ ...book, chainId: 5n }, artifacts, provider), "WRONG_CHAIN");
  });

  it("finds every parameter that is not as the address book says, but the one that no contract keeps", async () => {
    const roles = { guardian: await signer.getAddress(), primary: await signer.getAddress() };
    const book = await deploy({ ...options, overrides: roles });
    const provider = signer.provider as NonNullable<Signer["provider"]>;
    const missed: string[] = [];
    for (const [name, value] of Object.entries(book.parameters)) {
      const other = typeof value === "string" ? book.addresses.clock : 3n * value + 7n;
      const wrong = { ...book, parameters: { ...book.parameters, [name]: other } };
      await checkDeployment(wrong, artifacts, provider).then(
        () => missed.push(name),
        (error: unknown) => expect(error).to.have.property("code", "DEPLOYMENT_MISMATCH"),
      );
    }
    expect(missed).to.deep.equal(["highBaseFee"]);
  });

  it("gives roles to the deployer of a testnet, to nobody elsewhere, and to whoever is named", () => {
    const deployer = `0x${"aa".repeat(20)}`;
    const other = `0x${"bb".repeat(20)}`;
    const of = (preset: PresetName, more = {}) =>
      presetFor(preset, "dev", ["ultrahonk"], { deployer, ...more });
    expect(of("testnet")).to.include({ guardian: deployer, primary: deployer, primaryTimeout: 600n });
    for (const preset of ["local", "mainnet"] as const) {
      expect(of(preset)).to.include({ guardian: NOTHING_ADDRESS, longestPause: 0n, pauseCooldown: 0n });
      expect(of(preset)).to.include({ primary: NOTHING_ADDRESS, primaryTimeout: 0n });
    }
    expect(of("mainnet", { primary: other })).to.include({ primary: other, primaryTimeout: 10_800n });
    expect(of("local", { challengeWindow: 1000n }).escapeDelay).to.equal(2n * (30n + 1000n + 12n + 60n));
    expect(of("local", { challengeWindow: 1000n, escapeDelay: 1n }).escapeDelay).to.equal(1n);
  });

  it("refuses a pause on Ethereum mainnet that lasts longer than a week", () => {
    const guardian = `0x${"aa".repeat(20)}`;
    const longestPause = 7n * 86_400n;
    const pauseCooldown = 4n * longestPause;
    checkParameters(
      presetFor("mainnet", "dev", ["ultrahonk"], { guardian, longestPause, pauseCooldown }),
      1n,
    );
    const longer = presetFor("mainnet", "dev", ["ultrahonk"], {
      guardian,
      longestPause: longestPause + 1n,
      pauseCooldown,
    });
    throwsWith(() => checkParameters(longer, 1n), "PAUSE_TOO_LONG");
    checkParameters(longer, 31337n);
  });

  describe("with several proof systems", () => {
    let several: DeployOptions;

    beforeEach(async () => {
      const verifiers = [
        await standInVerifier(signer, "mini", "ultrahonk"),
        await standInVerifier(signer, "mini", "groth16"),
        await standInVerifier(signer, "mini", "plonk"),
      ];
      several = { ...options, instance: "mini", verifiers };
    });

    it("puts AllOf in front of their adapters, in the given order", async () => {
      const book = await deploy(several);
      expect(await readAddressBook(directory, "here")).to.deep.equal(book);
      expect(book.proofSystem).to.equal("all-of");
      expect(book.verifiers.map(({ system }) => system)).to.deep.equal(["ultrahonk", "groth16", "plonk"]);
      expect(new Set(book.verifiers.map(({ adapter }) => adapter)).size).to.equal(3);
      expect(book.verifiers.map(({ adapter }) => adapter)).to.not.include(book.addresses.segmentVerifier);
    });

    it("gives answers the time and the gas of all their proofs, and takes no less", async () => {
      const systems = ["ultrahonk", "groth16", "plonk"] as const;
      for (const preset of ["testnet", "mainnet", "local"] as const) {
        const { parameters, deployer } = await deploy({ ...several, network: preset, preset });
        expect(parameters).to.deep.equal(presetFor(preset, "mini", systems, { deployer }));
      }
      const its = presetFor("local", "mini", systems);
      for (const parameter of ["slot", "provingWindow", "challengeWindow"] as const) {
        const overrides = { [parameter]: its[parameter] - 1n };
        const { args } = await rejectsWith(
          deploy({ ...several, overrides, network: parameter }),
          "PARAMETERS_REFUSED",
        );
        expect(args).to.include({ parameter, limit: its[parameter] });
      }
    });

    it("puts each of them alone behind its own adapter", async () => {
      for (const source of several.verifiers) {
        const book = await deploy({ ...several, verifiers: [source], network: source.system });
        expect(book.proofSystem).to.equal(source.system);
        expect(book.verifiers[0]?.adapter).to.equal(book.addresses.segmentVerifier);
      }
    });

    it("refuses none, two of one system, and mixed instances, before it sends anything", async () => {
      const nonce = await signer.getNonce();
      const [first, second] = several.verifiers as [VerifierSource, VerifierSource];
      await rejectsWith(deploy({ ...several, verifiers: [] }), "PROOF_SYSTEM_NONE");
      const twice = { ...several, verifiers: [first, second, { ...first }] };
      await rejectsWith(deploy(twice), "VERIFIERS_MIXED");
      const mixed = { ...several, verifiers: [first, { ...second, instance: "single" as const }] };
      await rejectsWith(deploy(mixed), "VERIFIERS_MIXED");
      await rejectsWith(deploy({ ...several, instance: "single" }), "VERIFIERS_MIXED");
      expect(await signer.getNonce()).to.equal(nonce);
      await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_MISSING");
    });

    it("finds verifiers in another order, swapped, or left out", async () => {
      const book = await deploy(several);
      const provider = signer.provider as NonNullable<Signer["provider"]>;
      const differs = (verifiers: AddressBook["verifiers"]) =>
        rejectsWith(checkDeployment({ ...book, verifiers }, artifacts, provider), "DEPLOYMENT_MISMATCH");
      const [first, second, third] = book.verifiers as [DeployedVerifier, DeployedVerifier, DeployedVerifier];
      await differs([second, first, third]);
      await differs([first, second]);
      await differs([{ ...first, generated: second.generated }, second, third]);
      // It answers as an adapter does, but its code is another system's.
      await differs([{ ...first, system: "groth16" }, second, third]);
      await checkDeployment(book, artifacts, provider);
    });
  });

  it("finds a generated verifier whose code is not the compiled one's", async () => {
    const system = new UltraHonk("dev");
    const book = await deploy({
      ...options,
      verifiers: await verifierSources([system], { development: true }),
    });
    const [{ generated }] = book.verifiers as [DeployedVerifier];
    const provider = signer.provider as JsonRpcApiProvider;
    const code = await provider.getCode(generated);
    for (const at of [code.length - 2, 2 * Math.floor(code.length / 4)]) {
      const byte = code.slice(at, at + 2) === "00" ? "01" : "00";
      const changed = code.slice(0, at) + byte + code.slice(at + 2);
      await provider.send("hardhat_setCode", [generated, changed]);
      const { args } = await rejectsWith(checkDeployment(book, artifacts, provider), "DEPLOYMENT_MISMATCH");
      expect(args.what).to.equal("the code of HonkVerifierDev");
    }
    await provider.send("hardhat_setCode", [generated, code]);
    await checkDeployment(book, artifacts, provider);
  });

  it("says that an address book is an earlier version's, or contradicts itself", async () => {
    const book = await deploy(options);
    const write = (change: object) =>
      writeFile(
        join(directory, "here.json"),
        JSON.stringify({ ...book, ...change }, (_, v) => (typeof v === "bigint" ? String(v) : v)),
      );
    await write({});
    expect(await readAddressBook(directory, "here")).to.deep.equal(book);
    for (const version of [undefined, 1, 2]) {
      await write({ version });
      await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_OUTDATED");
    }
    const [verifier] = book.verifiers as [DeployedVerifier];
    for (const change of [
      { version: 4 },
      { proofSystem: "groth16" },
      { proofSystem: "all-of" },
      { verifiers: [] },
      { verifiers: [verifier, verifier], proofSystem: "all-of" },
      { verifiers: [verifier, { ...verifier, system: "groth16" }] },
      { verifiers: [{ ...verifier, adapter: verifier.generated }] },
    ]) {
      await write(change);
      await rejectsWith(readAddressBook(directory, "here"), "DEPLOYMENT_MALFORMED");
    }
  });

  it("refuses a contract of another name than its keys' on every chain, before it sends anything", async () => {
    const [source] = await verifierSources([new UltraHonk("dev")], { development: true });
    if (source === undefined) throw new RangeError("no source");
    const nonce = await signer.getNonce();
    const refused: Partial<VerifierSource>[] = [
      { development: false },
      { contract: { artifact: "HonkVerifierDevCeremony" } },
      { contract: { artifact: "Groth16VerifierDev" } },
      { contract: { artifact: "HonkVerifierMini" } },
    ];
    for (const change of refused) {
      const verifiers = [{ ...source, ...change }];
      await rejectsWith(deploy({ ...options, verifiers }), "VERIFIER_REFUSED");
    }
    expect(await signer.getNonce()).to.equal(nonce);
  });

  describe("off the local chain", () => {
    const PTAU = PUBLIC_PTAU[0]?.blake2b ?? "";
    let elsewhere: DeployOptions;
    let standIns: Readonly<Record<ProofSystemName, VerifierSource>>;
    let nonce: number;

    beforeEach(async () => {
      const { ethers } = await hre.network.create({ override: { chainId: 11155111 } });
      const deployer = (await ethers.getSigners())[0] as unknown as Signer;
      const standIn = (system: ProofSystemName) => standInVerifier(deployer, "mini", system);
      standIns = {
        ultrahonk: await standIn("ultrahonk"),
        groth16: await standIn("groth16"),
        plonk: await standIn("plonk"),
      };
      elsewhere = { ...(await optionsFor(deployer)), instance: "mini" };
      nonce = await deployer.getNonce();
    });

    /** Nothing was sent. */
    async function refuses<Code extends ErrorCode>(
      verifiers: readonly VerifierSource[],
      code: Code,
      more = {},
    ) {
      const error = await rejectsWith(deploy({ ...elsewhere, ...more, verifiers }), code);
      expect(await elsewhere.deployer.getNonce()).to.equal(nonce);
      return error;
    }

    /** Said to be of production keys, and named as theirs are. */
    const production = (system: ProofSystemName, more: Partial<VerifierSource> = {}): VerifierSource => ({
      ...standIns[system],
      development: false,
      contract: { artifact: verifierName(system, "mini", false) },
      ...more,
    });

    it("refuses a development verifier", async () => {
      await refuses([standIns.ultrahonk], "DEV_VERIFIER_OFF_LOCAL");
      await refuses([production("ultrahonk"), standIns.groth16], "DEV_VERIFIER_OFF_LOCAL");
    });

    it("refuses Groth16 keys that come from no ceremony", async () => {
      await refuses([production("groth16")], "CEREMONY_REQUIRED");
      await refuses([production("groth16", { ceremony: "nobody-held-it" })], "CEREMONY_MISSING");
    });

    it("looks for ceremonies where it is told to", async () => {
      const ceremonies = { transcripts: join(directory, "transcripts"), files: join(directory, "files") };
      const verifiers = [production("groth16", { ceremony: "nobody-held-it" })];
      const { args } = await refuses(verifiers, "CEREMONY_MISSING", { ceremonies });
      expect(args.path).to.equal(join(directory, "transcripts", "nobody-held-it", "transcript.json"));
    });

    it("refuses PLONK keys that derive from no public powers of tau", async () => {
      for (const ptau of [null, "ab".repeat(64)]) {
        await refuses([production("plonk", { ptau })], "PTAU_REQUIRED");
      }
    });

    it("refuses a contract that stands there already: nobody has compared its code with the key", async () => {
      const { contract } = standIns.plonk;
      await refuses([production("plonk", { ptau: PTAU, contract })], "VERIFIER_REFUSED");
      await refuses([production("ultrahonk", { contract: standIns.ultrahonk.contract })], "VERIFIER_REFUSED");
    });

    it("refuses a development artifact that is said to be another", async () => {
      const contract = { artifact: verifierName("plonk", "mini", true) };
      await refuses([production("plonk", { ptau: PTAU, contract })], "VERIFIER_REFUSED");
    });

    it("refuses a proof system that was never measured on the instance", async () => {
      const contract = { artifact: verifierName("plonk", "dev", false) };
      const unmeasured = production("plonk", { ptau: PTAU, instance: "dev", contract });
      const { args } = await refuses([unmeasured], "PROOF_TIME_UNMEASURED", { instance: "dev" });
      expect(args).to.deep.equal({ system: "plonk", instance: "dev" });
    });

    it("refuses several proof systems that are one circuit and one ceremony of powers of tau", async () => {
      const related = [production("groth16"), production("plonk", { ptau: PTAU })];
      await refuses(related, "VERIFIERS_RELATED");
      await refuses([...related].reverse(), "VERIFIERS_RELATED");
    });

    it("takes production keys, and writes down where they come from", async () => {
      const stands = async (name: string) => {
        if (!/^(Honk|Plonk)VerifierMiniCeremony$/.test(name)) return artifacts.readArtifact(name);
        return { abi: [], bytecode: STAND_IN_VERIFIER, deployedBytecode: STAND_IN_CODE };
      };
      const verifiers = [production("ultrahonk"), production("plonk", { ptau: PTAU })];
      const book = await deploy({ ...elsewhere, artifacts: { readArtifact: stands }, verifiers });
      expect(await readAddressBook(directory, "here")).to.deep.equal(book);
      expect(book.verifiers.map(({ contract, ptau }) => [contract, ptau])).to.deep.equal([
        ["HonkVerifierMiniCeremony", null],
        ["PlonkVerifierMiniCeremony", PTAU],
      ]);
    });
  });

  it("refuses short windows on Ethereum mainnet, and only there", () => {
    for (const preset of ["local", "testnet"] as const) {
      throwsWith(() => checkParameters(presetFor(preset, "dev", ["ultrahonk"]), 1n), "PRESET_TOO_SHORT");
      checkParameters(presetFor(preset, "dev", ["ultrahonk"]), 31337n);
    }
    checkParameters(presetFor("mainnet", "dev", ["ultrahonk"]), 1n);
  });

  it("passes the constructors' refusals on, decoded", async () => {
    const { args } = await rejectsWith(
      deploy({ ...options, overrides: { highBaseFee: 0n } }),
      "CALL_REVERTED",
    );
    expect(args.error).to.equal("UnmeasuredCost");
  });
});
