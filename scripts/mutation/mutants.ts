// Finds every mutant of the contracts: one small change each, with an id that survives edits elsewhere.

import { createHash } from "node:crypto";
import {
  analyse,
  child,
  errorsOf,
  type Node,
  type Range,
  rangeOf,
  type Sources,
  text,
  textOf,
  toText,
  typeOf,
  walk,
} from "./ast.ts";
import { type Change, changesAt } from "./operators.ts";

export interface Edit extends Range {
  readonly file: string;
  /** An expression takes the place of an expression, a statement that of a statement; a modifier is left out. */
  readonly form: "expression" | "statement" | "modifier";
  readonly replacement: string;
}

export interface Mutant {
  /** 10 hex digits: of the file, the function, the operator, the text and, among equals, the place. */
  readonly id: string;
  readonly file: string;
  readonly line: number;
  /** Contract and function. */
  readonly where: string;
  readonly operator: string;
  readonly original: string;
  readonly mutated: string;
  /** More than one only for a constant, which changes wherever it is used. */
  readonly edits: readonly Edit[];
}

/** Interfaces have no code; test contracts and generated verifiers are nobody's guards. */
const NOT_MUTATED = /^contracts\/(generated|interfaces|test)\//;

export const isMutated = (file: string): boolean => file.startsWith("contracts/") && !NOT_MUTATED.test(file);

/** @throws Error if the sources do not compile as they are */
export function findMutants(sources: Sources): Mutant[] {
  const output = analyse(sources);
  const [broken] = errorsOf(output);
  if (broken !== undefined) throw new Error(`The contracts do not compile: ${broken.formattedMessage}`);
  const found: Located[] = [];
  const constants = new Map<number, Constant>();
  for (const file of sources.keys()) collectConstants(file, output.sources[file]?.ast, sources, constants);
  for (const [file, source] of sources) {
    const ast = output.sources[file]?.ast;
    if (ast === undefined || !isMutated(file)) continue;
    walk(ast, (node, above) => {
      if (!inCode(above)) return;
      for (const change of changesAt(node, above, source))
        found.push(located(file, source, node, above, change));
      noteUse(file, node, source, constants);
    });
  }
  for (const constant of constants.values()) if (constant.uses.length > 0) found.push(byOneMore(constant));
  return withIds(found);
}

type Located = Omit<Mutant, "id">;

/** A number with a name: its value plus one wherever code uses it is one mutant. */
interface Constant {
  readonly file: string;
  readonly line: number;
  readonly where: string;
  readonly text: string;
  readonly uses: Edit[];
}

function collectConstants(
  file: string,
  ast: Node | undefined,
  sources: Sources,
  into: Map<number, Constant>,
): void {
  const source = sources.get(file);
  if (ast === undefined || source === undefined || !isMutated(file)) return;
  walk(ast, (node, above) => {
    if (node.nodeType !== "VariableDeclaration" || node.constant !== true || !/^uint\d+$/.test(typeOf(node)))
      return;
    into.set(node.id, {
      file,
      line: lineOf(source, rangeOf(node).start),
      where: `${nameOf(above)}.${text(node, "name")}`,
      text: toText(textOf(source, rangeOf(node))),
      uses: [],
    });
  });
}

function noteUse(file: string, node: Node, source: string, constants: Map<number, Constant>): void {
  if (node.nodeType !== "Identifier" && node.nodeType !== "MemberAccess") return;
  const constant = constants.get(Number(node.referencedDeclaration));
  const replacement = `${textOf(source, rangeOf(node))} + 1`;
  constant?.uses.push({ ...rangeOf(node), file, form: "expression", replacement });
}

function byOneMore(constant: Constant): Located {
  const name = constant.where.split(".").at(-1) ?? "";
  return {
    file: constant.file,
    line: constant.line,
    where: constant.where,
    operator: "constant-plus-one",
    original: constant.text,
    mutated: `${name} + 1`,
    edits: constant.uses,
  };
}

/** Only bodies run: a declaration, a base constructor's arguments or a constant's value is not changed in place. */
function inCode(above: readonly Node[]): boolean {
  return above.some(
    (node, i) =>
      (node.nodeType === "FunctionDefinition" || node.nodeType === "ModifierDefinition") &&
      (above[i + 1] === undefined || above[i + 1] === child(node, "body")),
  );
}

function located(file: string, source: string, node: Node, above: readonly Node[], change: Change): Located {
  return {
    file,
    line: lineOf(source, change.start),
    where: nameOf([...above, node]),
    operator: change.operator,
    original: toText(textOf(source, change)),
    mutated: toText(change.replacement),
    edits: [
      { file, start: change.start, end: change.end, form: change.form, replacement: change.replacement },
    ],
  };
}

/** "Rollup.commit", "plus" for a free function. */
function nameOf(above: readonly Node[]): string {
  const named = above.filter(({ nodeType }) =>
    ["ContractDefinition", "FunctionDefinition", "ModifierDefinition"].includes(nodeType),
  );
  return named.map((node) => text(node, "name") || text(node, "kind")).join(".");
}

const lineOf = (source: string, offset: number): number => source.slice(0, offset).split("\n").length;

function withIds(found: readonly Located[]): Mutant[] {
  const seen = new Map<string, number>();
  return found.map((mutant) => {
    const { file, where, operator, original, mutated } = mutant;
    const key = JSON.stringify([file, where, operator, squeeze(original), squeeze(mutated)]);
    const before = seen.get(key) ?? 0;
    seen.set(key, before + 1);
    const id = createHash("sha256").update(`${key}${before}`).digest("hex").slice(0, 10);
    return { id, ...mutant };
  });
}

/** What a formatter may change does not matter. */
const squeeze = (code: string): string => code.replaceAll(/\s+/g, "");
