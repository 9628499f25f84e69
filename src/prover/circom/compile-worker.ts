// Thread that runs the circom compiler, which is WebAssembly, and reports what it said if it failed, or undefined.
// The compiler sees three folders only: the sources, circomlib and the output.

import fs from "node:fs";
import { createRequire } from "node:module";
import { stripVTControlCharacters } from "node:util";
import { parentPort, workerData } from "node:worker_threads";
import { bindings, CircomRunner } from "circom2";

export interface CompileJob {
  readonly sources: string;
  readonly library: string;
  /** Holds `main.circom`; the results are written beside it. */
  readonly output: string;
  readonly flags: readonly string[];
}

const STDERR = 2;

const { sources, library, output, flags } = workerData as CompileJob;
const said: string[] = [];

const compiler = new CircomRunner({
  args: ["/out/main.circom", ...flags, "-l", "/src", "-l", "/lib", "-o", "/out"],
  env: {},
  preopens: { "/out": output, "/src": sources, "/lib": library },
  bindings: { ...bindings, fs: { ...fs, writeSync: listen } },
});
try {
  const wasm = fs.readFileSync(createRequire(import.meta.url).resolve("circom2/circom.wasm"));
  await compiler.execute(wasm);
  parentPort?.postMessage(undefined);
} catch (error) {
  parentPort?.postMessage(`${stripVTControlCharacters(said.join("")).trim()} (${error})`);
}

/** What the compiler prints is kept; what it writes to files is written. */
function listen(
  file: number,
  bytes: Uint8Array,
  offset = 0,
  length = bytes.length - offset,
  position?: number,
): number {
  if (file > STDERR) return fs.writeSync(file, bytes, offset, length, position);
  said.push(Buffer.from(bytes.subarray(offset, offset + length)).toString());
  return length;
}
