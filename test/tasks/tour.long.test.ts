// The README's tour: every command, as printed there, ends as the page says.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect } from "chai";
import { type Processes, startProcesses } from "./support.ts";

const README = resolve(import.meta.dirname, "../../README.md");

describe("the tour", function () {
  this.timeout(600_000);
  let processes: Processes;

  before(async () => {
    processes = await startProcesses();
  });

  after(() => processes.stop());

  it("works as printed", async () => {
    const commands = await commandsOf(README);
    expect(commands.length).to.be.greaterThan(20);
    for (const { args, expected } of commands) {
      const { code, stdout, stderr } = await processes.hardhat(args);
      expect(code, `hardhat ${args.join(" ")}\n${stdout}${stderr}`).to.equal(expected);
      for (const line of `${stdout}${stderr}`.split("\n")) expect(line.length, line).to.be.at.most(100);
    }
  });
});

interface Command {
  readonly args: readonly string[];
  /** Exit code. */
  readonly expected: number;
}

/** The `hardhat …` lines of the page's code blocks, but the node, which runs already. */
async function commandsOf(path: string): Promise<Command[]> {
  const page = await readFile(path, "utf8");
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block = ""]) => block);
  return blocks
    .flatMap((block) => block.split("\n"))
    .filter((line) => line.startsWith("hardhat ") && !line.startsWith("hardhat node"))
    .map((line) => {
      const [command = "", comment = ""] = line.split("#");
      const [, code = "0"] = /exit code (\d+)/.exec(comment) ?? [];
      return { args: command.trim().split(/\s+/).slice(1), expected: Number(code) };
    });
}
