// Keys of processes: each has its own and no other, what everybody knows is refused, and nothing ever shows one.

import { expect } from "chai";
import { Wallet } from "ethers";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { developmentKeys, fileText, type LaunchProcesses, launchProcesses } from "./support.ts";

const TESTNET = 11_155_111;

describe("keys of a launch", function () {
  this.timeout(300_000);
  let anvil: Anvil;
  let processes: LaunchProcesses;

  before(async () => {
    anvil = await startAnvil({ chainId: TESTNET });
    processes = await launchProcesses(anvil.url, fileText({ chainId: BigInt(TESTNET) }));
  });

  after(async () => {
    await processes.stop();
    await anvil.stop();
  });

  /** The error's code; nothing that was printed holds any key. */
  async function codeOf(
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const { code, stdout, stderr } = await processes.task([...args, "--json"], undefined, env);
    for (const key of [...Object.values(developmentKeys()), ...Object.values(env)]) {
      if (key.length < 60) continue;
      expect(`${stdout}${stderr}`.includes(key.replace("0x", "")), args.join(" ")).to.equal(false);
    }
    expect(code).to.equal(1);
    return (JSON.parse(stderr) as { error: { code: string } }).error.code;
  }

  const step = (name: string) => ["launch", name, "--parameters", processes.file];
  const SEQUENCER = { LUNTRA_ROLE: "sequencer" };

  it("that everybody knows are refused on any chain but 31337, by the check and by whatever would send", async () => {
    const keys = developmentKeys();
    const env = { LUNTRA_ROLE: "deployer", LUNTRA_DEPLOYER_KEY: keys.LUNTRA_DEPLOYER_KEY ?? "" };
    // Before the development verifier is: money is lost sooner than proofs are forged.
    expect(await codeOf(step("deploy"), env)).to.equal("ROLE_REFUSED");
    expect(await codeOf(["rollup", "deploy"], env)).to.equal("LAUNCH_REQUIRED");
    expect(await codeOf(step("check"))).to.equal("DEV_VERIFIER_OFF_LOCAL");
  });

  it("are asked for by role: without one, and without its variable, a process cannot send", async () => {
    expect(await codeOf(step("deploy"))).to.equal("ACCOUNT_UNKNOWN");
    // In tests Hardhat asks for no keystore's password.
    expect(await codeOf(step("deploy"), { ...SEQUENCER, HH_TEST: "true" })).to.equal("CONFIGURATION_MISSING");
  });

  it("of another role than the step's are refused", async () => {
    const key = Wallet.createRandom().privateKey;
    const env = { LUNTRA_ROLE: "deployer", LUNTRA_DEPLOYER_KEY: key };
    expect(await codeOf(step("deploy"), env)).to.equal("ROLE_REFUSED");
  });

  it("are not shown when they are damaged", async () => {
    const key = Wallet.createRandom().privateKey;
    for (const damaged of [`${key.slice(0, -1)}z`, `key ${key}`]) {
      const env = { ...SEQUENCER, LUNTRA_SEQUENCER_KEY: damaged };
      expect(await codeOf(step("deploy"), env)).to.equal("CONFIGURATION_MISSING");
    }
  });
});
