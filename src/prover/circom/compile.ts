// Compiles circuits/circom. A result is cached under all that it derives from, and the same bytes come out everywhere.

import { readdirSync, readFileSync } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { Worker } from "node:worker_threads";
import { fail } from "../../errors.ts";
import { cached, fileDigest } from "../cache.ts";
import { versionOf } from "../versions.ts";
import type { CompileJob } from "./compile-worker.ts";

export interface CircomSizes {
  /** Records in a segment. */
  readonly n: number;
  /** Depth of the state tree. */
  readonly D: number;
  /** Depth of the exit tree. */
  readonly E: number;
  /** Levels of the state tree that are hashed once a segment instead of once an update; 0 < cap < D. */
  readonly cap: number;
}

/**
 * O2 is for Groth16: it removes linear constraints, which would cost as much as others. O1 is for PLONK: it keeps them, as
 * every addition costs a gate, and takes the templates that are written for that.
 */
export type Optimization = "O1" | "O2";

/** By proof system. O2 would make PLONK's constraints fewer, but their sums so long that it takes thrice the gates. */
export const OPTIMIZATIONS = { groth16: "O2", plonk: "O1" } as const satisfies Record<string, Optimization>;

export interface CircomCircuit {
  readonly name: string;
  readonly r1csPath: string;
  /** Computes witnesses. */
  readonly wasmPath: string;
  /** SHA-256 of the r1cs. */
  readonly hash: string;
}

export interface CompileOptions {
  /** Folder of the templates, unless it is circuits/circom. */
  readonly sources?: string;
  /** For the compiler, besides those of the optimisation. */
  readonly flags?: readonly string[];
}

const SOURCES = resolve(import.meta.dirname, "../../../circuits/circom");
const LIBRARY = resolve(import.meta.dirname, "../../../node_modules/circomlib/circuits");

const FLAGS: Readonly<Record<Optimization, readonly string[]>> = {
  O1: ["--O1", "-l", "/src/plonk"],
  O2: ["--O2", "-l", "/src/r1cs"],
};

/** The segment circuit. Throws CIRCUIT_INVALID if it does not compile. */
export function compileCircom(
  name: string,
  sizes: CircomSizes,
  optimization: Optimization,
): Promise<CircomCircuit> {
  return compileMain(name, segmentMain(sizes), optimization);
}

/** The program that instantiates the segment template. */
export function segmentMain({ n, D, E, cap }: CircomSizes): string {
  return mainOf("segment.circom", `Segment(${n}, ${D}, ${E}, ${cap})`, ["a", "b", "h", "r", "y", "context"]);
}

/** A program that instantiates a template of `file`, with these of its inputs public. */
export function mainOf(file: string, template: string, publicInputs: readonly string[] = []): string {
  const open = publicInputs.length === 0 ? "" : ` {public [${publicInputs.join(", ")}]}`;
  return `pragma circom 2.1.9;\ninclude "${file}";\ncomponent main${open} = ${template};\n`;
}

/** Any program over the templates. Throws CIRCUIT_INVALID if it does not compile. */
export async function compileMain(
  name: string,
  source: string,
  optimization: Optimization,
  { sources = SOURCES, flags = [] }: CompileOptions = {},
): Promise<CircomCircuit> {
  const allFlags = ["--r1cs", "--wasm", ...FLAGS[optimization], ...flags];
  const folder = await cached({
    label: `circom-${name}-${optimization}`,
    from: [versionOf("circom2"), versionOf("circomlib"), textsOf(sources), source, allFlags],
    files: ["main.r1cs", "main.wasm"],
    build: (output) => build(name, source, { sources, library: LIBRARY, output, flags: allFlags }),
  });
  const r1csPath = join(folder, "main.r1cs");
  return { name, r1csPath, wasmPath: join(folder, "main.wasm"), hash: await fileDigest(r1csPath) };
}

function textsOf(folder: string): readonly (readonly [string, string])[] {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const names = files.filter((name) => name.endsWith(".circom"));
  return names.sort().map((name) => [name, readFileSync(join(folder, name), "utf8")]);
}

async function build(name: string, source: string, job: CompileJob): Promise<void> {
  await writeFile(join(job.output, "main.circom"), source);
  const complaint = await compileInThread(job);
  if (complaint !== undefined) fail("CIRCUIT_INVALID", { circuit: name, reason: complaint });
  const made = join(job.output, "main_js");
  await rename(join(made, "main.wasm"), join(job.output, "main.wasm"));
  await rm(made, { recursive: true });
}

function compileInThread(job: CompileJob): Promise<string | undefined> {
  const thread = new Worker(join(dirname(import.meta.filename), "compile-worker.ts"), { workerData: job });
  return new Promise((settle, refuse) => {
    thread.once("message", settle);
    thread.once("error", refuse);
    thread.once("exit", (code) => refuse(new Error(`the compiler's thread ended with ${code}`)));
  });
}
