// The tasks as people use them: an L1 node and every command in a process of its own.

import { join } from "node:path";
import { expect } from "chai";
import { freePort } from "../../src/network/free-port.ts";
import { type Finished, type Processes, startProcesses } from "./support.ts";

const ETHER = 10n ** 18n;

describe("tasks in processes of their own", function () {
  this.timeout(300_000);
  let processes: Processes;

  before(async () => {
    processes = await startProcesses();
  });

  after(() => processes.stop());

  const hardhat = (...args: readonly string[]): Promise<Finished> =>
    processes.hardhat(["--network", "localhost", ...args]);

  async function json(command: string): Promise<Record<string, unknown>> {
    const { code, stdout, stderr } = await hardhat(...command.split(" "), "--json");
    expect(code, `${command}: ${stderr}`).to.equal(0);
    expect(stderr, command).to.equal("");
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  it("deploy, bond, deposit, submit, commit, cheat, refute, finalize, claim", async () => {
    const deployed = await json("rollup deploy --challenge-window 600 --proving-window 600");
    expect(deployed.path).to.equal(join(processes.folder, "deployments", "localhost", "luntra.json"));
    await Promise.all([
      json("bond deposit --from 1 --amount 3ether"),
      json("bridge deposit --from 3 --amount 10ether"),
      json("bridge deposit --from 4 --amount 10ether"),
    ]);
    // Two users at once: the pool takes one after the other.
    await Promise.all([
      json("sequencer submit --from 3 --to 4 --amount 1.5ether"),
      json("bridge withdraw --from 4 --amount 2ether"),
    ]);
    const committed = await json("sequencer commit --from 1");
    expect(committed).to.deep.include({ number: "1", queueItems: 2, segments: 2 });

    await json("sequencer submit --from 3 --to 4 --amount 1ether");
    expect(await json("scenario cheat --from 1")).to.include({ number: "2", wrong: 0 });
    const checked = await hardhat("watchtower", "check", "--json");
    expect(checked.code).to.equal(1);
    expect((JSON.parse(checked.stderr) as { error: { code: string } }).error.code).to.equal(
      "WATCHTOWER_ALERT",
    );

    const { reports } = await json("watchtower check --from 2 --act refute");
    const actions = (reports as { action: string }[]).map(({ action }) => action);
    expect(actions).to.deep.equal(["none", "refute"]);
    const status = await json("rollup status");
    expect(status).to.include({ head: "1", burnedBonds: String(ETHER / 2n) });
    expect(await json("bond status --account 2")).to.include({ available: String(ETHER / 2n) });

    expect(await json("sequencer commit --from 1")).to.deep.include({ number: "2", queueItems: 0 });
    await json("scenario wait --seconds 600");
    expect(await json("rollup finalize")).to.include({ finalized: "2", head: "2" });
    const { claimed } = await json("bridge claim --from 4");
    expect(claimed).to.have.length(1);
    const { l2 } = await json("bridge status --account 4");
    const fee = 40_000n * 10n ** 9n;
    expect(l2).to.deep.equal({ balance: String((21n * ETHER) / 2n - fee), nonce: "1" });
  });

  it("a watchtower that goes on watching refutes what comes", async () => {
    const args = ["watchtower", "check", "--from", "2", "--act", "refute", "--watch", "--interval", "1"];
    const watchtower = processes.background(["--network", "localhost", ...args]);
    try {
      await watchtower.until("No pending batch.");
      await json("bridge deposit --from 3 --amount 1ether");
      expect(await json("scenario cheat --from 1")).to.include({ number: "3" });
      await watchtower.until("refute");
      expect(await json("rollup status")).to.include({ head: "2" });
    } finally {
      await watchtower.stop();
    }
  });

  it("errors go to standard error in one sentence, with exit code 1 and no stack", async () => {
    const { code, stdout, stderr } = await hardhat("bond", "deposit", "--amount", "much");
    expect(code).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.match(/^Error ARGUMENT_INVALID: /);
    expect(stderr).to.not.match(/\n {4}at |bug in Hardhat|unexpected/);
  });

  it("a stack comes on request only", async () => {
    const { code, stderr } = await hardhat("--show-stack-traces", "bond", "deposit", "--amount", "much");
    expect(code).to.equal(1);
    expect(stderr).to.match(/\n {4}at /);
  });

  it("an L1 that is down is named as such", async () => {
    const elsewhere = { LUNTRA_RPC_URL: `http://127.0.0.1:${await freePort()}` };
    const args = ["--network", "localhost", "rollup", "status", "--json"];
    const { code, stdout, stderr } = await processes.hardhat(args, elsewhere);
    expect([code, stdout]).to.deep.equal([1, ""]);
    expect((JSON.parse(stderr) as { error: { code: string } }).error.code).to.equal("L1_UNAVAILABLE");
  });

  it("--help tells options, units and defaults", async () => {
    const { code, stdout } = await hardhat("bridge", "deposit", "--help");
    expect(code).to.equal(0);
    for (const part of ["--amount", "1.5ether", "--token", "--from", "(default: 0)", "--json"]) {
      expect(stdout).to.include(part);
    }
  });
});
