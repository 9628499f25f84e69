// The mutation operators: what may be changed at one node of the syntax tree, and into what.

import { child, children, type Node, type Range, rangeOf, text, textOf, typeOf } from "./ast.ts";

export interface Change extends Range {
  readonly operator: string;
  readonly form: "expression" | "statement" | "modifier";
  readonly replacement: string;
}

/** `above` holds the node's parents, the nearest last. All texts have one character a byte. */
export function changesAt(node: Node, above: readonly Node[], source: string): Change[] {
  const rule = RULES[node.nodeType];
  return rule === undefined ? [] : rule({ node, parent: above.at(-1), above, source });
}

interface Site {
  readonly node: Node;
  readonly parent: Node | undefined;
  readonly above: readonly Node[];
  readonly source: string;
}

const SWAPPED: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "/",
  "<<": ">>",
  ">>": "<<",
  "&": "|",
  "|": "&",
};
const BOUNDARY = new Set(["<", "<=", ">", ">="]);

const RULES: Readonly<Record<string, (site: Site) => Change[]>> = {
  IfStatement: (site) => conditions(site, ["condition-false", "invert"]),
  Conditional: (site) => conditions(site, ["invert"]),
  BinaryOperation: binary,
  UnaryOperation: negation,
  Literal: literal,
  FunctionCall: call,
  ExpressionStatement: statement,
  EmitStatement: (site) => [drop(site, "drop-event")],
  RevertStatement: (site) => (isWholeBranch(site) ? [] : [drop(site, "drop-statement")]),
  Break: (site) => [drop(site, "drop-statement")],
  Continue: (site) => [drop(site, "drop-statement")],
  ModifierInvocation: (site) =>
    text(site.node, "kind") === "modifierInvocation" && text(site.parent ?? site.node, "kind") === "function"
      ? [{ ...rangeOf(site.node), operator: "drop-modifier", form: "modifier", replacement: "" }]
      : [],
};

function conditions({ node, source }: Site, operators: readonly ("condition-false" | "invert")[]): Change[] {
  const condition = child(node, "condition");
  return condition === undefined ? [] : operators.map((operator) => ofCondition(condition, source, operator));
}

function ofCondition(
  condition: Node,
  source: string,
  operator: "condition-false" | "condition-true" | "invert",
): Change {
  const range = rangeOf(condition);
  const always = operator === "condition-true" ? "true" : "false";
  return expression(condition, operator, operator === "invert" ? `!(${textOf(source, range)})` : always);
}

function expression(node: Node, operator: string, replacement: string): Change {
  return { ...rangeOf(node), operator, form: "expression", replacement };
}

function binary(site: Site): Change[] {
  const { node, source } = site;
  const left = child(node, "leftExpression");
  const right = child(node, "rightExpression");
  if (left === undefined || right === undefined || isRational(node)) return [];
  const [l, r] = [textOf(source, rangeOf(left)), textOf(source, rangeOf(right))];
  const operator = text(node, "operator");
  // `a <= b` is `!(b < a)`: needs no operator but the one that the type has.
  if (BOUNDARY.has(operator)) return [expression(node, "boundary", `!((${r}) ${operator} (${l}))`)];
  if (operator === "==" || operator === "!=") {
    return isWholeCondition(site) ? [] : [expression(node, "invert", `!(${textOf(source, rangeOf(node))})`)];
  }
  if (operator === "&&" || operator === "||") {
    return [
      expression(node, "and-or", `(${l}) ${operator === "&&" ? "||" : "&&"} (${r})`),
      expression(node, "drop-left", `(${r})`),
      expression(node, "drop-right", `(${l})`),
    ];
  }
  const other = SWAPPED[operator];
  return other === undefined ? [] : [expression(node, "arithmetic", `${l} ${other} ${r}`)];
}

function negation(site: Site): Change[] {
  const operand = child(site.node, "subExpression");
  if (text(site.node, "operator") !== "!" || operand === undefined || isWholeCondition(site)) return [];
  return [expression(site.node, "invert", `(${textOf(site.source, rangeOf(operand))})`)];
}

/** A number plus one, `true` for `false`. Numbers that make up a constant are left to the constant's own mutant. */
function literal(site: Site): Change[] {
  const { node, source } = site;
  const range = rangeOf(node);
  if (text(node, "kind") === "bool")
    return [expression(node, "literal", text(node, "value") === "true" ? "false" : "true")];
  if (text(node, "kind") !== "number" || !isRational(node)) return [];
  const type = numberType(site);
  if (type === undefined) return [];
  const original = textOf(source, range);
  return [expression(node, "literal", type === "" ? `${original} + 1` : `${type}(${original} + 1)`)];
}

