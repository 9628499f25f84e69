// An L1 node and tasks as child processes, on ports and in folders that nobody else uses.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../../src/network/free-port.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";

const ROOT = resolve(import.meta.dirname, "../..");

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Background {
  until(text: string): Promise<void>;
  stop(): Promise<void>;
}

export interface Processes {
  readonly folder: string;
  /** Runs `hardhat` with these arguments. */
  hardhat(args: readonly string[], env?: NodeJS.ProcessEnv): Promise<Finished>;
  /** Starts `hardhat` and leaves it running. */
  background(args: readonly string[]): Background;
  stop(): Promise<void>;
}

export async function startProcesses(): Promise<Processes> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-processes-"));
  const port = String(await freePort());
  // On a CI server Hardhat always shows stack traces; here it behaves as on a person's machine.
  const { CI: _ci, DEBUG: _debug, ...rest } = process.env;
  const env = {
    ...rest,
    LUNTRA_RPC_URL: `http://127.0.0.1:${port}`,
    LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
    LUNTRA_STATE: join(folder, "state"),
  };
  const node = start(["node", "--hostname", "127.0.0.1", "--port", port], env);
  await said(node, "Started HTTP");
  return {
    folder,
    hardhat: (args, more = {}) => finished(start(args, { ...env, ...more })),
    background: (args) => {
      const child = start(args, env);
      return { until: (text) => said(child, text), stop: () => stopped(child) };
    },
    stop: async () => {
      await stopped(node);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function start(args: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [HARDHAT_CLI, ...args], {
    cwd: ROOT,
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
}

async function finished(child: ChildProcess): Promise<Finished> {
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  }
  const code = await new Promise<number | null>((done) => child.once("close", done));
  return { code, ...texts };
}

async function stopped(child: ChildProcess): Promise<void> {
  const closed = new Promise((done) => child.once("close", done));
  child.kill();
  await closed;
}

async function said(child: ChildProcess, text: string): Promise<void> {
  let output = "";
  await new Promise<void>((done, failed) => {
    const listen = (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes(text)) done();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("close", (code) => failed(new RangeError(`expected "${text}", got exit ${code}: ${output}`)));
  });
}
