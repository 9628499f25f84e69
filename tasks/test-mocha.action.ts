// Action of the `test mocha` override: picks the test files, then hands over to Hardhat's own runner.

import { glob } from "node:fs/promises";
import { join } from "node:path";
import type { TaskArguments, TaskOverrideActionFunction } from "hardhat/types/tasks";

const action: TaskOverrideActionFunction<TaskArguments & { long: boolean }> = async (
  { long, ...args },
  hre,
  runSuper,
) => {
  const named: string[] = args.testFiles;
  return await runSuper({
    ...args,
    testFiles: named.length > 0 ? named : await testFiles(hre.config.paths.tests.mocha, long),
  });
};

async function testFiles(directory: string, long: boolean): Promise<string[]> {
  const found: string[] = [];
  for await (const file of glob("**/*.test.ts", { cwd: directory })) {
    if (file.endsWith(".long.test.ts") === long) found.push(join(directory, file));
  }
  return found.sort();
}

export default action;
