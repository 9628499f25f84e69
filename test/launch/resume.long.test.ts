// A launch on a chain that is not Hardhat, killed again and again: it goes on, and nothing is deployed twice.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect } from "chai";
import type { Block } from "ethers";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { type LaunchProcesses, launchProcesses, WALLETS } from "./support.ts";

const CONTRACTS = 9;

describe("a launch that is interrupted", function () {
  this.timeout(600_000);
  let anvil: Anvil;
  let processes: LaunchProcesses;

  beforeEach(async () => {
    anvil = await startAnvil({ blockTime: 1 });
    processes = await launchProcesses(anvil.url);
  });

  afterEach(async () => {
    await processes.stop();
    await anvil.stop();
  });

  async function deploy(): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await processes.step("deploy", "deployer", ["--json"]);
    expect(code, stderr).to.equal(0);
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  async function errorOf(name: string, role?: string): Promise<string> {
    const { code, stderr } = await processes.step(name, role, ["--json"]);
    expect(code, stderr).to.equal(1);
    return (JSON.parse(stderr) as { error: { code: string } }).error.code;
  }

  /** Everything that the deployer ever sent. */
  async function sent(): Promise<number> {
    return await anvil.provider.getTransactionCount(WALLETS[0]?.address ?? "");
  }

  function journal(): string {
    return join(processes.folder, "deployments", "testnet", "luntra.launch", "ignition", "journal.jsonl");
  }

  it("goes on after kills at any instant, with the same L2 chain id, and sends each contract once", async () => {
    await processes.killedAt("deploying Clock");
    await processes.killedAt("sent HonkVerifierDev");
    await processes.killedAt("deploying Rollup");
    expect(await errorOf("self-check")).to.equal("DEPLOYMENT_INTERRUPTED");
    const begun = JSON.parse(
      await readFile(
        join(processes.folder, "deployments", "testnet", "luntra.launch", "intent.json"),
        "utf8",
      ),
    ) as { l2ChainId: string };
    const book = await deploy();
    expect(book.l2ChainId).to.equal(begun.l2ChainId);
    expect(await sent()).to.equal(CONTRACTS);
    expect(await creations(anvil)).to.equal(CONTRACTS);
    const { code, stdout } = await processes.step("self-check", undefined, ["--json"]);
    expect(code, stdout).to.equal(0);
    expect(await errorOf("deploy", "deployer")).to.equal("DEPLOYMENT_EXISTS");
    expect(await sent()).to.equal(CONTRACTS);
  });

  it("finds a transaction that was sent and not written down, also with a line that the kill tore", async () => {
    await processes.killedAt("sent Bridge");
    const lines = (await readFile(journal(), "utf8")).split("\n").filter((line) => line !== "");
    const prepared = lines.findLastIndex((line) => line.includes("TRANSACTION_PREPARE_SEND"));
    // As if it had died after sending, in the middle of writing the next line.
    const torn = `\n${(lines[prepared + 1] ?? "").slice(0, 40)}`;
    await writeFile(
      journal(),
      lines
        .slice(0, prepared + 1)
        .map((line) => `\n${line}`)
        .join("") + torn,
    );
    await deploy();
    expect(await sent()).to.equal(CONTRACTS);
  });
});

/** Transactions that made a contract. */
async function creations({ provider }: Anvil): Promise<number> {
  const latest = await provider.getBlockNumber();
  let count = 0;
  for (let number = 0; number <= latest; number++) {
    const { prefetchedTransactions } = (await provider.getBlock(number, true)) as Block;
    count += prefetchedTransactions.filter(({ to }) => to === null).length;
  }
  return count;
}
