// How many gates snarkjs's PLONK makes of rank-1 constraints. It decides the size of the reference string, which has to be
// there before snarkjs counts itself.

import { R } from "../bn254.ts";
import type { R1cs } from "./r1cs.ts";

type Combination = Map<number, bigint>;

/** Signal 0 is the constant 1. */
const CONSTANT = 0;
/** Wires that a gate takes; a sum of more is built by additions, a gate each. */
const WIRES = 3;

/** One gate for each public signal and each constraint, and one for each addition that brings a sum down to a gate's wires. */
export function plonkGates(r1cs: R1cs): number {
  let gates = r1cs.publics;
  let terms: [Combination, Combination, Combination] = [new Map(), new Map(), new Map()];
  let current = 0;
  r1cs.forEach((matrix, constraint, signal, coefficient) => {
    while (current < constraint) {
      gates += gatesOf(...terms);
      terms = [new Map(), new Map(), new Map()];
      current++;
    }
    if (coefficient !== 0n) terms[matrix].set(signal, coefficient);
  });
  for (; current < r1cs.constraints; current++) {
    gates += gatesOf(...terms);
    terms = [new Map(), new Map(), new Map()];
  }
  return gates;
}

function gatesOf(a: Combination, b: Combination, c: Combination): number {
  if (a.size === 0 || b.size === 0) return sum(c);
  if (isConstant(a)) return sum(difference(b, a.get(CONSTANT) as bigint, c));
  if (isConstant(b)) return sum(difference(a, b.get(CONSTANT) as bigint, c));
  return 1 + additions(a, 1) + additions(b, 1) + additions(c, 1);
}

function sum(terms: Combination): number {
  return 1 + additions(terms, WIRES);
}

function additions(terms: Combination, wires: number): number {
  const signals = terms.size - (terms.has(CONSTANT) ? 1 : 0);
  return Math.max(0, signals - wires);
}

function isConstant(terms: Combination): boolean {
  return terms.size === 1 && terms.has(CONSTANT);
}

/** `factor · terms − others` without terms that cancel. */
function difference(terms: Combination, factor: bigint, others: Combination): Combination {
  const result: Combination = new Map();
  for (const [signal, coefficient] of terms) result.set(signal, (factor * coefficient) % R);
  for (const [signal, coefficient] of others) {
    const rest = ((result.get(signal) ?? 0n) + R - coefficient) % R;
    if (rest === 0n) result.delete(signal);
    else result.set(signal, rest);
  }
  return result;
}
