// Nodes as processes that can be killed, stopped, woken and started again, each at one address for ever.

import { join } from "node:path";
import { runScript, type Script } from "../../support/child-process.ts";
import { freePort } from "../../../src/network/free-port.ts";
import { type L1, SEQUENCER } from "./l1.ts";
import type { NodeSettings } from "./node-child.ts";

const CHILD = join(import.meta.dirname, "node-child.ts");
const CLOCK = join(import.meta.dirname, "skewed-clock.ts");
const START_MS = 60_000;

export interface NodeOptions extends Partial<NodeSettings> {
  /** How far its clock is ahead. */
  readonly skewMs?: number;
}

export interface NodeProcess {
  readonly name: string;
  readonly url: string;
  /** What it said since it was last started. */
  readonly lines: readonly string[];
  /** What it ever said. */
  readonly said: readonly string[];
  /** Returns at once. */
  spawn(): void;
  /** Waits until it can be asked. */
  ready(): Promise<void>;
  start(): Promise<void>;
  /** At once unless another signal is given; waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  line(accept: (line: string) => boolean, timeoutMs?: number): Promise<string>;
}

/** Not started yet. */
export async function nodeProcess(
  l1: L1,
  name: string,
  database: string,
  { skewMs = 0, ...options }: NodeOptions = {},
): Promise<NodeProcess> {
  const port = await freePort();
  const usual = { account: SEQUENCER, ttlMs: 1_500, segmentMs: 20, batchMs: 300 };
  const settings: NodeSettings = {
    ...usual,
    ...{ name, l1: l1.url, folder: l1.folder, database, port },
    ...options,
  };
  const skew = { NODE_OPTIONS: `--import ${CLOCK}`, LUNTRA_TEST_SKEW_MS: String(skewMs) };
  const before: string[] = [];
  let script: Script | undefined;
  const running = () => {
    if (script === undefined) throw new RangeError(`${name} was not started`);
    return script;
  };
  const spawn = () => {
    before.push(...(script?.lines ?? []));
    script = runScript(CHILD, [JSON.stringify(settings)], skewMs === 0 ? {} : skew);
  };
  const ready = async () => {
    await running().line((line) => line.startsWith("listening"), START_MS);
  };
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    get lines() {
      return script?.lines ?? [];
    },
    get said() {
      return [...before, ...(script?.lines ?? [])];
    },
    spawn,
    ready,
    async start() {
      spawn();
      await ready();
    },
    async kill(signal = "SIGKILL") {
      await script?.kill(signal);
    },
    signal: (signal) => void running().process.kill(signal),
    line: (accept, timeoutMs) => running().line(accept, timeoutMs),
  };
}
