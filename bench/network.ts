// Speed of a sequencer node with an embedded database, as its users meet it: JSON-RPC over HTTP, every transaction stored before it is
// acknowledged, a checkpoint after every segment. Node, L1 and load generator are processes of one machine.

import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { getBytes, JsonRpcProvider } from "ethers";
import secp256k1 from "secp256k1";
import { readAddressBook } from "../src/chain/address-book.ts";
import type { Hex } from "../src/chain/types.ts";
import { fromBytes, Kind, rawFromRecord, signingHash } from "../src/model/index.ts";
import { freePort } from "../src/network/free-port.ts";
import { HARDHAT_CLI } from "../src/network/hardhat-cli.ts";
import { Supervisor } from "../src/network/supervisor.ts";
import { depositEth } from "../src/node/bridge.ts";
import { developmentWallet } from "../src/node/l2-wallet.ts";
import { openNode } from "../src/node/node.ts";
import { artifacts, l2Wallet } from "../test/support/node-harness.ts";

export interface NetworkSpeed {
  readonly transfers: number;
  readonly accounts: number;
  /** ETH transfers a second, from the first request to the checkpoint after the last one. */
  readonly perSecond: number;
  readonly acceptedPerSecond: number;
  /** Milliseconds of eth_sendRawTransaction at half that rate, one transaction a request. */
  readonly latency: { readonly perSecond: number; readonly p50: number; readonly p99: number };
  /** From the start of the process, with nothing but L1, to the last block. */
  readonly recovery: { readonly transactions: number; readonly seconds: number };
}

const ROOT = join(import.meta.dirname, "..");
const HOST = "127.0.0.1";
const ACCOUNTS = 64;
const PER_REQUEST = 100;
const CONNECTIONS = 8;
const LATENCY_SECONDS = 10;
const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;

