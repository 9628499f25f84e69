// Noir sources to a compiled circuit.

import { cp, glob, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import type { CompiledCircuit } from "@noir-lang/noir_js";
import { fail } from "../errors.ts";
import type { Instance } from "../model/index.ts";
import { cached, digest } from "./cache.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";
import { versionOf } from "./versions.ts";

/** The library, and the package of the segment circuit beside it. */
const NOIR = resolve(import.meta.dirname, "../../circuits/noir");
export const LIBRARY = join(NOIR, "lib");
const ARTIFACT = "circuit.json";

export interface Circuit {
  readonly name: string;
  /** The compiled circuit as JSON, as `bb` reads it. */
  readonly path: string;
  readonly program: CompiledCircuit;
  /** SHA-256 of the compiled circuit's opcodes. */
  readonly hash: string;
}

/** Compiles the segment circuit with these sizes, unless its artifact is there already. */
export async function compileSegment(name: string, { n, D, E }: Instance): Promise<Circuit> {
  const sizes = { N: n, D, E };
  return await compiled(name, { sources: await sourcesIn(NOIR), sizes }, async (output) => {
    await inTemporaryFolder(async (folder) => {
      await cp(NOIR, folder, { recursive: true });
      const main = join(folder, "segment/src/main.nr");
      await writeFile(main, withSizes(await readFile(main, "utf8"), sizes));
      await compileInWorker(name, join(folder, "segment"), output);
    });
  });
}

/** Compiles a package that uses nothing but the library, unless its artifact is there already. */
export async function compileCircuit(name: string, folder: string): Promise<Circuit> {
  const sources = [...(await sourcesIn(LIBRARY)), ...(await sourcesIn(folder))];
  return await compiled(name, { sources }, (output) => compileInWorker(name, folder, output));
}

async function compiled(
  name: string,
  from: object,
  build: (output: string) => Promise<void>,
): Promise<Circuit> {
  const entry = await cached({
    label: `circuit-${name}`,
    from: { ...from, compiler: versionOf("@noir-lang/noir_wasm") },
    files: [ARTIFACT],
    build: (to) => build(join(to, ARTIFACT)),
  });
  const path = join(entry, ARTIFACT);
  const program = JSON.parse(await readFile(path, "utf8")) as CompiledCircuit;
  return { name, path, program, hash: digest(program.bytecode) };
}

/** The source with its sizes replaced: `global N: u32 = …;` and so on. */
function withSizes(source: string, sizes: Readonly<Record<string, number>>): string {
  return source.replace(
    /^(global (\w+): u32 = )\d+;$/gm,
    (_, start: string, size: string) => `${start}${sizes[size]};`,
  );
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
