// Solidity sources as the compiler's syntax tree. Offsets in it count bytes, so sources are kept as one character a byte.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

/** File name, relative to the project, to its text with one character a byte ("latin1"). */
export type Sources = ReadonlyMap<string, string>;

export interface Node {
  readonly id: number;
  readonly nodeType: string;
  readonly src: string;
  readonly [field: string]: unknown;
}

export interface Range {
  readonly start: number;
  readonly end: number;
}

export interface CompilerError {
  readonly severity: string;
  readonly type: string;
  readonly errorCode?: string;
  readonly message: string;
  readonly formattedMessage?: string;
  readonly sourceLocation?: { readonly file: string } & Range;
}

export interface CompilerOutput {
  readonly errors?: readonly CompilerError[];
  readonly sources: Readonly<Record<string, { readonly ast: Node }>>;
}

interface Solc {
  compile(input: string, callbacks: { import: (path: string) => { contents: string } }): string;
}

const require = createRequire(import.meta.url);
const solc = require("solc") as Solc;
const ROOT = join(import.meta.dirname, "../..");

export const readSource = (path: string): string => readFileSync(path, "latin1");
export const toText = (bytes: string): string => Buffer.from(bytes, "latin1").toString("utf8");

/**
 * Runs the compiler over the sources; packages come from node_modules.
 * @param outputs what to make of which file, as `settings.outputSelection` of solc's standard JSON
 */
export function compile(
  sources: Sources,
  outputs: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
): CompilerOutput {
  const input = {
    language: "Solidity",
    sources: Object.fromEntries([...sources].map(([file, text]) => [file, { content: toText(text) }])),
    settings: { evmVersion: "osaka", outputSelection: outputs },
  };
  const fromPackages = (path: string) => ({
    contents: readFileSync(join(ROOT, "node_modules", path), "utf8"),
  });
  return JSON.parse(solc.compile(JSON.stringify(input), { import: fromPackages })) as CompilerOutput;
}

/** Parses and checks types, and makes no code, which is fast. */
export function analyse(sources: Sources): CompilerOutput {
  return compile(sources, { "*": { "": ["ast"] } });
}

export const errorsOf = (output: CompilerOutput): CompilerError[] =>
  (output.errors ?? []).filter(({ severity }) => severity === "error");

export function rangeOf(node: Node): Range {
  const [start = 0, length = 0] = node.src.split(":").map(Number);
  return { start, end: start + length };
}

export const textOf = (source: string, { start, end }: Range): string => source.slice(start, end);

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "nodeType" in value && "src" in value;
}

export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

export function children(node: Node, field: string): Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

export function text(node: Node, field: string): string {
  const value = node[field];
  return typeof value === "string" ? value : "";
}

/** The type of an expression as Solidity writes it: "uint256", "int_const 8", "struct Header calldata". */
export function typeOf(node: Node | undefined): string {
  const described = node?.typeDescriptions ?? node;
  return (described as { typeString?: string } | undefined)?.typeString ?? "";
}

/** Visits a node and all below it, parents first, each with the nodes above it, the nearest last. */
export function walk(
  node: Node,
  visit: (node: Node, above: readonly Node[]) => void,
  above: Node[] = [],
): void {
  visit(node, above);
  const below = [...above, node];
  for (const value of Object.values(node)) {
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) walk(item, visit, below);
  }
}
