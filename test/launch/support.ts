// A launch for tests: its file, and the steps as processes with the key of one role each.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { HDNodeWallet } from "ethers";
import { ROLES, type RoleName } from "../../src/launch/file.ts";
import { SENDERS } from "../../src/launch/key-variable.ts";
import { launchFileText, type TemplateOptions } from "../../src/launch/template.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const MNEMONIC = "test test test test test test test test test test test junk";

/** The development chains' accounts, in the order of SENDERS. */
export const WALLETS = SENDERS.map((_, i) =>
  HDNodeWallet.fromPhrase(MNEMONIC, undefined, `m/44'/60'/0'/0/${i}`),
);

export function developmentRoles(): Record<RoleName, string> {
  const accounts = ROLES.map((role, i) => [role, WALLETS[i]?.address.toLowerCase() ?? ""]);
  return Object.fromEntries(accounts) as Record<RoleName, string>;
}

/** A launch of the local preset by the development accounts. */
export function fileText(options: Partial<TemplateOptions> = {}): string {
  return launchFileText({
    chainId: 31337n,
    preset: "local",
    instance: "dev",
    proofSystems: ["ultrahonk"],
    roles: developmentRoles(),
    ...options,
  });
}

/** Of every role. */
export function developmentKeys(): Record<string, string> {
  return Object.fromEntries(SENDERS.map((role, i) => [variable(role), WALLETS[i]?.privateKey ?? ""]));
}

export function variable(role: string): string {
  return `LUNTRA_${role.toUpperCase()}_KEY`;
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface LaunchProcesses {
  readonly folder: string;
  /** Path of the launch file. */
  readonly file: string;
  /** A step with the key of this role and no other, or without any. */
  step(name: string, role?: string, more?: readonly string[]): Promise<Finished>;
  /** Any task on the network, with more in its environment. */
  task(args: readonly string[], role?: string, env?: Readonly<Record<string, string>>): Promise<Finished>;
  /** Kills `launch deploy` with SIGKILL as soon as it has said this. */
  killedAt(text: string): Promise<string>;
  stop(): Promise<void>;
}

export async function launchProcesses(url: string, text = fileText()): Promise<LaunchProcesses> {
  const folder = await mkdtemp(join(tmpdir(), "luntra-launch-"));
  const file = join(folder, "launch.json5");
  await writeFile(file, text);
  const keys = developmentKeys();
  const start = (args: readonly string[], role?: string, more: Readonly<Record<string, string>> = {}) => {
    const { CI: _ci, DEBUG: _debug, ...rest } = process.env;
    const env = {
      ...rest,
      LUNTRA_TESTNET_RPC_URL: url,
      LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
      LUNTRA_STATE: join(folder, "state"),
      ...(role === undefined ? {} : { LUNTRA_ROLE: role, [variable(role)]: keys[variable(role)] }),
      ...more,
    };
    const all = [HARDHAT_CLI, "--network", "testnet", ...args];
    return spawn(process.execPath, all, { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  };
  return {
    folder,
    file,
    step: (name, role, more = []) => finished(start(["launch", name, "--parameters", file, ...more], role)),
    task: (args, role, env) => finished(start(args, role, env)),
    killedAt: async (said) => {
      const child = start(["launch", "deploy", "--parameters", file], "deployer");
      let output = "";
      const closed = new Promise((done) => child.once("close", done));
      child.stderr?.on("data", (chunk: Buffer) => {
        output += String(chunk);
        if (output.includes(said)) child.kill("SIGKILL");
      });
      await closed;
      return output;
    },
    stop: () => rm(folder, { recursive: true, force: true }),
  };
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
