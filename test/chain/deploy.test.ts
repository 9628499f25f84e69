// Deployment: one go, read back, written down; short presets and development verifiers kept off public chains.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Signer } from "ethers";
import hre from "hardhat";
import { journalPath, readAddressBook, writeJournal } from "../../src/chain/address-book.ts";
import { checkDeployment } from "../../src/chain/check-deployment.ts";
import { type DeployOptions, deploy, L2_CHAIN_IDS } from "../../src/chain/deploy.ts";
import { checkParameters, PRESETS } from "../../src/chain/presets.ts";
import { artifacts, standInVerifier } from "../support/node-harness.ts";
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
    const verifier = await standInVerifier(deployer);
    return {
      deployer,
      artifacts,
      network: "here",
      preset: "local",
      instance: "dev",
      verifier,
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
      expect(book.parameters).to.deep.equal(PRESETS[preset]);
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

  it("refuses a development verifier off the local chain", async () => {
    const { ethers } = await hre.network.create({ override: { chainId: 11155111 } });
    const elsewhere = (await ethers.getSigners())[0] as unknown as Signer;
    await rejectsWith(deploy(await optionsFor(elsewhere)), "DEV_VERIFIER_OFF_LOCAL");
  });

  it("refuses short windows on Ethereum mainnet, and only there", () => {
    for (const preset of ["local", "testnet"] as const) {
      throwsWith(() => checkParameters(PRESETS[preset], 1n), "PRESET_TOO_SHORT");
      checkParameters(PRESETS[preset], 31337n);
    }
    checkParameters(PRESETS.mainnet, 1n);
  });

  it("passes the constructors' refusals on, decoded", async () => {
    const { args } = await rejectsWith(
      deploy({ ...options, overrides: { burnShareBps: 4_999n } }),
      "CALL_REVERTED",
    );
    expect(args.error).to.equal("BurnShareOutOfRange");
  });
});
