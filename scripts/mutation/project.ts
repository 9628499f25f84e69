// The copy of the project in which all mutants are compiled in: contracts, Solidity tests and a configuration.

import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import {
  analyse,
  type CompilerError,
  compile,
  errorsOf,
  type Node,
  readSource,
  type Sources,
  text,
  walk,
} from "./ast.ts";
import { findMutants, type Mutant } from "./mutants.ts";
import { mutantAt, withAllMutants } from "./schemata.ts";

export const ROOT = join(import.meta.dirname, "../..");

/** What the copy is made by. */
const MUTATOR = ["ast.ts", "config.ts", "mutants.ts", "operators.ts", "project.ts", "schemata.ts"];

export interface Prepared {
  /** Of the sources and the mutator: the same key, the same copy. */
  readonly key: string;
  /** The one at index i is number i + 1. */
  readonly mutants: readonly Mutant[];
  /** Mutants that Solidity's types forbid, with the compiler's words. */
  readonly notCompilable: readonly { readonly mutant: Mutant; readonly reason: string }[];
  /** Files for the slow pipeline. */
  readonly viaIR: readonly string[];
  readonly folder: string;
}

/** Contracts and Solidity tests of a project, without generated verifiers. */
export function readSources(root: string): Map<string, string> {
  const files = globSync(["contracts/**/*.sol", "test/sol/**/*.sol"], { cwd: root })
    .filter((file) => !file.startsWith("contracts/generated/"))
    .sort();
  return new Map(files.map((file) => [file, readSource(join(root, file))]));
}

/**
 * Writes the copy of the project at `root` below `folder`, unless it holds the same already.
 * @returns what is in it, and whether it has yet to be built
 * @throws Error if the project's own sources do not compile
 */
export async function prepare(
  folder: string,
  root: string = ROOT,
): Promise<{ prepared: Prepared; fresh: boolean }> {
  const sources = readSources(root);
  const key = keyOf(sources);
  const manifest = join(folder, "manifest.json");
  if (existsSync(manifest)) {
    const known = JSON.parse(await readFile(manifest, "utf8")) as Prepared;
    if (known.key === key) return { prepared: known, fresh: false };
  }
  const contracts = new Map([...sources].filter(([file]) => file.startsWith("contracts/")));
  const { mutants, notCompilable, mutated } = compilable(contracts, findMutants(contracts));
  const all = new Map([...sources, ...mutated]);
  const prepared: Prepared = { key, mutants, notCompilable, viaIR: needIR(all), folder };
  await rm(folder, { recursive: true, force: true });
  for (const [file, source] of all) await write(join(folder, file), Buffer.from(source, "latin1"));
  await write(join(folder, "package.json"), JSON.stringify({ name: "mutants", type: "module" }));
  await write(join(folder, "hardhat.config.ts"), configOf(folder, prepared.viaIR));
  return { prepared, fresh: true };
}

/** To be called once the copy is built: from then on it is used again. */
export async function seal(prepared: Prepared): Promise<void> {
  await write(join(prepared.folder, "manifest.json"), JSON.stringify(prepared));
}

function keyOf(sources: Sources): string {
  const hash = createHash("sha256");
  for (const file of MUTATOR) hash.update(readSource(join(import.meta.dirname, file)));
  for (const [file, source] of sources) hash.update(`\0${file}\0${source}`);
  return hash.digest("hex");
}

/** Leaves out, round by round, the mutants that the compiler refuses. */
export function compilable(contracts: Sources, found: readonly Mutant[]) {
  const trees = new Map(Object.entries(analyse(contracts).sources).map(([file, { ast }]) => [file, ast]));
  const notCompilable: { mutant: Mutant; reason: string }[] = [];
  for (let mutants = found; ; ) {
    const mutated = withAllMutants(contracts, trees, mutants);
    const refused = new Map<Mutant, string>();
    for (const error of errorsOf(analyse(mutated))) {
      refused.set(blamed(error, mutated, mutants), error.message);
    }
    if (refused.size === 0) return { mutants, notCompilable, mutated };
    for (const [mutant, reason] of refused) notCompilable.push({ mutant, reason });
    mutants = mutants.filter((mutant) => !refused.has(mutant));
  }
}

function blamed(error: CompilerError, mutated: Sources, mutants: readonly Mutant[]): Mutant {
  const place = error.sourceLocation;
  const k = place === undefined ? undefined : mutantAt(mutated.get(place.file) ?? "", place);
  const mutant = k === undefined ? undefined : mutants[k - 1];
  if (mutant === undefined)
    throw new Error(`No mutant to blame for: ${error.formattedMessage ?? error.message}`);
  return mutant;
}

/** Files that the legacy pipeline cannot compile, because something in them needs too deep a stack. */
function needIR(sources: Sources): string[] {
  const imports = new Map(
    Object.entries(analyse(sources).sources).map(([file, { ast }]) => [file, importsOf(ast)]),
  );
  return [...sources.keys()].filter((file) => {
    const files = withImports(file, imports);
    const own = new Map([...sources].filter(([name]) => files.has(name)));
    // Hardhat asks for the code of all that a file imports, too.
    const [error] = errorsOf(compile(own, { "*": { "*": ["evm.bytecode.object"] } }));
    if (error !== undefined && !/stack too deep/i.test(error.message))
      throw new Error(error.formattedMessage);
    return error !== undefined;
  });
}

function importsOf(ast: Node): string[] {
  const files: string[] = [];
  walk(ast, (node) => {
    if (node.nodeType === "ImportDirective") files.push(text(node, "absolutePath"));
  });
  return files;
}

function withImports(file: string, imports: ReadonlyMap<string, readonly string[]>): Set<string> {
  const found = new Set<string>();
  const visit = (next: string): void => {
    if (found.has(next)) return;
    found.add(next);
    for (const one of imports.get(next) ?? []) visit(one);
  };
  visit(file);
  return found;
}

function configOf(folder: string, viaIR: readonly string[]): string {
  const config = relative(folder, join(import.meta.dirname, "config.ts"));
  return [
    "// Written by scripts/mutation: how the copy with all mutants is built and tested.",
    `import { mutationConfig } from "${config}";`,
    `export default mutationConfig(${JSON.stringify(viaIR)});`,
    "",
  ].join("\n");
}

async function write(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
}
