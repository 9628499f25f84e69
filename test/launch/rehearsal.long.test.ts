// The runbook's rehearsal: every command block, in order and word for word, on anvil, with services running in the background.

import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { freePort } from "../../src/network/free-port.ts";
import { type Anvil, startAnvil } from "../support/anvil.ts";
import { developmentKeys } from "./support.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const RUNBOOK = join(ROOT, "docs/runbook.md");
const READY_MS = 180_000;
const FINAL_MS = 180_000;

interface Block {
  /** What follows `sh` in the fence: background, stop-background. */
  readonly kind: string;
  readonly text: string;
}

describe("the runbook", function () {
  this.timeout(1_800_000);
  let anvil: Anvil;
  let folder: string;
  let env: NodeJS.ProcessEnv;
  const services: ChildProcess[] = [];
  let said = "";

  before(async () => {
    anvil = await startAnvil();
    folder = await mkdtemp(join(tmpdir(), "luntra-runbook-"));
    const { CI: _ci, DEBUG: _debug, ...rest } = process.env;
    env = {
      ...rest,
      PATH: `${join(ROOT, "node_modules/.bin")}:${process.env.PATH}`,
      LUNTRA_TESTNET_RPC_URL: anvil.url,
      LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
      LUNTRA_STATE: join(folder, "state"),
      PORT: String(await freePort()),
    };
  });

  after(async () => {
    await stopServices();
    await anvil.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it("works word for word, and nothing that it prints or writes holds a key", async () => {
    const blocks = await blocksOf(RUNBOOK);
    expect(blocks.length).to.be.greaterThan(15);
    const [first, ...rest] = blocks as [Block, ...Block[]];
    // The terminal's environment, which every later block starts from.
    const setup = first.text;
    expect(setup).to.contain("export NETWORK");
    for (const [i, { kind, text }] of rest.entries()) {
      if (kind === "background") {
        await startService(setup, text);
        continue;
      }
      if (kind === "stop-background") {
        await batchesFinal(setup);
        await stopServices();
      }
      const { code, output } = await run(setup, text);
      expect(code, `block ${i + 2}:\n${text}\n${output}`).to.equal(0);
    }
    const files = await textsBelow(folder);
    for (const key of Object.values(developmentKeys())) {
      expect(said.includes(key.slice(2)), "a key among what was printed").to.equal(false);
      expect(files.includes(key.slice(2)), "a key among what was written").to.equal(false);
    }
  });

  /** One shell a block; each command must end as its comment says. */
  async function run(setup: string, text: string): Promise<{ code: number | null; output: string }> {
    const child = shell([setup, ...commandsOf(text).map(checked)].join("\n"));
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        output += chunk;
      });
    }
    const code = await new Promise<number | null>((done) => child.once("close", done));
    said += output;
    return { code, output };
  }

  async function startService(setup: string, text: string): Promise<void> {
    const child = shell(`${setup}\n${text.trim().replace(/^((?:\w+=\S+ )*)/, "$1exec ")}`);
    services.push(child);
    let output = "";
    const ready = Promise.withResolvers<void>();
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (chunk: string) => {
        said += chunk;
        output += chunk;
        if (/JSON-RPC on|Watching as/.test(output)) ready.resolve();
      });
    }
    const late = sleep(READY_MS, undefined, { ref: false }).then(() => "late");
    const how = await Promise.race([ready.promise, late, new Promise((done) => child.once("close", done))]);
    expect(how, output).to.equal(undefined);
  }

  async function stopServices(): Promise<void> {
    for (const child of services.splice(0).reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const closed = new Promise((done) => child.once("close", done));
      child.kill("SIGTERM");
      await closed;
    }
  }

  /** The node commits the user's deposit, proves it and makes it final by itself. */
  async function batchesFinal(setup: string): Promise<void> {
    const deadline = Date.now() + FINAL_MS;
    for (;;) {
      const { code, output } = await run(
        setup,
        "hardhat --network $NETWORK rollup status --json 2>/dev/null",
      );
      expect(code, output).to.equal(0);
      const { finalized, queue } = JSON.parse(output) as { finalized: string; queue: { waiting: string } };
      if (BigInt(finalized) >= 2n && queue.waiting === "0") return;
      if (Date.now() > deadline) expect.fail(`expected the deposit to be final: ${output}\n${said}`);
      await sleep(1_000);
    }
  }

  function shell(script: string): ChildProcess {
    return spawn("bash", ["-c", script], { cwd: ROOT, env, stdio: ["ignore", "pipe", "pipe"] });
  }
});

/** The page's blocks that are marked `sh`. */
async function blocksOf(path: string): Promise<Block[]> {
  const page = await readFile(path, "utf8");
  return [...page.matchAll(/^```sh ?([a-z-]*)\n(.*?)^```$/gms)].map(([, kind = "", text = ""]) => ({
    kind,
    text,
  }));
}

function commandsOf(text: string): readonly string[] {
  return text.split("\n").filter((line) => line.trim() !== "");
}

/** The command, and then a complaint if it did not end as expected. */
function checked(command: string): string {
  const [, expected = "0"] = /# exit code (\d+)/.exec(command) ?? [];
  return `${command}\ncode=$?; [ $code -eq ${expected} ] || { echo "exit code $code instead of ${expected}" >&2; exit 99; }`;
}

async function textsBelow(folder: string): Promise<string> {
  const { code, output } = await new Promise<{ code: number | null; output: string }>((done) => {
    const child = spawn("grep", ["-rhoE", "[0-9a-fA-F]{64}", folder], {
      stdio: ["ignore", "pipe", "ignore"],
    });
    let output = "";
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
      output += chunk;
    });
    child.once("close", (code) => done({ code, output }));
  });
  expect(code).to.be.oneOf([0, 2]);
  return output;
}
