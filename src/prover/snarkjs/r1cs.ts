// Reads the constraint system that circom compiles to.

import { R } from "../bn254.ts";
import { FIELD_BYTES, readField } from "./field.ts";
import { readSections, sectionOf } from "./sections.ts";

/** `(Σ aᵢ·sᵢ) · (Σ bᵢ·sᵢ) = Σ cᵢ·sᵢ` for each constraint, `s` being the signals with `s₀ = 1`. */
export interface R1cs {
  readonly signals: number;
  /** Public signals are `s₁ … s_publics`. */
  readonly publics: number;
  readonly constraints: number;
  /** All coefficients, constraint by constraint: first of A, then B, then C. */
  forEach(visit: (matrix: Matrix, constraint: number, signal: number, coefficient: bigint) => void): void;
}

/** 0 is A, 1 is B, 2 is C. */
export type Matrix = 0 | 1 | 2;
const MATRICES: readonly Matrix[] = [0, 1, 2];

const HEADER = 1;
const CONSTRAINTS = 2;

export async function readR1cs(path: string): Promise<R1cs> {
  const sections = await readSections(path, "r1cs");
  const header = sectionOf(sections, HEADER);
  const prime = header.getUint32(0, true) === FIELD_BYTES ? readField(header, 4) : 0n;
  if (prime !== R) throw new Error(`${path} is over another field than BN254's`);
  const [signals, outputs, inputs] = [36, 40, 44].map((at) => header.getUint32(at, true)) as [
    number,
    number,
    number,
  ];
  const constraints = header.getUint32(60, true);
  const body = sectionOf(sections, CONSTRAINTS);
  return {
    signals,
    publics: outputs + inputs,
    constraints,
    forEach: (visit) => {
      let at = 0;
      for (let constraint = 0; constraint < constraints; constraint++) {
        for (const matrix of MATRICES) {
          const terms = body.getUint32(at, true);
          at += 4;
          for (let i = 0; i < terms; i++, at += 4 + FIELD_BYTES) {
            visit(matrix, constraint, body.getUint32(at, true), readField(body, at + 4));
          }
        }
      }
    },
  };
}
