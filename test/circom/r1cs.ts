// Evaluates a witness against an r1cs file, without the witness calculator: what a forger's own program would have to pass.

import { readFile } from "node:fs/promises";
import { P } from "../../src/model/index.ts";
import { signalsOf } from "./harness.ts";

const FIELD_BYTES = 32;
const CONSTRAINTS_SECTION = 2;
const HEADER_SECTION = 1;

/** One of A, B, C: signals with their coefficients. */
type Terms = readonly (readonly [signal: number, coefficient: bigint])[];
type Constraint = readonly [Terms, Terms, Terms];

/** How many constraints the witness breaks. */
export async function brokenConstraints(r1csPath: string, wtns: Uint8Array): Promise<number> {
  const signal = signalsOf(wtns);
  const value = (terms: Terms) =>
    terms.reduce((sum, [index, factor]) => sum + factor * signal(index), 0n) % P;
  let broken = 0;
  for (const [a, b, c] of await constraintsOf(r1csPath)) {
    if ((value(a) * value(b) - value(c)) % P !== 0n) broken++;
  }
  return broken;
}

/** Signals that some constraint has. */
export async function constrainedSignals(r1csPath: string): Promise<ReadonlySet<number>> {
  const constraints = await constraintsOf(r1csPath);
  return new Set(
    constraints.flatMap((matrices) => matrices.flatMap((terms) => terms.map(([index]) => index))),
  );
}

async function constraintsOf(path: string): Promise<readonly Constraint[]> {
  const file = await readFile(path);
  const header = sectionOf(file, HEADER_SECTION);
  const count = header.readUInt32LE(4 + FIELD_BYTES + 24);
  const body = sectionOf(file, CONSTRAINTS_SECTION);
  let at = 0;
  const advance = (bytes: number) => {
    at += bytes;
    return at - bytes;
  };
  const terms = (): Terms =>
    Array.from({ length: body.readUInt32LE(advance(4)) }, () => {
      const start = advance(4 + FIELD_BYTES);
      return [body.readUInt32LE(start), fieldAt(body, start + 4)] as const;
    });
  return Array.from({ length: count }, () => [terms(), terms(), terms()] as const);
}

function sectionOf(file: Buffer, wanted: number): Buffer {
  let at = 12;
  while (file.readUInt32LE(at) !== wanted) at += 12 + Number(file.readBigUInt64LE(at + 4));
  return file.subarray(at + 12, at + 12 + Number(file.readBigUInt64LE(at + 4)));
}

function fieldAt(bytes: Buffer, start: number): bigint {
  return [24, 16, 8, 0].reduce((sum, offset) => (sum << 64n) | bytes.readBigUInt64LE(start + offset), 0n);
}
