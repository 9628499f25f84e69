// A soak: users' traffic on a whole network while one fault follows the other, then rest, then every invariant.

import { setTimeout as sleep } from "node:timers/promises";
import type { Hex } from "../../src/chain/types.ts";
import { bondOf } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import type { Node } from "../../src/node/node.ts";
import { countTransactions } from "../faults/support/audit.ts";
import { Customer } from "../faults/support/customer.ts";
import { ETHER, l2Wallet } from "../support/node-harness.ts";
import { between, FAULTS, mulberry32, pick, type Stage } from "./faults.ts";
import { type Before, checkInvariants, type Invariant } from "./invariants.ts";
import { type SoakNetwork, startNetwork } from "./network.ts";
import { type Disputes, followDisputes, wastedGas } from "./observe.ts";

export interface SoakOptions {
  readonly minutes: number;
  readonly seed: number;
  /** Names of faults; all of them if left out. */
  readonly only?: readonly string[];
  readonly say: (what: string) => void;
}

export interface SoakReport {
  readonly seed: number;
  readonly minutes: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Processes that ended without being told to, by name and how. */
  readonly deaths: Readonly<Record<string, number>>;
  readonly acknowledged: number;
  readonly slowestMs: number;
  readonly batches: number;
  readonly finalized: number;
  readonly disputes: Disputes;
  /** Of watchtowers' transactions that L1 refused. */
  readonly wasted: { readonly transactions: number; readonly gas: number };
  readonly alerts: Readonly<Record<string, number>>;
  /** What watchtowers failed in. */
  readonly failures: readonly string[];
  readonly settledSeconds: number;
  readonly invariants: readonly Invariant[];
}

const CUSTOMERS = 2;
const PATIENCE_MS = 240_000;
const SETTLE_MS = 300_000;
/** Lies and challenges come more often than other faults: they are what it is about. */
const WEIGHTS: Readonly<Record<string, number>> = {
  "wrong batch": 4,
  "unfounded challenge": 3,
  "kill -9": 2,
};

export async function soak({ say, ...options }: SoakOptions): Promise<SoakReport> {
  const started = performance.now();
  const since = () => ((performance.now() - started) / 1000).toFixed(0).padStart(5);
  const network = await startNetwork((what) => say(`${since()} s  starting ${what}`));
  try {
    return await play(network, { ...options, say: (what) => say(`${since()} s  ${what}`) });
  } finally {
    await network.close();
  }
}

