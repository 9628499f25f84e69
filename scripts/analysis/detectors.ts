// Looks in the contracts for what a reviewer has to see each instance of: casts that cut off bits, calls before writes,
// entry points, and the few places where the protocol leaves Solidity's safe ground.

import {
  analyse,
  child,
  children,
  errorsOf,
  type Node,
  rangeOf,
  type Sources,
  text,
  textOf,
  toText,
  typeOf,
  walk,
} from "../mutation/ast.ts";
import type { Finding } from "./finding.ts";

interface Place {
  readonly node: Node;
  /** The nodes above, the nearest last. */
  readonly above: readonly Node[];
  readonly source: string;
  /** Declarations of state variables. */
  readonly state: ReadonlySet<number>;
}

/** Each says whether a node is an instance. */
const RULES: Readonly<Record<string, (place: Place) => boolean>> = {
  "truncating-cast": ({ node }) => isTruncating(node),
  "divide-before-multiply": ({ node }) =>
    operatorOf(node) === "*" &&
    ["leftExpression", "rightExpression"].some((side) => operatorOf(inside(child(node, side))) === "/"),
  "write-after-call": (place) => writesAfterCall(place),
  "unused-result": ({ node, above }) =>
    node.nodeType === "FunctionCall" &&
    above.at(-1)?.nodeType === "ExpressionStatement" &&
    isExternal(node) &&
    !["tuple()", ""].includes(typeOf(node)),
  "low-level-call": ({ node }) => /^(call|delegatecall|staticcall)([A-Z]\w*)?$/.test(memberOf(node)),
  "tx-origin": ({ node }) => memberOf(node) === "origin" && typeOf(child(node, "expression")) === "tx",
  "block-value": ({ node }) =>
    node.nodeType === "MemberAccess" && typeOf(child(node, "expression")) === "block",
  assembly: ({ node }) => node.nodeType === "InlineAssembly",
  unchecked: ({ node }) => node.nodeType === "UncheckedBlock",
  "call-in-loop": ({ node, above }) =>
    isExternal(node) && above.some(({ nodeType }) => /^(For|While|DoWhile)Statement$/.test(nodeType)),
  "exact-balance": ({ node }) =>
    memberOf(node) === "balance" && typeOf(child(node, "expression")).startsWith("address"),
  "entry-point": ({ node, above, source }) => isOpenEntryPoint(node, above, source),
};

/**
 * @param sources contracts and what they import from the project, one character a byte
 * @param included which files to report on
 * @throws Error if they do not compile
 */
export function detect(sources: Sources, included: (file: string) => boolean): Finding[] {
  const output = analyse(sources);
  const [broken] = errorsOf(output);
  if (broken !== undefined) throw new Error(`The contracts do not compile: ${broken.formattedMessage}`);
  const found: Finding[] = [];
  const state = stateVariables(Object.values(output.sources).map(({ ast }) => ast));
  for (const [file, source] of sources) {
    const ast = output.sources[file]?.ast;
    if (ast === undefined || !included(file)) continue;
    walk(ast, (node, above) => {
      for (const [rule, holds] of Object.entries(RULES)) {
        if (holds({ node, above, source, state })) found.push(finding(rule, file, source, node, above));
      }
    });
  }
  return found;
}

function finding(rule: string, file: string, source: string, node: Node, above: readonly Node[]): Finding {
  const { start } = rangeOf(node);
  const owners = [...above, node].filter(({ nodeType }) =>
    /^(Contract|Function|Modifier)Definition$/.test(nodeType),
  );
  const where = owners.map((owner) => text(owner, "name") || text(owner, "kind")).join(".");
  const code =
    node.nodeType === "InlineAssembly" || rule === "entry-point" ? "" : toText(textOf(source, rangeOf(node)));
  const line = source.slice(0, start).split("\n").length;
  return { tool: "luntra", rule, file, line, where, text: code.replaceAll(/\s+/g, " ") };
}

const operatorOf = (node: Node | undefined): string =>
  node?.nodeType === "BinaryOperation" ? text(node, "operator") : "";

const memberOf = (node: Node): string => (node.nodeType === "MemberAccess" ? text(node, "memberName") : "");

/** Without parentheses. */
function inside(node: Node | undefined): Node | undefined {
  const parts = node?.nodeType === "TupleExpression" ? children(node, "components") : [];
  return parts.length === 1 ? inside(parts[0]) : node;
}

/** `uint8(x)` of a wider number, if the compiler does not know its value. */
function isTruncating(node: Node): boolean {
  if (node.nodeType !== "FunctionCall" || text(node, "kind") !== "typeConversion") return false;
  const [to, from] = [typeOf(node), typeOf(children(node, "arguments")[0])].map(
    (type) => /^u?int(\d+)$/.exec(type)?.[1],
  );
  return to !== undefined && from !== undefined && Number(to) < Number(from);
}

/** A call of another contract that may change something. */
function isExternal(node: Node): boolean {
  const callee = child(node, "expression");
  if (node.nodeType !== "FunctionCall" || text(node, "kind") !== "functionCall" || callee === undefined)
    return false;
  const called = inside(callee.nodeType === "FunctionCallOptions" ? child(callee, "expression") : callee);
  return /^function \(.*\)( payable)? external/.test(typeOf(called));
}

/** A write to storage that stands after such a call in the same function: the callee may have come back in between. */
function writesAfterCall({ node, above, state }: Place): boolean {
  if (node.nodeType !== "Assignment" && !isStepOrDelete(node)) return false;
  const target = child(node, "leftHandSide") ?? child(node, "subExpression");
  const body = above.findLast(({ nodeType }) => nodeType === "FunctionDefinition");
  if (target === undefined || body === undefined || !isStorage(target, state)) return false;
  let before = false;
  walk(body, (other) => {
    if (isExternal(other) && rangeOf(other).end <= rangeOf(node).start) before = true;
  });
  return before;
}

function isStepOrDelete(node: Node): boolean {
  return node.nodeType === "UnaryOperation" && ["++", "--", "delete"].includes(text(node, "operator"));
}

/** A state variable, or part of one. What a local pointer to storage points to is taken for storage, too. */
function isStorage(target: Node, state: ReadonlySet<number>): boolean {
  if (target.nodeType === "Identifier") {
    return state.has(Number(target.referencedDeclaration)) || / storage (pointer|ref)/.test(typeOf(target));
  }
  const base = child(target, "expression") ?? child(target, "baseExpression");
  return base !== undefined && isStorage(base, state);
}

/** Immutables are written by constructors alone. */
function stateVariables(asts: readonly Node[]): Set<number> {
  const found = new Set<number>();
  for (const ast of asts) {
    walk(ast, (node) => {
      if (node.stateVariable === true && node.mutability === "mutable") found.add(node.id);
    });
  }
  return found;
}

/** Anyone may call it and it may change state: no modifier, no first look at the sender. */
function isOpenEntryPoint(node: Node, above: readonly Node[], source: string): boolean {
  if (node.nodeType !== "FunctionDefinition" || !["external", "public"].includes(text(node, "visibility")))
    return false;
  if (text(node, "kind") === "constructor" || child(node, "body") === undefined) return false;
  if (["view", "pure"].includes(text(node, "stateMutability"))) return false;
  const guards = children(node, "modifiers").map((modifier) => textOf(source, rangeOf(modifier)));
  return (
    text(above.at(-1) ?? node, "contractKind") !== "library" &&
    !guards.some((guard) => guard.startsWith("only"))
  );
}