/** What a number is converted to where it stands: "" if by itself; undefined where a changed one says nothing new. */
function numberType({ node, parent }: Site): string | undefined {
  switch (parent?.nodeType) {
    case "BinaryOperation": {
      if (isRational(parent)) return undefined;
      if (["<<", ">>"].includes(text(parent, "operator"))) return "uint256";
      const type = typeOf(parent.commonType as Node | undefined);
      return /^uint\d+$/.test(type) ? type : undefined;
    }
    case "IndexAccess":
      return child(parent, "indexExpression") === node ? keyType(parent) : undefined;
    case "FunctionCall": {
      const callee = child(parent, "expression");
      const wraps = callee?.nodeType === "MemberAccess" && text(callee, "memberName") === "wrap";
      return text(parent, "kind") === "typeConversion" || wraps ? undefined : "";
    }
    case "Return":
    case "Assignment":
    case "VariableDeclarationStatement":
      return "";
    case "Conditional":
      return typeOf(parent).startsWith("uint") ? "" : undefined;
    default:
      return undefined;
  }
}

/** Undefined in a type, `new uint256[2]`, and where the key is no number. */
function keyType(access: Node): string | undefined {
  const base = typeOf(child(access, "baseExpression"));
  if (base.startsWith("mapping(")) return /^mapping\((uint\d+)/.exec(base)?.[1];
  return base.startsWith("type(") ? undefined : "uint256";
}

function call(site: Site): Change[] {
  const { node, parent, source } = site;
  const callee = child(node, "expression");
  const args = children(node, "arguments");
  const [first] = args;
  if (callee === undefined) return [];
  if (
    callee.nodeType === "Identifier" &&
    ["require", "assert"].includes(text(callee, "name")) &&
    first !== undefined
  ) {
    return [ofCondition(first, source, "condition-true"), ofCondition(first, source, "invert")];
  }
  const receiver = callee.nodeType === "MemberAccess" ? child(callee, "expression") : undefined;
  if (receiver === undefined || parent?.nodeType === "ExpressionStatement") return [];
  const itself = textOf(source, rangeOf(receiver));
  const narrow = /^toUint(\d+)$/.exec(text(callee, "memberName"))?.[1];
  if (narrow !== undefined) return [expression(node, "unchecked-cast", `uint${narrow}(${itself})`)];
  // `deadline.plus(delay)` becomes `deadline`, `hash.reduce()` becomes `hash`.
  return typeOf(receiver) === typeOf(node) && !typeOf(node).startsWith("contract")
    ? [expression(node, "drop-call", `(${itself})`)]
    : [];
}

function statement(site: Site): Change[] {
  const { node, parent } = site;
  const inner = child(node, "expression");
  // Without its step a loop never ends, which is no news.
  if (inner === undefined || (parent?.nodeType === "ForStatement" && child(parent, "body") !== node))
    return [];
  if (inner.nodeType === "FunctionCall" && isCheck(inner)) return [];
  const changes = [drop(site, "drop-statement")];
  const operator = text(inner, "operator");
  const other = { "+=": "-=", "-=": "+=", "|=": "=", "&=": "=" }[operator];
  if (inner.nodeType === "Assignment" && other !== undefined) {
    const left = child(inner, "leftHandSide");
    const right = child(inner, "rightHandSide");
    if (left !== undefined && right !== undefined) {
      const [l, r] = [left, right].map((side) => textOf(site.source, rangeOf(side)));
      changes.push({
        ...whole(site),
        operator: "arithmetic",
        form: "statement",
        replacement: `${l} ${other} ${r};`,
      });
    }
  }
  return changes;
}

/** Its condition is changed instead; a bare revert() is like a RevertStatement. */
function isCheck(node: Node): boolean {
  return ["require", "assert"].includes(text(child(node, "expression") ?? node, "name"));
}

function drop(site: Site, operator: string): Change {
  return { ...whole(site), operator, form: "statement", replacement: "" };
}

/** The statement with its semicolon, which the tree leaves out. */
function whole({ node, source }: Site): Range {
  const { start, end } = rangeOf(node);
  if (source[end - 1] === ";") return { start, end };
  return { start, end: source.indexOf(";", end) + 1 };
}

/** `if (…) revert X();` is changed at its condition. */
function isWholeBranch({ parent, above }: Site): boolean {
  const owner =
    parent?.nodeType === "Block" && children(parent, "statements").length === 1 ? above.at(-2) : parent;
  return owner?.nodeType === "IfStatement";
}

function isWholeCondition({ node, parent }: Site): boolean {
  if (parent === undefined) return false;
  if (parent.nodeType === "IfStatement" || parent.nodeType === "Conditional")
    return child(parent, "condition") === node;
  return parent.nodeType === "FunctionCall" && isCheck(parent) && children(parent, "arguments")[0] === node;
}

/** A number that the compiler works out. */
const isRational = (node: Node): boolean => /^(int_const|rational_const)/.test(typeOf(node));