async function play(network: SoakNetwork, { minutes, seed, only, say }: SoakOptions): Promise<SoakReport> {
  const { l1, urls, supervisor, hook } = network;
  const truth = await l1.open();
  const deaths = new Map<string, number>();
  supervisor.events.on("died", (name, how) => {
    const death = `${name}: ${how}`;
    deaths.set(death, (deaths.get(death) ?? 0) + 1);
    const last = network.lines.get(name)?.slice(-12).join("\n         ");
    say(how === "SIGKILL" ? `${death}` : `${death}; its last words:\n         ${last}`);
  });
  const honest = [l1.sequencer, ...network.watchers];
  const bonds = new Map<Hex, bigint>();
  for (const one of honest) {
    const account = (await one.getAddress()).toLowerCase();
    const { available, locked } = await bondOf(truth, account);
    bonds.set(account, available + locked);
  }
  const wallets = Array.from({ length: CUSTOMERS }, (_, i) => l2Wallet(`customer ${i}`));
  for (const { address } of wallets) await depositEth(truth, l1.user, ETHER, address);
  const customers = wallets.map((wallet, i) => new Customer(l1.book.l2ChainId, wallet, urls, i, PATIENCE_MS));
  const running = customers.map((one, i) => one.run(wallets[(i + 1) % CUSTOMERS]?.address ?? "", 200));
  const stopping = new AbortController();
  const observer = await l1.open();
  const following = followDisputes(observer, stopping.signal);
  const failed = Promise.all(running).then(() => new Promise<never>(() => undefined));
  failed.catch(() => undefined);

  say(`faults for ${minutes} min, seed 0x${seed.toString(16)}`);
  const stage: Stage = { network, truth, random: mulberry32(seed) };
  const faults = await Promise.race([misfortunes(stage, minutes, only ?? Object.keys(FAULTS), say), failed]);
  for (const proxy of network.proxies.values()) proxy.heal();
  for (const one of customers) one.stop();
  await Promise.all(running);
  const acknowledged = customers.flatMap((one) => one.acknowledged);

  say(`the faults are over; ${acknowledged.length} transactions were acknowledged; waiting for rest`);
  const rest = performance.now();
  const head = await settled(truth, acknowledged, network);
  const before: Before = { bonds, head };
  say(`all is on L1; waiting for batch ${head} to be final`);
  await until("finality", network, async () => (await truth.derivation.sync()).finalized >= head);
  const settledSeconds = Math.round((performance.now() - rest) / 1000);
  stopping.abort();
  const disputes = await following;
  await supervisor.stop();
  const final = await l1.open();
  const invariants = await checkInvariants(network, final, acknowledged, before);
  const { view } = final.derivation;
  return {
    ...{ seed, minutes, faults, deaths: Object.fromEntries(deaths), acknowledged: acknowledged.length },
    slowestMs: Math.round(Math.max(...customers.map((one) => one.slowestMs))),
    batches: Number(view.head),
    finalized: Number(view.finalized),
    disputes,
    wasted: await wastedGas(network),
    alerts: counted(hook.alerts.map(({ kind }) => kind)),
    failures: hook.alerts.filter(({ kind }) => kind === "action-failed").map(({ message }) => message),
    settledSeconds,
    invariants,
  };
}

/** One after the other, with a rest after each. */
async function misfortunes(
  stage: Stage,
  minutes: number,
  only: readonly string[],
  say: (what: string) => void,
): Promise<Readonly<Record<string, number>>> {
  const { random } = stage;
  const names = only.flatMap((name) => Array.from({ length: WEIGHTS[name] ?? 1 }, () => name));
  const done: string[] = [];
  for (const end = Date.now() + minutes * 60_000; Date.now() < end; ) {
    const name = pick(random, names);
    const what = await FAULTS[name]?.(stage);
    if (what !== undefined) {
      done.push(name);
      say(`${name}: ${what}`);
    }
    await sleep(between(random, 1_000, 5_000));
  }
  return counted(done);
}

/** Until L1 has all that was acknowledged, no lie is live and no challenge open. Returns the head. */
async function settled(truth: Node, acknowledged: readonly Hex[], network: SoakNetwork): Promise<bigint> {
  let head = 0n;
  await until("rest", network, async () => {
    const view = await truth.derivation.sync();
    head = view.head;
    const lies = view.live.slice(1).some(({ id }) => isWrong(truth, id));
    const open = [...view.disputes.values()].some(({ challenges }) =>
      challenges.some(({ id, outcome }) => outcome === "open" && view.live.some((batch) => batch.id === id)),
    );
    if (lies || open) return false;
    const ran = countTransactions(truth);
    return acknowledged.every((hash) => ran.has(hash));
  });
  return head;
}

function isWrong(node: Node, id: Hex): boolean {
  try {
    return node.execute(id).wrong !== undefined;
  } catch {
    return true; // It stands on one.
  }
}

async function until(what: string, { lines }: SoakNetwork, so: () => Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + SETTLE_MS; !(await so()); await sleep(500)) {
    if (Date.now() < deadline) continue;
    const last = [...lines].map(([name, its]) => `${name}:\n  ${its.slice(-6).join("\n  ")}`).join("\n");
    throw new Error(`waited ${SETTLE_MS / 1000} s in vain for ${what}\n${last}`);
  }
}

function counted(names: readonly string[]): Readonly<Record<string, number>> {
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, its]): [string, number] => [name, its.length]).sort());
}
