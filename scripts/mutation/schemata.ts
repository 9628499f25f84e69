// Puts many mutants into the sources at once, each behind a switch, so that one build serves them all.
//
// The switch is the block's coinbase: a run's configuration sets it, code and tests never touch it. Unlike a storage
// slot it works in libraries, constructors and view functions; for pure ones its view-ness is cast away.

import { child, children, type Node, type Range, rangeOf, type Sources, text, textOf, walk } from "./ast.ts";
import type { Edit, Mutant } from "./mutants.ts";

/** Mutant `k` is on when the coinbase is this number plus `k`; far from precompiles and from any account. */
const SWITCHBOARD = 0x4d757461_6e740000_00000000_00000000_00000000n;
const SWITCH_FILE = "contracts/MutantSwitch.sol";
const SWITCH = "mutant__";

const SWITCH_SOURCE = `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;
function ${SWITCH}view(uint256 k) view returns (bool) {
    return uint160(address(block.coinbase)) == ${SWITCHBOARD} + k;
}
function ${SWITCH}(uint256 k) pure returns (bool) {
    function(uint256) view returns (bool) asView = ${SWITCH}view;
    function(uint256) pure returns (bool) asPure;
    assembly ("memory-safe") { asPure := asView }
    return asPure(k);
}
`;

/** The coinbase that turns mutant `k` on, counted from 1; 0 turns on none. */
export const coinbaseOf = (k: number): string => `0x${(SWITCHBOARD + BigInt(k)).toString(16)}`;

/**
 * @param mutants the one at index i gets the number i + 1
 * @param trees the syntax tree of each source
 */
export function withAllMutants(
  sources: Sources,
  trees: ReadonlyMap<string, Node>,
  mutants: readonly Mutant[],
): Map<string, string> {
  const edits = mutants.flatMap((mutant, i) => mutant.edits.map((edit) => ({ ...edit, k: i + 1 })));
  const result = new Map(sources);
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const [source, tree] = [sources.get(file) ?? "", trees.get(file)];
    const own = edits.filter((edit) => edit.file === file);
    const insertions = tree === undefined ? [] : withoutModifiers(source, tree, own);
    const inPlace: Insertable[] = own
      .filter(({ form }) => form !== "modifier")
      .map((edit) => wrapper(edit, source));
    result.set(file, withImport(nested(source, [...inPlace, ...insertions]), file));
  }
  result.set(SWITCH_FILE, SWITCH_SOURCE);
  return result;
}

/** The sources with one mutant in them and no switch. */
export function withOneMutant(sources: Sources, mutant: Mutant): Map<string, string> {
  const result = new Map(sources);
  for (const file of new Set(mutant.edits.map((edit) => edit.file))) {
    const source = sources.get(file) ?? "";
    const own = mutant.edits.filter((edit) => edit.file === file);
    const plain = ({ start, end, form, replacement }: Edit): Insertable => ({
      start,
      end,
      around: () =>
        form === "expression" ? `(${replacement})` : form === "statement" ? `{${replacement}}` : "",
    });
    result.set(file, nested(source, own.map(plain)));
  }
  return result;
}

/**
 * Which mutant a compiler error is about.
 * @param source with all mutants, as the error's range counts
 */
