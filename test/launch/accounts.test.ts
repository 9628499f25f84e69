// Accounts of a launch: keys that everybody knows, shared ones, code, and balances.

import { expect } from "chai";
import type { JsonRpcApiProvider } from "ethers";
import hre from "hardhat";
import type { LuntraError } from "../../src/errors.ts";
import { checkAccounts, roleProblems } from "../../src/launch/accounts.ts";
import { type LaunchFile, parseLaunchFile, ROLES } from "../../src/launch/file.ts";
import { keyVariable, SENDERS } from "../../src/launch/key-variable.ts";
import { isPublicAccount, refusePublicAccount } from "../../src/launch/public-accounts.ts";
import { throwsWith } from "../support/rejects-harness.ts";
import { fileText, WALLETS } from "./support.ts";

const GAS = 20_000_000n;
const codesOf = (problems: readonly LuntraError[]) => problems.map(({ code, args }) => [code, roleOf(args)]);
const roleOf = (args: unknown) => (args as { role: string }).role;

describe("the accounts of a launch", () => {
  let file: LaunchFile;
  let l1: JsonRpcApiProvider;

  beforeEach(async () => {
    file = parseLaunchFile(fileText(), "test");
    l1 = (await hre.network.create()).ethers.provider as unknown as JsonRpcApiProvider;
  });

  it("may be the development chains' on chain 31337 only", async () => {
    for (const { address } of WALLETS) expect(isPublicAccount(address)).to.equal(true);
    // Of the private key 1.
    expect(isPublicAccount("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf")).to.equal(true);
    expect(isPublicAccount(`0x${"12".repeat(20)}`)).to.equal(false);
    expect(roleProblems(file)).to.deep.equal([]);
    expect(codesOf(roleProblems({ ...file, chainId: 11_155_111n }))).to.deep.equal(
      ROLES.map((role) => ["ROLE_REFUSED", role]),
    );
    refusePublicAccount("sender", WALLETS[0]?.address ?? "", 31337n);
    throwsWith(() => refusePublicAccount("sender", WALLETS[0]?.address ?? "", 1n), "ROLE_REFUSED");
  });

  it("are one a role, unless the file says otherwise", () => {
    const { sequencer } = file.roles;
    const shared = { ...file, roles: { ...file.roles, watchtower: sequencer, guardian: sequencer } };
    expect(codesOf(roleProblems(shared))).to.deep.equal([
      ["ROLE_REFUSED", "watchtower"],
      ["ROLE_REFUSED", "guardian"],
    ]);
    expect(roleProblems({ ...shared, sharedAccounts: true })).to.deep.equal([]);
  });

  it("have no code, but the guardian, which may be a multisig", async () => {
    for (const role of ROLES) await l1.send("hardhat_setCode", [file.roles[role], "0x00"]);
    const { problems } = await checkAccounts(file, l1, GAS);
    expect(codesOf(problems)).to.deep.equal([
      ["ROLE_REFUSED", "deployer"],
      ["ROLE_REFUSED", "sequencer"],
      ["ROLE_REFUSED", "watchtower"],
    ]);
  });

  it("have what their work costs at the file's gas price, to the wei", async () => {
    const { maxFeePerGas, sequencerBond } = file.funds;
    const { roles } = await checkAccounts(file, l1, GAS);
    const needs = Object.fromEntries(roles.map(({ role, needed }) => [role, needed]));
    expect(needs.deployer).to.equal(GAS * maxFeePerGas);
    expect((needs.sequencer ?? 0n) > sequencerBond).to.equal(true);
    for (const role of ROLES) {
      const set = (wei: bigint) => l1.send("hardhat_setBalance", [file.roles[role], `0x${wei.toString(16)}`]);
      await set(needs[role] ?? 0n);
      expect((await checkAccounts(file, l1, GAS)).problems).to.deep.equal([]);
      await set((needs[role] ?? 0n) - 1n);
      expect(codesOf((await checkAccounts(file, l1, GAS)).problems)).to.deep.equal([["BALANCE_SHORT", role]]);
      await set(10n ** 22n);
    }
  });

  it("have their keys in variables of their own, and a process without a role has none", () => {
    expect(SENDERS.map(keyVariable)).to.deep.equal([
      "LUNTRA_DEPLOYER_KEY",
      "LUNTRA_SEQUENCER_KEY",
      "LUNTRA_WATCHTOWER_KEY",
      "LUNTRA_GUARDIAN_KEY",
      "LUNTRA_USER_KEY",
    ]);
    expect(keyVariable(undefined)).to.equal(undefined);
    expect(keyVariable("")).to.equal(undefined);
    throwsWith(() => keyVariable("prover"), "ARGUMENT_INVALID");
    const { message } = throwsWith(() => keyVariable(`0x${"ab".repeat(32)}`), "ARGUMENT_INVALID");
    expect(message).to.not.contain("abab");
  });
});
