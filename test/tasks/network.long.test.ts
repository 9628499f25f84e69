// `network up`: one command starts everything, a wallet's whole way through the L2 works, a killed node comes back, and one signal ends
// everything.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";
import { isAlive } from "../../src/process-alive.ts";

const ROOT = resolve(import.meta.dirname, "../..");

interface Event {
  readonly event: string;
  readonly name?: string;
  readonly pid?: number;
}

interface Ready extends Event {
  readonly l1: string;
  readonly rpc: string;
  readonly path: string;
  readonly pids: Readonly<Record<string, number>>;
}

describe("network up", function () {
  this.timeout(300_000);
  let network: ChildProcess;
  const events: Event[] = [];

  before(() => {
    // Proven batches are final at once, so that nobody waits for a window; and proofs come from the pool.
    const options = ["--batch-time", "1s", "--block-time", "1s", "--prove", "own", "--provers", "2"];
    const args = [HARDHAT_CLI, "network", "up", "--json", ...options];
    network = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "inherit"] });
    createInterface({ input: network.stdout as NonNullable<typeof network.stdout> }).on("line", (line) => {
      if (line.startsWith('{"event"')) events.push(JSON.parse(line) as Event);
    });
  });

  after(() => network.kill("SIGKILL"));

  async function event<E extends Event>(matches: (event: Event) => boolean): Promise<E> {
    for (const deadline = Date.now() + 200_000; Date.now() < deadline; ) {
      const found = events.findLast(matches);
      if (found !== undefined) return found as E;
      if (network.exitCode !== null) throw new Error(`the network ended with ${network.exitCode}`);
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`no such event among ${JSON.stringify(events)}`);
  }

  const ready = () => event<Ready>((one) => one.event === "ready");

  async function wallet(): Promise<string> {
    const { l1, rpc } = await ready();
    const args = [resolve(ROOT, "examples/wallet.ts"), "--l1", l1, "--l2", rpc];
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (text: Buffer) => (said += String(text)));
    const code = await new Promise<number | null>((done) => child.once("close", done));
    expect(code, said).to.equal(0);
    return said;
  }

  it("serves a wallet from deposit to claim", async () => {
    const said = await wallet();
    expect(said).to.match(/finalized: Every segment of batch \d+ .*proven/);
    expect(said).to.include("claimed on L1: 0.25 ETH");
  });

  it("starts a node again that was killed, which goes on where it was", async () => {
    const { pids } = await ready();
    process.kill(pids["node-0"] as number, "SIGKILL");
    const { pid } = await event(
      ({ event: its, name, pid: now }) => its === "started" && name === "node-0" && now !== pids["node-0"],
    );
    expect(isAlive(pid as number)).to.equal(true);
    await until(async () => (await wallet()).includes("claimed"));
  });

  it("ends all of its processes on one signal, and leaves nothing behind", async () => {
    const { path } = await ready();
    network.kill("SIGTERM");
    const code = await new Promise((done) => network.once("close", done));
    expect(code).to.equal(0);
    for (const { name, pid } of events.filter(({ event: its }) => its === "started")) {
      expect(isAlive(pid as number), name).to.equal(false);
    }
    expect(existsSync(path)).to.equal(false);
  });
});

/** The node that was killed takes a while to answer again. */
async function until(attempt: () => Promise<boolean>): Promise<void> {
  for (let left = 10; ; left--) {
    try {
      if (await attempt()) return;
    } catch (error) {
      if (left === 0) throw error;
    }
    await new Promise((done) => setTimeout(done, 1000));
  }
}
