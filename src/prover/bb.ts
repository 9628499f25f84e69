// barretenberg's native binary as a child process.

import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { devNull } from "node:os";
import { dirname, join } from "node:path";
import { fail, LuntraError } from "../errors.ts";

export interface BbOptions {
  /** Folder of the reference string, for commands that need one. */
  readonly srs?: string;
  /** Kills the process. */
  readonly signal?: AbortSignal | undefined;
}

export interface BbRun {
  readonly stdout: string;
  readonly ms: number;
  /** Most memory that the process ever held; undefined where the system does not tell (only Linux does). */
  readonly peakBytes: number | undefined;
}

const PLATFORMS: Record<string, string> = { linux: "linux", darwin: "macos" };
const ARCHITECTURES: Record<string, string> = { x64: "amd64", arm64: "arm64" };
const MEMORY_POLL_MS = 20;
/** How much of a failed command's output an error carries. */
const OUTPUT_TAIL = 1000;

export function bbPath(): string {
  const main = createRequire(import.meta.url).resolve("@aztec/bb.js");
  const platform = `${ARCHITECTURES[process.arch]}-${PLATFORMS[process.platform]}`;
  const path = join(dirname(main), "../../build", platform, "bb");
  return existsSync(path) ? path : fail("BACKEND_MISSING", { path });
}

/** Runs `bb` with these arguments. Aborted, the process is killed and PROVER_CANCELLED thrown. */
export async function runBb(args: readonly string[], { srs, signal }: BbOptions = {}): Promise<BbRun> {
  const path = bbPath();
  if (signal?.aborted) fail("PROVER_CANCELLED", {});
  const started = performance.now();
  // A child gets what it needs and nothing else. Without a reference string it gets a path that cannot exist, or else it
  // would look in HOME and then on the network.
  const home = srs ?? join(devNull, "none");
  // How many threads the backend takes is the one thing that it is told by its environment.
  const { PATH, HARDWARE_CONCURRENCY } = process.env;
  const env = { PATH, HARDWARE_CONCURRENCY, HOME: home, CRS_PATH: home };
  const child = spawn(path, args, {
    env,
    stdio: ["ignore", "pipe", "pipe"],
    killSignal: "SIGKILL",
    ...(signal === undefined ? {} : { signal }),
  });

  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text;
  });
  let peakBytes: number | undefined;
  const poll = setInterval(() => {
    peakBytes = peakOf(child.pid) ?? peakBytes;
  }, MEMORY_POLL_MS);

  const command = args[0] ?? "";
  try {
    const exit = await new Promise<string>((done, failed) => {
      child.once("error", (error) => {
        // Aborted, it still has to die: `close` follows.
        if (signal?.aborted) return;
        failed(
          new LuntraError("BACKEND_FAILED", { command, exit: "no start", output: error.message }, error),
        );
      });
      child.once("close", (code, killed) => done(code === null ? String(killed) : String(code)));
    });
    if (signal?.aborted) fail("PROVER_CANCELLED", {});
    if (exit !== "0") {
      fail("BACKEND_FAILED", { command, exit, output: output.stderr.trim().slice(-OUTPUT_TAIL) });
    }
  } finally {
    clearInterval(poll);
  }
  return { stdout: output.stdout, ms: performance.now() - started, peakBytes };
}

function peakOf(pid: number | undefined): number | undefined {
  if (pid === undefined || process.platform !== "linux") return undefined;
  try {
    const line = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"));
    return line?.[1] === undefined ? undefined : Number(line[1]) * 1024;
  } catch {
    return undefined;
  }
}
