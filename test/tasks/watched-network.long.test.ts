// `network up` with watchtowers: a dishonest sequencer is caught and rolled back while its users do nothing, a webhook hears of it, and
// the honest sequencer's batches pass the audit.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { expect } from "chai";
import type { Alert } from "../../src/watchtower/alert.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";
import { type HookServer, hookServer } from "../support/hook-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const CHEAT = "8";

interface Event {
  readonly event: string;
  readonly l1?: string;
  readonly alert?: Alert;
}

describe("network up, watched", function () {
  this.timeout(400_000);
  let folder: string;
  let hook: HookServer;
  let network: ChildProcess;
  const events: Event[] = [];

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-watched-"));
    hook = await hookServer();
    const options = [
      "--folder",
      folder,
      "--block-time",
      "1s",
      "--provers",
      "0",
      "--watchtowers",
      "2",
      "--audit",
    ];
    network = spawn(process.execPath, [HARDHAT_CLI, "network", "up", "--json", ...options], {
      cwd: ROOT,
      env: { ...process.env, LUNTRA_WEBHOOK: hook.url, LUNTRA_WEBHOOK_SECRET: hook.secret },
      stdio: ["ignore", "pipe", "inherit"],
    });
    createInterface({ input: network.stdout as NonNullable<typeof network.stdout> }).on("line", (line) => {
      if (line.startsWith('{"event"')) events.push(JSON.parse(line) as Event);
    });
  });

  after(async () => {
    if (network.exitCode === null) {
      network.kill("SIGTERM");
      await once(network, "close");
    }
    await hook.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function until<T>(what: string, found: () => T | undefined, timeoutMs = 250_000): Promise<T> {
    for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; ) {
      const its = found();
      if (its !== undefined) return its;
      if (network.exitCode !== null) throw new Error(`the network ended with ${network.exitCode}`);
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`waited in vain for ${what}; ${JSON.stringify(events.slice(-5))}`);
  }

  /** What a task prints. */
  async function task(...args: string[]): Promise<Record<string, unknown>> {
    const { l1 } = await until("the network", () => events.find(({ event }) => event === "ready"));
    const env = {
      ...process.env,
      LUNTRA_RPC_URL: l1,
      LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
      LUNTRA_STATE: join(folder, "somebody"),
    };
    const child = spawn(process.execPath, [HARDHAT_CLI, "--network", "localhost", ...args, "--json"], {
      cwd: ROOT,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const said = { out: "", err: "" };
    child.stdout.on("data", (text: Buffer) => (said.out += String(text)));
    child.stderr.on("data", (text: Buffer) => (said.err += String(text)));
    const [code] = (await once(child, "close")) as [number];
    expect(code, said.err).to.equal(0);
    return JSON.parse(said.out) as Record<string, unknown>;
  }

  const alertOf = (kind: string, subject?: string) => () =>
    hook.alerts.find((alert) => alert.kind === kind && (subject === undefined || alert.subject === subject));

  it("catches a dishonest sequencer and rolls it back", async () => {
    await task("bond", "deposit", "--from", CHEAT, "--amount", "3ether");
    const { id } = await task("scenario", "cheat", "--from", CHEAT);
    const committed = performance.now();
    const found = await until("the alert", alertOf("wrong-batch", String(id)), 60_000);
    const foundMs = performance.now() - committed;
    expect(found.severity).to.equal("critical");
    const refuted = await until("the refutation", alertOf("refuted", String(id)), 60_000);
    const seconds = (performance.now() - committed) / 1000;
    console.log(`      alert after ${Math.round(foundMs)} ms, rolled back after ${seconds.toFixed(1)} s`);
    expect(refuted.data.segment).to.equal(0);
    const { rolledBack } = (await task("rollup", "status")) as { rolledBack: unknown };
    expect(JSON.stringify(rolledBack)).to.include(String(id));
    // Two watch; one gets the reward, the other loses nothing.
    const bonds = await Promise.all(
      ["2", "6"].map((account) => task("bond", "status", "--account", account)),
    );
    expect(bonds.map(({ locked }) => locked)).to.deep.equal(["0", "0"]);
    const available = bonds.map((bond) => String(bond.available)).sort();
    expect(available).to.deep.equal(["5000000000000000000", "5500000000000000000"]);
    expect(seconds).to.be.lessThan(60);
  });

  it("approves what the honest sequencer commits, and tells nobody of it", async () => {
    await task("bridge", "deposit", "--from", "3", "--amount", "1ether");
    const deadline = Date.now() + 90_000;
    let head = "";
    while (head !== "1" && Date.now() < deadline) head = String((await task("rollup", "status")).head);
    expect(head).to.equal("1");
    const bad = hook.alerts.filter(({ severity, kind }) => severity === "critical" && kind !== "wrong-batch");
    expect(bad).to.deep.equal([]);
  });
});
