// An L1 that is not Hardhat: anvil, as a process of its own on a free port.

import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { join, dirname } from "node:path";
import { JsonRpcProvider } from "ethers";
import { freePort } from "../../src/network/free-port.ts";

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", arm64: "arm64" };

/** The program itself: the one in node_modules/.bin is a script that leaves it running when it is ended. */
export function anvilProgram(): string {
  const name = `@foundry-rs/anvil-${process.platform}-${ARCHITECTURES[process.arch]}`;
  return join(dirname(createRequire(import.meta.url).resolve(`${name}/package.json`)), "bin", "anvil");
}

export interface Anvil {
  readonly url: string;
  readonly provider: JsonRpcProvider;
  stop(): Promise<void>;
}

export interface AnvilOptions {
  readonly chainId?: number;
  /** Seconds between blocks; without it, each transaction makes one. */
  readonly blockTime?: number;
}

export async function startAnvil({ chainId, blockTime }: AnvilOptions = {}): Promise<Anvil> {
  const port = await freePort();
  const args = [
    ...["--port", String(port), "--hardfork", "osaka", "--enable-tx-gas-limit"],
    ...(chainId === undefined ? [] : ["--chain-id", String(chainId)]),
    ...(blockTime === undefined ? [] : ["--block-time", String(blockTime)]),
  ];
  const child = spawn(anvilProgram(), args, { stdio: ["ignore", "pipe", "pipe"] });
  await listening(child);
  const url = `http://127.0.0.1:${port}`;
  const provider = new JsonRpcProvider(url, undefined, { cacheTimeout: -1 });
  return {
    url,
    provider,
    stop: async () => {
      provider.destroy();
      const closed = new Promise((done) => child.once("close", done));
      child.kill();
      await closed;
    },
  };
}

async function listening(child: ChildProcess): Promise<void> {
  let output = "";
  await new Promise<void>((done, failed) => {
    const listen = (chunk: Buffer) => {
      output += String(chunk);
      if (output.includes("Listening on")) done();
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("error", failed);
    child.once("close", (code) =>
      failed(new RangeError(`expected anvil to listen, got exit ${code}: ${output}`)),
    );
  });
  // Nobody reads on; a full pipe would stop it.
  child.stdout?.resume();
  child.stderr?.resume();
}
