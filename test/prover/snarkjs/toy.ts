// A circuit of a few constraints with the public inputs of the segment's, for what does not depend on what a circuit says.

import { R } from "../../../src/prover/bn254.ts";
import {
  type CircomCircuit,
  compileMain,
  type Optimization,
  solveCircom,
} from "../../../src/prover/circom/index.ts";

/** `h = x³ + a − b` and `y = r·context + factor·x² + sum of powers of x`, for a secret `x`. */
export function compileToy(optimization: Optimization, factor = 3): Promise<CircomCircuit> {
  const source = `pragma circom 2.1.9;
    template Toy() {
      signal input a, b, h, r, y, context, x;
      signal powers[8];
      powers[0] <== x;
      for (var i = 1; i < 8; i++) powers[i] <== powers[i - 1] * x;
      var sum = ${factor} * powers[1];
      for (var i = 3; i < 8; i++) sum += powers[i];
      h === powers[2] + a - b;
      y === r * context + sum;
    }
    component main {public [a, b, h, r, y, context]} = Toy();`;
  return compileMain("toy", source, optimization);
}

export interface ToyRun {
  readonly publicInputs: readonly bigint[];
  /** A .wtns file. */
  readonly witness: Uint8Array;
}

export async function runToy(circuit: CircomCircuit, x = 5n, factor = 3n): Promise<ToyRun> {
  const [a, b, r, context] = [11n, 7n, R - 1n, 1234n] as const;
  const h = (x ** 3n + a - b) % R;
  const y = (r * context + factor * x ** 2n + x ** 4n + x ** 5n + x ** 6n + x ** 7n + x ** 8n) % R;
  const witness = await solveCircom(circuit, { a, b, h, r, y, context, x });
  return { publicInputs: [a, b, h, r, y, context], witness };
}
