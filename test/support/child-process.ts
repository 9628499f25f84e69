// A script of this project in a process of its own, and what it says, line by line.

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Script {
  readonly process: ChildProcess;
  readonly lines: readonly string[];
  /** The first line, said already or said later, that the test accepts. */
  line(accept: (line: string) => boolean, timeoutMs?: number): Promise<string>;
  /** Kills it and waits until it is gone. */
  kill(signal?: NodeJS.Signals): Promise<void>;
}

const DEFAULT_TIMEOUT_MS = 30_000;

export function runScript(path: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Script {
  const child = spawn(process.execPath, [path, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const exited = once(child, "exit");
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on("line", (line) => lines.push(line));
  return {
    process: child,
    lines,
    async line(accept, timeoutMs = DEFAULT_TIMEOUT_MS) {
      const said = lines.find(accept);
      if (said !== undefined) return said;
      const { promise, resolve, reject } = Promise.withResolvers<string>();
      const listen = (line: string) => accept(line) && resolve(line);
      const timer = setTimeout(
        () => reject(new Error(`not said within ${timeoutMs} ms; last: ${lines.slice(-5).join(" | ")}`)),
        timeoutMs,
      );
      reader.on("line", listen);
      try {
        return await promise;
      } finally {
        reader.off("line", listen);
        clearTimeout(timer);
      }
    },
    async kill(signal = "SIGKILL") {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}