export async function measureNetwork(transfers: number): Promise<NetworkSpeed> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-bench-"));
  const supervisor = new Supervisor();
  try {
    return await measure(supervisor, folder, transfers);
  } finally {
    await supervisor.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(supervisor: Supervisor, folder: string, transfers: number): Promise<NetworkSpeed> {
  const l1 = `http://${HOST}:${await freePort()}`;
  const port = await freePort();
  const url = `http://${HOST}:${port}`;
  const env = {
    LUNTRA_RPC_URL: l1,
    LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
    LUNTRA_STATE: join(folder, "state"),
  };
  const task = (name: string, ...args: string[]) => taskOf(name, env, args);
  await supervisor.start(task("l1", "node", "--hostname", HOST, "--port", new URL(l1).port));
  const provider = new JsonRpcProvider(l1, undefined, { staticNetwork: true, cacheTimeout: -1 });
  await until(() => provider.send("evm_setIntervalMining", [1000]));
  const on = ["--network", "localhost"];
  await supervisor.once(task("deploy", ...on, "rollup", "deploy", "--instance", "standard", "--json"));
  await supervisor.once(
    task("bond", ...on, "bond", "deposit", "--from", "1", "--amount", "1000ether", "--json"),
  );
  const start = ["sequencer", "start", "--from", "1", "--port", String(port), "--prover", "none", "--json"];
  const limits = ["--pool-size", "1000000", "--pool-per-sender", "1000000"];
  // Circuit and L1's decoder run over one segment in a thousand: all of them would take a core per 50 transactions a second.
  const node = {
    ...task("node", ...on, ...start, ...limits, "--check-one-in", "1000"),
    ready: (line: string) => line.includes('"listening"'),
  };
  await supervisor.start(node);

  const wallets = Array.from({ length: ACCOUNTS }, (_, i) => l2Wallet(`bench ${i}`));
  const book = await readAddressBook(join(folder, "deployments"), join("localhost", "luntra"));
  const chain = await openNode(book, artifacts, provider);
  await chain.derivation.sync();
  const depositor = developmentWallet(3, book.chainId).connect(provider);
  for (const { address } of wallets) await depositEth(chain, depositor, ETHER * 100n, address);
  const last = wallets[wallets.length - 1]?.address ?? "";
  await until(async () => check(BigInt(await call<Hex>(url, "eth_getBalance", [last, "latest"])) > 0n));

  const rate = Math.ceil(LATENCY_SECONDS * 4000);
  const raws = sign(wallets, book.l2ChainId, transfers + rate);
  const started = performance.now();
  await flood(url, raws.slice(0, transfers));
  const accepted = performance.now() - started;
  await sealed(url);
  const seconds = (performance.now() - started) / 1000;
  const perSecond = Math.round(transfers / seconds);

  const half = Math.round(perSecond / 2);
  const latencies = await pace(url, raws.slice(transfers, transfers + half * LATENCY_SECONDS), half);
  await sealed(url);
  const head = await landed(url);

  const recovery = await recover(supervisor, { ...node, name: "again" }, folder, url, head);
  provider.destroy();
  const at = (share: number) => Math.round((latencies[Math.floor(latencies.length * share)] ?? 0) * 10) / 10;
  return {
    transfers,
    accounts: ACCOUNTS,
    perSecond,
    acceptedPerSecond: Math.round(transfers / (accepted / 1000)),
    latency: { perSecond: half, p50: at(0.5), p99: at(0.99) },
    recovery: { transactions: transfers + half * LATENCY_SECONDS, seconds: recovery },
  };
}

function taskOf(name: string, env: Readonly<Record<string, string>>, args: readonly string[]) {
  const command: [string, ...string[]] = [process.execPath, HARDHAT_CLI, ...args];
  return { name, command, env, cwd: ROOT, restart: false };
}

/** Transfers in a ring, as wallets sign them. */
function sign(
  wallets: readonly { readonly address: string; readonly privateKey: string }[],
  l2ChainId: bigint,
  count: number,
): Hex[] {
  return Array.from({ length: count }, (_, i) => {
    const from = wallets[i % wallets.length] as (typeof wallets)[number];
    const to = wallets[(i + 1) % wallets.length] as (typeof wallets)[number];
    const unsigned = {
      kind: Kind.transferEth,
      nonce: BigInt(Math.floor(i / wallets.length)),
      priority: 0n,
      maxFee: 2n * GWEI,
      gasLimit: 21_000n,
      token: 0n,
      recipient: BigInt(to.address),
      amount: 1n,
    };
    const digest = getBytes(signingHash(unsigned, l2ChainId));
    const { signature, recid } = secp256k1.ecdsaSign(digest, getBytes(from.privateKey));
    const [r, s] = [fromBytes(signature.subarray(0, 32)), fromBytes(signature.subarray(32))];
    return rawFromRecord({ ...unsigned, r, s, parity: recid === 0 ? 0 : 1 }, l2ChainId);
  });
}

/** As fast as it goes: some connections, many transactions in a request. */
async function flood(url: string, raws: readonly Hex[]): Promise<void> {
  let next = 0;
  const connection = async () => {
    while (next < raws.length) {
      const some = raws.slice(next, next + PER_REQUEST);
      next += some.length;
      await post(url, some.map(request));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, connection));
}

/** So many a second, each in a request of its own; how long each took, in ascending order. */
async function pace(url: string, raws: readonly Hex[], perSecond: number): Promise<number[]> {
  const started = performance.now();
  const latencies = await Promise.all(
    raws.map(async (raw, i) => {
      const due = started + (i * 1000) / perSecond;
      await sleep(Math.max(0, due - performance.now()));
      const sent = performance.now();
      await post(url, [request(raw, i)]);
      return performance.now() - sent;
    }),
  );
  return latencies.sort((a, b) => a - b);
}

/** Until every transaction is in a block; the number of the last one. */
async function sealed(url: string): Promise<void> {
  const status = async () => await call<{ pool: { size: string } }>(url, "luntra_status", []);
  await until(async () => check(BigInt((await status()).pool.size) === 0n), 25);
}

async function landed(url: string): Promise<bigint> {
  const number = async (tag: string) =>
    BigInt((await call<{ number: string }>(url, "eth_getBlockByNumber", [tag, false])).number);
  await until(async () => check((await number("safe")) === (await number("latest"))), 250);
  return await number("latest");
}

async function recover(
  supervisor: Supervisor,
  node: Parameters<Supervisor["start"]>[0],
  folder: string,
  url: string,
  head: bigint,
): Promise<number> {
  await supervisor.end("node");
  for (const name of await readdir(folder)) {
    if (name === "state") await rm(join(folder, name), { recursive: true });
  }
  const started = performance.now();
  await supervisor.start(node);
  await until(async () => check(BigInt(await call<Hex>(url, "eth_blockNumber", [])) >= head), 50);
  return Math.round((performance.now() - started) / 100) / 10;
}

function request(raw: Hex, id: number) {
  return { jsonrpc: "2.0", id, method: "eth_sendRawTransaction", params: [raw] };
}

async function post(url: string, body: readonly object[]): Promise<void> {
  const answers = (await (await send(url, body)).json()) as readonly {
    readonly error?: { readonly message: string };
  }[];
  const refused = answers.find(({ error }) => error !== undefined);
  if (refused !== undefined) throw new Error(`a transaction was refused: ${refused.error?.message}`);
}

async function call<T>(url: string, method: string, params: readonly unknown[]): Promise<T> {
  const { result, error } = (await (await send(url, { jsonrpc: "2.0", id: 1, method, params })).json()) as {
    readonly result: T;
    readonly error?: { readonly message: string };
  };
  if (error !== undefined) throw new Error(error.message);
  return result;
}

function send(url: string, body: object): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

function check(holds: boolean): void {
  if (!holds) throw new Error("not yet");
}

async function until(attempt: () => Promise<unknown>, everyMs = 200, timeoutMs = 600_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; ; ) {
    try {
      await attempt();
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await sleep(everyMs);
    }
  }
}
