// Bounds on parameters: the same numbers as the contracts', and each is exactly where a constructor refuses.

import { expect } from "chai";
import { ContractFactory, getCreateAddress, parseEther, type Signer } from "ethers";
import hre from "hardhat";
import { deploy } from "../../src/chain/deploy.ts";
import { planOf } from "../../src/chain/deployment-plan.ts";
import {
  beforeBurn,
  challengeBond,
  checkEconomics,
  disputeCosts,
  leastWindow,
  type Row,
  requireEconomics,
  rewardOf,
} from "../../src/chain/economics.ts";
import { PRESETS, type Parameters, type PresetName, presetFor } from "../../src/chain/presets.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../../src/model/params.ts";
import { systemsOf } from "../../src/prover/index.ts";
import { explainFailure } from "../../src/chain/reverts.ts";
import { artifacts, startWorld, standInVerifier } from "../support/node-harness.ts";
import { rejectsWith, throwsWith } from "../support/rejects-harness.ts";

const GWEI = 10n ** 9n;
const NAMES = Object.keys(PRESETS) as PresetName[];
const SOMEBODY = `0x${"12".repeat(20)}`;

describe("economics", () => {
  let signer: Signer;

  before(async () => {
    const { ethers } = await hre.network.create();
    signer = (await ethers.getSigners())[0] as unknown as Signer;
  });

  /** The name of the error with which a constructor refuses, past all checks of our own. */
  async function refusal(parameters: Parameters): Promise<string> {
    const provider = signer.provider as NonNullable<Signer["provider"]>;
    const verifiers = [await standInVerifier(signer)];
    const from = await signer.getAddress();
    const nonce = await provider.getTransactionCount(from);
    const addressAt = (place: number) => getCreateAddress({ from, nonce: nonce + place });
    const plan = planOf({
      addressAt,
      parameters,
      l2ChainId: 4_000_000_000_000_001n,
      instance: "dev",
      verifiers,
    });
    for (const { artifact, args } of plan.steps) {
      const { abi, bytecode } = await artifacts.readArtifact(artifact);
      // Errors of the library that the constructor calls are in the Rollup's ABI.
      const factory = new ContractFactory(abi as never, bytecode, signer);
      try {
        await (await factory.deploy(...args)).waitForDeployment();
      } catch (error) {
        const { args: its } = explainFailure([abi], artifact, error);
        return String((its as { error?: string }).error);
      }
    }
    return "none";
  }

  const mainnet = () =>
    presetFor("mainnet", "standard", ["ultrahonk"], {
      guardian: SOMEBODY,
      primary: SOMEBODY,
      maxForced: 256n,
    });

  for (const name of NAMES) {
    it(`the ${name} preset keeps every bound, with all systems of each circuit, with and without somebody in each role`, () => {
      for (const roles of [{}, { guardian: SOMEBODY, primary: SOMEBODY }]) {
        for (const instance of Object.keys(INSTANCES) as InstanceName[]) {
          const capacity = BigInt(MAX_SEGMENTS * INSTANCES[instance].n);
          const rows = checkEconomics(presetFor(name, instance, systemsOf(instance), roles), { capacity });
          expect(rows.filter(({ ok }) => !ok)).to.deep.equal([]);
        }
      }
    });
  }

  it("computes windows and bonds as the contracts do, to the wei", async () => {
    const world = await startWorld();
    const { challenges, bonds } = (await world.open()).chain.contracts;
    const { parameters } = world.book;
    expect(await challenges.leastWindow()).to.equal(leastWindow(parameters));
    for (const baseFee of [0n, 1n, 7n, GWEI, 31n * GWEI, 156n * GWEI + 1n, 10_000n * GWEI]) {
      expect(await challenges.challengeBondAt(baseFee)).to.equal(challengeBond(parameters, baseFee));
    }
    for (const bond of [1n, 2n, 3n, parseEther("0.1") + 1n]) {
      expect(await bonds.rewardOf(bond)).to.equal(rewardOf(bond, parameters));
    }
  });

  it("leaves a bond's winner what it is for, at any share", () => {
    for (const share of [5_000n, 5_001n, 9_999n]) {
      for (const reward of [1n, 3n, 10n ** 17n + 1n]) {
        const bond = beforeBurn(reward, share);
        expect(rewardOf(bond, { burnShareBps: share }) >= reward).to.equal(true);
        expect(rewardOf(bond - 1n, { burnShareBps: share }) < reward).to.equal(true);
      }
    }
  });

  describe("each bound is where the constructor refuses", function () {
    this.timeout(120_000);
    type Case = readonly [keyof Parameters, Row["bound"], error: string];
    /** At the limit the deployment passes. */
    const ALONE: readonly Case[] = [
      ["provingWindow", "least", "ProvingWindowTooShort"],
      ["slot", "least", "SlotTooShort"],
      ["slot", "most", "DurationTooLong"],
      ["batchBond", "least", "BatchBondTooSmall"],
      ["minChallengeBond", "least", "ChallengeBondTooSmall"],
      ["minChallengeBond", "most", "ChallengeBondTooLarge"],
      ["challengeWindow", "least", "ChallengeWindowTooShort"],
      ["forceInclusionDelay", "least", "DurationOutOfRange"],
      ["primaryTimeout", "least", "DurationOutOfRange"],
      ["escapeDelay", "least", "EscapeDelayTooShort"],
      ["escapeDelay", "most", "DurationOutOfRange"],
      ["earliestFinality", "most", "DurationOutOfRange"],
      ["maxForced", "least", "MaxForcedOutOfRange"],
      ["maxForced", "most", "MaxForcedOutOfRange"],
      ["longestPause", "least", "PauseLengthOutOfRange"],
      ["pauseCooldown", "least", "CooldownTooShort"],
      ["pauseCooldown", "most", "CooldownTooLong"],
      ["burnShareBps", "least", "BurnShareOutOfRange"],
      ["baseEnqueuePrice", "least", "QueuePriceOutOfRange"],
      ["baseEnqueuePrice", "most", "QueuePriceOutOfRange"],
      ["exitLimitBps", "most", "ExitLimitOutOfRange"],
      ["exitDelay", "least", "ExitDelayOutOfRange"],
      ["exitDelay", "most", "ExitDelayOutOfRange"],
    ];
    /** At the limit another bound, which grows with this one, is not kept any more. */
    const WITH_OTHERS: readonly Case[] = [
      ["provingWindow", "most", "DurationTooLong"],
      ["challengeWindow", "most", "DurationOutOfRange"],
      ["forceInclusionDelay", "most", "DurationOutOfRange"],
      ["primaryTimeout", "most", "DurationOutOfRange"],
      ["longestPause", "most", "PauseLengthOutOfRange"],
      ["burnShareBps", "most", "BurnShareOutOfRange"],
    ];
    const base = () => ({ ...mainnet(), maxForced: 16n });
    const rowsOf = () => checkEconomics(base(), { capacity: 256n });

    for (const [parameter, bound, error] of [...ALONE, ...WITH_OTHERS]) {
      it(`${parameter} at ${bound}`, async () => {
        const { limit } = rowsOf().find((row) => row.parameter === parameter && row.bound === bound) as Row;
        const worse = bound === "least" ? limit - 1n : limit + 1n;
        expect(await refusal({ ...base(), [parameter]: worse })).to.equal(error);
        if (WITH_OTHERS.some(([its, at]) => its === parameter && at === bound)) return;
        expect(await refusal({ ...base(), [parameter]: limit })).to.equal("none");
      });
    }

    it("and every bound is here", () => {
      const here = [...ALONE, ...WITH_OTHERS].map(([parameter, bound]) => `${parameter} ${bound}`);
      expect(rowsOf().map(({ parameter, bound }) => `${parameter} ${bound}`)).to.have.members(here);
    });
  });

  it("refuses a deployment before anything is sent", async () => {
    const provider = signer.provider as NonNullable<Signer["provider"]>;
    const verifiers = [await standInVerifier(signer)];
    const before = await provider.getTransactionCount(await signer.getAddress());
    const options = { deployer: signer, artifacts, network: "x", preset: "local", instance: "dev" } as const;
    const { args } = await rejectsWith(
      deploy({ ...options, verifiers, overrides: { escapeDelay: 323n } }),
      "PARAMETERS_REFUSED",
    );
    expect(args).to.include({ parameter: "escapeDelay", limit: 324n, actual: 323n, checkedBy: "Rollup" });
    expect(await provider.getTransactionCount(await signer.getAddress())).to.equal(before);
    throwsWith(() => requireEconomics({ ...mainnet(), batchBond: GWEI }), "PARAMETERS_REFUSED");
  });

  it("measures and wished prices are bounds of their own", () => {
    const prices = { stall: parseEther("4000"), delay: parseEther("1000") };
    const rows = checkEconomics(mainnet(), { measured: { proofTime: 9n, answerGas: 1_300_000n }, prices });
    const own = rows.filter(({ checkedBy }) => checkedBy === "params check");
    expect(own.map(({ parameter, ok }) => [parameter, ok])).to.deep.equal([
      ["proofTime", true],
      ["answerGas", true],
      ["batchBond", false],
      ["minChallengeBond", false],
    ]);
  });

  it("prices disputes as docs/security.md prints them", () => {
    const parameters = mainnet();
    const [quiet, busy] = [1n, 100n].map((gwei) => disputeCosts(parameters, gwei * GWEI, { proofTime: 9n }));
    expect(quiet).to.include({ gas: parseEther("0.0016"), challengeBond: parseEther("0.5") });
    expect(quiet).to.include({ burned: parseEther("0.25"), delayDay: parseEther("360") });
    expect(quiet).to.include({ stallDay: parseEther("3840") });
    expect(busy).to.include({ gas: parseEther("0.16"), challengeBond: parseEther("0.644") });
    expect(busy?.refuterNet).to.equal(parseEther("2") - parseEther("0.16") - parameters.provingCost);
  });
});