export function mutantAt(source: string, { start, end }: Range): number | undefined {
  const here = new RegExp(`${SWITCH}\\((\\d+)\\)`).exec(source.slice(start, end))?.[1];
  const opened = [...source.slice(0, start).matchAll(/\/\*m(\d+)\*\//g)].map(([, k]) => Number(k));
  const around = opened.findLast((k) => source.indexOf(`/*w${k}*/`, start) >= start);
  const k = around ?? here;
  return k === undefined ? undefined : Number(k);
}

interface Insertable extends Range {
  /** @param inner the text of the range with all that changes inside it */
  readonly around: (inner: string) => string;
}

type Numbered = Edit & { readonly k: number };

function wrapper({ start, end, form, replacement, k }: Numbered, source: string): Insertable {
  const mutated = `/*m${k}*/${replacement}/*w${k}*/`;
  if (form === "statement") {
    return { start, end, around: (inner) => `{ if (${SWITCH}(${k})) { ${mutated} } else { ${inner} } }` };
  }
  const space = /\w/.test(source[start - 1] ?? "") ? " " : "";
  return { start, end, around: (inner) => `${space}(${SWITCH}(${k}) ? (${mutated}) : ${inner})` };
}

/** Applies changes whose ranges lie inside or outside one another. */
function nested(source: string, changes: readonly Insertable[]): string {
  const sorted = [...changes].sort((a, b) => a.start - b.start || b.end - a.end);
  const render = (from: number, to: number, list: readonly Insertable[]): string => {
    let result = "";
    let position = from;
    for (let i = 0; i < list.length; ) {
      const change = list[i] as Insertable;
      const inside = list.slice(i + 1).filter(({ start, end }) => start < change.end && end <= change.end);
      result +=
        source.slice(position, change.start) + change.around(render(change.start, change.end, inside));
      position = change.end;
      i += 1 + inside.length;
    }
    return result + source.slice(position, to);
  };
  return render(0, source.length, sorted);
}

/** A function with modifiers becomes one that picks between copies with all of them and without one; all run one body. */
function withoutModifiers(source: string, tree: Node, edits: readonly Numbered[]): Insertable[] {
  const own = edits.filter(({ form }) => form === "modifier");
  const result: Insertable[] = [];
  walk(tree, (node) => {
    const body = child(node, "body");
    const modifiers = children(node, "modifiers").map((modifier) => ({
      ...rangeOf(modifier),
      k: own.find(({ start }) => start === rangeOf(modifier).start)?.k,
    }));
    if (
      node.nodeType !== "FunctionDefinition" ||
      body === undefined ||
      modifiers.every(({ k }) => k === undefined)
    )
      return;
    for (const { start, end } of modifiers) result.push({ start, end, around: () => "" });
    const { start } = rangeOf(body);
    result.push({ start, end: start, around: () => copies(source, node, modifiers) });
  });
  return result;
}

function copies(
  source: string,
  node: Node,
  modifiers: readonly (Range & { k: number | undefined })[],
): string {
  const name = text(node, "name");
  const parameters = child(node, "parameters");
  const returned = child(node, "returnParameters");
  const names =
    parameters === undefined ? [] : children(parameters, "parameters").map((its) => text(its, "name"));
  const returnsNothing = returned === undefined || children(returned, "parameters").length === 0;
  const mutability = text(node, "stateMutability");
  const tail = [
    "private",
    ["view", "pure"].includes(mutability) ? mutability : "",
    returnsNothing ? "" : `returns ${textOf(source, rangeOf(returned))}`,
  ].join(" ");
  const signature = parameters === undefined ? "()" : textOf(source, rangeOf(parameters));
  const run = (suffix: string) => `${returnsNothing ? "" : "return "}${name}${suffix}(${names.join(", ")});`;
  const declare = (suffix: string, kept: readonly Range[]) =>
    `function ${name}${suffix}${signature} ${kept.map((its) => textOf(source, its)).join(" ")} ${tail}`;
  const mutated = modifiers.filter(({ k }) => k !== undefined);
  const pick = mutated.map(
    ({ k }) => `if (${SWITCH}(${k})) { ${run(`__${k}`)} ${returnsNothing ? "return;" : ""} }`,
  );
  const all = `${declare("__all", modifiers)} { ${run("__body")} }`;
  const each = mutated.map(
    ({ k }) =>
      `${declare(
        `__${k}`,
        modifiers.filter((its) => its.k !== k),
      )} { ${run("__body")} }`,
  );
  return `{ ${pick.join(" ")} ${run("__all")} } ${each.join(" ")} ${all} ${declare("__body", [])} `;
}

function withImport(source: string, file: string): string {
  const up = "../".repeat(file.split("/").length - 2) || "./";
  return `${source}\nimport {${SWITCH}} from "${up}MutantSwitch.sol";\n`;
}
