// Runs a step of the launch: `hardhat launch STEP` with the options that the script was given.

import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";

export function runStep(name: string): void {
  const { status } = spawnSync(process.execPath, [HARDHAT_CLI, "launch", name, ...process.argv.slice(2)], {
    cwd: resolve(import.meta.dirname, "../.."),
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}
