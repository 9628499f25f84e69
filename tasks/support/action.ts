// The frame around every task's action: clean output, typed errors, exit codes.

import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import type { NewTaskActionFunction, TaskArguments } from "hardhat/types/tasks";
import { errorResult, successfulResult } from "hardhat/utils/result";
import { type Answer, describeError, type Progress, progressTo, toJson, wrap } from "./output.ts";

export interface Context {
  readonly hre: HardhatRuntimeEnvironment;
  readonly progress: Progress;
  /** Prints a document before the task's end; with `--json` on one line. */
  readonly emit: (answer: Answer) => void;
}

export type Run<Args> = (args: Args, context: Context) => Promise<Answer>;

/** An error ends the task with exit code 1 and never reaches Hardhat, which would call it a bug of its own. */
export function action<Args extends TaskArguments & { readonly json: boolean }>(
  run: Run<Args>,
): NewTaskActionFunction<Args> {
  return async (args, hre) => {
    const print = process.stdout.write.bind(process.stdout);
    const restore = args.json ? muteStandardOutput() : undefined;
    const show = ({ json, lines }: Answer, indent: number) => {
      if (!args.json) print(lines.map((line) => `${line}\n`).join(""));
      else if (json !== undefined) print(`${toJson(json, indent)}\n`);
    };
    try {
      const emit = (answer: Answer) => void show(answer, 0);
      const answer = await run(args, { hre, progress: progressTo(args.json), emit });
      const { json, failure } = answer;
      restore?.();
      show(answer, 2);
      if (failure === undefined) return successfulResult(json);
      printError(failure, args.json, hre);
      return errorResult(failure);
    } catch (error) {
      restore?.();
      printError(error, args.json, hre);
      return errorResult(error);
    }
  };
}

function printError(error: unknown, json: boolean, hre: HardhatRuntimeEnvironment): void {
  const description = describeError(error);
  const withStack = hre.globalOptions.showStackTraces || Boolean(process.env.DEBUG);
  if (json) process.stderr.write(`${toJson({ error: description })}\n`);
  else process.stderr.write(`${wrap(`Error ${description.code}: ${description.message}`).join("\n")}\n`);
  if (withStack && !json) console.error(error);
}

/** Compilers and libraries print where they like; with `--json`, standard output holds one document and nothing else. */
function muteStandardOutput(): () => void {
  const write = process.stdout.write;
  process.stdout.write = (() => true) as typeof write;
  return () => {
    process.stdout.write = write;
  };
}
