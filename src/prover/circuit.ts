// Noir sources to a compiled circuit.

import { glob, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { CompiledCircuit } from "@noir-lang/noir_js";
import { fail } from "../errors.ts";
import { cached, digest } from "./cache.ts";
import { versionOf } from "./versions.ts";

const CIRCUITS = resolve(import.meta.dirname, "../../circuits");
const LIBRARY = join(CIRCUITS, "lib");
const ARTIFACT = "circuit.json";

export interface Circuit {
  readonly name: string;
  /** The compiled circuit as JSON, as `bb` reads it. */
  readonly path: string;
  readonly program: CompiledCircuit;
  /** SHA-256 of the compiled circuit's opcodes. */
  readonly hash: string;
}

/** Folder of the package that has an instance's sizes. */
export function packageOf(instance: string): string {
  return join(CIRCUITS, instance);
}

/** Compiles a package that uses nothing but the library, unless its artifact is there already. */
export async function compileCircuit(name: string, folder: string = packageOf(name)): Promise<Circuit> {
  const sources = [...(await sourcesIn(LIBRARY)), ...(await sourcesIn(folder))];
  const entry = await cached({
    label: `circuit-${name}`,
    from: { sources, compiler: versionOf("@noir-lang/noir_wasm") },
    files: [ARTIFACT],
    build: (to) => compileInWorker(name, folder, join(to, ARTIFACT)),
  });
  const path = join(entry, ARTIFACT);
  const program = JSON.parse(await readFile(path, "utf8")) as CompiledCircuit;
  return { name, path, program, hash: digest(program.bytecode) };
}

async function sourcesIn(folder: string): Promise<[string, string][]> {
  const sources: [string, string][] = [];
  for await (const file of glob("**/*.{nr,toml}", { cwd: folder })) {
    sources.push([file, await readFile(join(folder, file), "utf8")]);
  }
  return sources.sort(([a], [b]) => (a < b ? -1 : 1));
}

/** In a thread of its own: the compiler blocks for seconds, and prints on standard output whatever it is asked. */
function compileInWorker(name: string, folder: string, output: string): Promise<void> {
  const worker = new Worker(new URL("./circuit-worker.ts", import.meta.url), {
    workerData: { folder, output },
    stdout: true,
    stderr: true,
  });
  return new Promise((done, failed) => {
    const settle = (reason: string | undefined) => {
      if (reason === undefined) return done();
      try {
        fail("CIRCUIT_INVALID", { circuit: name, reason });
      } catch (error) {
        failed(error);
      }
    };
    worker.once("message", settle);
    worker.once("error", (error) => settle(String(error)));
    worker.once("exit", (code) => settle(code === 0 ? undefined : `the compiler ended with ${code}`));
  });
}
