// What can go wrong in a soak, one fault at a time and at random. Each lasts some seconds and is over when it returns.

import { setTimeout as sleep } from "node:timers/promises";
import { disputeOf, headOf, pendingOf } from "../../src/chain/view.ts";
import { isLuntraError } from "../../src/errors.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { challenge } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import type { SoakNetwork } from "./network.ts";

/** In [0, 1). */
export type Random = () => number;

export interface Stage {
  readonly network: SoakNetwork;
  /** Reads L1 itself. */
  readonly truth: Node;
  readonly random: Random;
}

/** Returns what it did; undefined if there was nothing to do it to. */
export type Fault = (stage: Stage) => Promise<string | undefined>;

export const FAULTS: Readonly<Record<string, Fault>> = {
  async "kill -9"({ network, random }) {
    const [name, pid] = pick(random, Object.entries(network.supervisor.pids()));
    process.kill(pid, "SIGKILL");
    await sleep(500);
    return name;
  },

  async "stop and wake up"({ network, random }) {
    const [name, pid] = pick(random, Object.entries(network.supervisor.pids()));
    process.kill(pid, "SIGSTOP");
    const ms = between(random, 1_000, 8_000);
    await sleep(ms);
    process.kill(pid, "SIGCONT");
    return `${name} for ${ms} ms`;
  },

  async "L1 down"(stage) {
    return await misbehave(stage, (proxy) => {
      proxy.down = true;
    });
  },

  async "L1 slow"(stage) {
    return await misbehave(stage, (proxy) => {
      proxy.delayMs = () => stage.random() * 1_500;
    });
  },

  async "L1 answers with errors"(stage) {
    return await misbehave(stage, (proxy) => {
      proxy.refuse = () => stage.random() < 0.3;
      proxy.lose = () => stage.random() < 0.1;
    });
  },

  async "L1 behind"(stage) {
    return await misbehave(stage, (proxy) => {
      proxy.lag = () => Math.floor(stage.random() * 5);
    });
  },

  /** To watchtowers alone: they must not be led into a wrong dispute. */
  async "L1 lies about a log"({ network, random }) {
    const [name, proxy] = pick(
      random,
      [...network.proxies].filter(([its]) => its.startsWith("watchtower")),
    );
    proxy.lie = (method, _params, result) => {
      if (method !== "eth_getLogs" || !Array.isArray(result) || result.length === 0) return result;
      const at = Math.floor(random() * result.length);
      if (random() < 0.5) return result.filter((_, i) => i !== at);
      const log = result[at] as { data: string };
      const data = log.data.replace(/.(?=.$)/, (digit) => (digit === "0" ? "1" : "0"));
      return result.with(at, { ...log, data });
    };
    await sleep(between(random, 3_000, 8_000));
    proxy.heal();
    return name;
  },

  async "L1 makes no blocks"({ network: { l1 }, random }) {
    await l1.rpc("evm_setIntervalMining", 0);
    const ms = between(random, 2_000, 8_000);
    await sleep(ms);
    await l1.rpc("evm_setIntervalMining", 1_000);
    return `${ms} ms`;
  },

  async reorg({ network: { l1 }, random }) {
    const snapshot = await l1.rpc("evm_snapshot");
    const before = await l1.provider.getBlockNumber();
    await sleep(between(random, 1_500, 4_000));
    const blocks = (await l1.provider.getBlockNumber()) - before;
    await l1.rpc("evm_revert", snapshot);
    // Longer than what it replaces.
    await l1.mine(blocks + 1);
    return `${blocks} blocks`;
  },

  async "wrong batch"({ network, truth, random }) {
    const how = random() < 0.5 ? "mint" : "flip";
    try {
      const view = await truth.derivation.sync();
      if (truth.execute(headOf(view).id).wrong !== undefined) return undefined;
      const honest = buildBatch(truth, [], { heartbeat: true });
      const { id } = await commitBatch(truth, network.l1.other, corrupt(truth, honest, { segment: 0, how }));
      return `${how} ${id}`;
    } catch (error) {
      // An honest batch came first.
      if (isLuntraError(error, "CALL_REVERTED") || isLuntraError(error, "ANCESTOR_INVALID")) return undefined;
      throw error;
    }
  },

  async "unfounded challenge"({ network: { l1 }, truth, random }) {
    try {
      const view = await truth.derivation.sync();
      const fresh = pendingOf(view).filter(({ id }) => disputeOf(view, id).challenges.length === 0);
      const right = fresh.filter(({ id }) => truth.execute(id).wrong === undefined);
      if (right.length === 0) return undefined;
      const { id, checkpoints } = pick(random, right);
      const segment = Math.floor(random() * checkpoints.length);
      await challenge(truth, l1.challenger, id, segment, { unchecked: true });
      return `segment ${segment} of ${id}`;
    } catch (error) {
      // Its window is over, or it was rolled back with another.
      if (isLuntraError(error, "CALL_REVERTED") || isLuntraError(error, "ANCESTOR_INVALID")) return undefined;
      throw error;
    }
  },
};

async function misbehave(
  { network, random }: Stage,
  how: (proxy: SoakNetwork["proxies"] extends ReadonlyMap<string, infer Proxy> ? Proxy : never) => void,
): Promise<string> {
  const [name, proxy] = pick(random, [...network.proxies]);
  how(proxy);
  const ms = between(random, 2_000, 8_000);
  await sleep(ms);
  proxy.heal();
  return `${name} for ${ms} ms`;
}

export function pick<T>(random: Random, all: readonly T[]): T {
  const one = all[Math.floor(random() * all.length)];
  if (one === undefined) throw new RangeError("expected something to pick from");
  return one;
}

export function between(random: Random, least: number, most: number): number {
  return Math.round(least + random() * (most - least));
}

/** A small generator of numbers in [0, 1) that a seed determines. */
export function mulberry32(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let x = Math.imul(state ^ (state >>> 15), state | 1);
    x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
