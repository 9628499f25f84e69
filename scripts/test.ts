// `npm test`: the Solidity tests, then the mocha tests, in as many processes at a time as there are cores, up to three. `--long`: the long
// tier. Names of files run those alone: `npm test -- test/model/tree.test.ts`. Its last line is the totals of all runners.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { HARDHAT_CLI } from "../src/network/hardhat-cli.ts";
import { formatTotals, readTotals } from "./ci-totals.ts";

const ROOT = join(import.meta.dirname, "..");
/** Tests start processes of their own, and hold some gigabytes. */
const MOST_PROCESSES = 3;
const SHARDS_A_PROCESS = 3;

interface Run {
  readonly code: number;
  readonly output: string;
}

/** Hardhat with these arguments; what it prints is passed on at once, or kept for the end. */
function hardhat(args: readonly string[], { live }: { readonly live: boolean }): Promise<Run> {
  const child = spawn(process.execPath, [HARDHAT_CLI, ...args], {
    cwd: ROOT,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}) },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      if (live) process.stdout.write(text);
    });
  }
  return new Promise((done, failed) => {
    child.on("error", failed);
    child.on("close", (code) => done({ code: code ?? 1, output }));
  });
}

async function solidity(profile: string): Promise<Run> {
  return await hardhat(["test", "solidity", "--test-profile", profile], { live: true });
}

/**
 * In more shards than processes, as files take from no time to minutes, and a process that is done takes the next shard. One
 * process is told as it runs, the others in between: lines of several would be in a muddle.
 */
async function mocha(args: readonly string[]): Promise<readonly Run[]> {
  const processes = Math.min(availableParallelism(), MOST_PROCESSES);
  const count = processes * SHARDS_A_PROCESS;
  const runs: Run[] = [];
  const untold: string[] = [];
  const tell = () => process.stdout.write(untold.splice(0).join(""));
  let begun = 0;
  async function work(live: boolean): Promise<void> {
    while (begun < count) {
      begun += 1;
      const run = await hardhat(["test", "mocha", "--no-compile", ...args, "--shard", `${begun}/${count}`], {
        live,
      });
      runs.push(run);
      if (live) tell();
      else untold.push(run.output);
    }
  }
  await Promise.all(Array.from({ length: processes }, (_, i) => work(i === 0)));
  tell();
  return runs;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { long: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const built = await hardhat(["build"], { live: true });
  if (built.code !== 0) return built.code;
  const named = positionals.length > 0;
  const runs = named
    ? [await hardhat(["test", "mocha", "--no-compile", ...positionals], { live: true })]
    : values.long
      ? [...(await mocha(["--long"])), await solidity("deep")]
      : [await solidity("default"), ...(await mocha([]))];
  console.log(formatTotals(readTotals(runs.map(({ output }) => output).join("\n"))));
  return runs.find(({ code }) => code !== 0)?.code ?? 0;
}

process.exitCode = await main();
