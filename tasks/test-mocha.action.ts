// Action of the `test mocha` override: picks the test files, then hands over to Hardhat's own runner.

import { glob } from "node:fs/promises";
import { join } from "node:path";
import { HardhatPluginError } from "hardhat/plugins";
import type { TaskArguments, TaskOverrideActionFunction } from "hardhat/types/tasks";

const action: TaskOverrideActionFunction<TaskArguments & { long: boolean; shard: string }> = async (
  { long, shard, ...args },
  hre,
  runSuper,
) => {
  const named: string[] = args.testFiles;
  return await runSuper({
    ...args,
    testFiles: named.length > 0 ? named : part(await testFiles(hre.config.paths.tests.mocha, long), shard),
  });
};

/** Neighbours take about as long as each other, and go to different shards. */
function part(files: readonly string[], shard: string): string[] {
  const [index, count] = (/^([1-9]\d*)\/([1-9]\d*)$/.exec(shard) ?? []).slice(1).map(Number);
  if (index === undefined || count === undefined || index > count) {
    throw new HardhatPluginError(
      "luntra",
      `--shard must be INDEX/COUNT, the index from 1 to the count, and is ${shard}`,
    );
  }
  return files.filter((_, i) => i % count === index - 1);
}

async function testFiles(directory: string, long: boolean): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob("**/*.test.ts", { cwd: directory })) {
    if (file.endsWith(".long.test.ts") === long) found.push(join(directory, file));
  }
  return found.sort();
}

export default action;
