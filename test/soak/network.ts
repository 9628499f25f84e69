// The network of a soak: tasks as an operator runs them, as processes with real proofs, each with an L1 of its own that can misbehave, and
// with people: users, somebody who lies, somebody who challenges for nothing.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Signer } from "ethers";
import { writeAddressBook } from "../../src/chain/address-book.ts";
import { freePort } from "../../src/network/free-port.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";
import { type ProcessSpec, Supervisor } from "../../src/network/supervisor.ts";
import { depositBond } from "../../src/node/bond.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { proofSystem } from "../../src/prover/index.ts";
import { type L1, SEQUENCER, startL1 } from "../faults/support/l1.ts";
import { type FaultyL1, faultyL1 } from "../faults/support/proxy.ts";
import { type HookServer, hookServer } from "../support/hook-server.ts";
import { type PostgresServer, startPostgres } from "../support/postgres-server.ts";

const ROOT = resolve(import.meta.dirname, "../..");
export const WATCHERS = [6, 7] as const;

export interface SoakNetwork {
  readonly l1: L1;
  readonly supervisor: Supervisor;
  /** By process: what it takes for L1. */
  readonly proxies: ReadonlyMap<string, FaultyL1>;
  /** JSON-RPC of the nodes. */
  readonly urls: readonly string[];
  /** Gets all alerts. */
  readonly hook: HookServer;
  readonly watchers: readonly Signer[];
  /** What processes said, the last lines of each. */
  readonly lines: ReadonlyMap<string, readonly string[]>;
  close(): Promise<void>;
}

/** Seconds; everything has to end well in a run of two minutes. */
const WINDOWS = { challengeWindow: 75n, provingWindow: 75n };
const KEPT = 60;

export async function startNetwork(say: (what: string) => void): Promise<SoakNetwork> {
  const closing: (() => Promise<unknown>)[] = [];
  const close = async () => {
    for (const one of closing.splice(0).reverse()) await one();
  };
  try {
    return await start(say, closing, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(
  say: (what: string) => void,
  closing: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<SoakNetwork> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-soak-"));
  closing.push(() => rm(folder, { recursive: true, force: true }));
  say("L1, with the real verifier");
  const system = proofSystem("ultrahonk", "dev");
  const l1 = await startL1(WINDOWS, await verifierSources([system], { development: true }));
  closing.push(() => l1.close());
  const watchers = WATCHERS.map((index) => l1.signer(index, l1.url));
  const node = await l1.open();
  for (const one of watchers) await depositBond(node, one, 5n * l1.book.parameters.batchBond);
  await l1.rpc("evm_setAutomine", false);
  await l1.rpc("evm_setIntervalMining", 1_000);
  const deployments = join(folder, "deployments");
  await writeAddressBook(deployments, { ...l1.book, network: "localhost/luntra" });

  const postgres: PostgresServer = await startPostgres();
  closing.push(() => postgres.remove());
  await postgres.admin("create database soak");
  const database = postgres.url("soak");
  const hook = await hookServer();
  closing.push(() => hook.close());
  const supervisor = new Supervisor();
  const lines = new Map<string, string[]>();
  supervisor.events.on("line", (name, line) => {
    const its = lines.get(name) ?? [];
    its.push(line);
    its.splice(0, its.length - KEPT);
    lines.set(name, its);
  });
  const proxies = new Map<string, FaultyL1>();
  closing.push(() => Promise.all([...proxies.values()].map((proxy) => proxy.close())));
  closing.push(() => supervisor.stop());

  const run = async (name: string, ready: string, task: readonly string[]) => {
    say(name);
    const proxy = await faultyL1(l1.url);
    proxies.set(name, proxy);
    const env = {
      LUNTRA_RPC_URL: proxy.url,
      LUNTRA_DEPLOYMENTS: deployments,
      LUNTRA_STATE: join(folder, name),
      LUNTRA_DATABASE: database,
      LUNTRA_PARENT: String(process.pid),
      LUNTRA_WEBHOOK: hook.url,
      LUNTRA_WEBHOOK_SECRET: hook.secret,
    };
    const args = ["--network", "localhost", ...task, "--json"];
    const spec: ProcessSpec = {
      ...{ name, env, cwd: ROOT, restart: true },
      command: [process.execPath, HARDHAT_CLI, ...args],
      ready: (line) => line.startsWith(`{"event":"${ready}"`),
    };
    await supervisor.start(spec);
  };
  const urls: string[] = [];
  for (const name of ["node-0", "node-1"]) {
    const port = await freePort();
    urls.push(`http://127.0.0.1:${port}`);
    const task = ["sequencer", "start", "--from", String(SEQUENCER), "--port", String(port)];
    await run(name, "listening", [...task, "--batch-time", "3s", "--explorer", "off"]);
  }
  await run("prover-0", "ready", ["prover", "start", "--workers", "1"]);
  for (const [i, account] of WATCHERS.entries()) {
    const task = ["watchtower", "start", "--from", String(account), "--own", String(SEQUENCER)];
    // One has further L1 nodes, and the other's workers prove for it: both ways are in the soak.
    const more = i === 0 ? ["--l1", l1.url] : ["--database", database];
    await run(`watchtower-${i}`, "watching", [...task, ...more]);
  }
  return { l1, supervisor, proxies, urls, hook, watchers, lines, close };
}
