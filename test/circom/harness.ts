// What the circom tests share: circuits of test sizes, runs of the model as their inputs, and a look into witnesses.

import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import {
  bindWords,
  claimOf,
  flattenWords,
  type PublicInputs,
  type SegmentTrace,
  type SegmentWords,
  type State,
  traceSegment,
} from "../../src/model/index.ts";
import {
  type CircomCircuit,
  type CircomInputs,
  type CircomSizes,
  circomInputs,
  circomWordsHash,
  compileCircom,
  compileMain,
  mainOf,
  type Optimization,
  solveCircom,
} from "../../src/prover/circom/index.ts";

/** Small enough that a tree of it can be full. */
export const TINY: CircomSizes = { n: 1, D: 3, E: 3, cap: 2 };
export const MINI: CircomSizes = { n: 1, D: 9, E: 7, cap: 2 };
export const SINGLE: CircomSizes = { n: 1, D: 21, E: 7, cap: 2 };

export const CONTEXT = {
  chainId: 31337n,
  rollup: "0x00000000000000000000000000000000000000aa",
  batchId: `0x${"11".repeat(32)}`,
  segment: 3,
  beneficiary: "0x00000000000000000000000000000000000000bb",
};

/** A segment's run in the model, with the public inputs that L1 would derive. */
export interface Run {
  readonly trace: SegmentTrace;
  readonly publicInputs: PublicInputs;
  readonly inputs: CircomInputs;
}

interface SegmentStart {
  readonly before: State;
  readonly words: SegmentWords;
}

export async function runOf({ before, words }: SegmentStart, sizes: CircomSizes): Promise<Run> {
  const trace = traceSegment(before.clone(), words, sizes.n);
  const { first, records } = words;
  const h = await circomWordsHash(flattenWords(first, records, sizes.n));
  const publicInputs = bindWords(claimOf({ a: trace.a, b: trace.b, words, context: CONTEXT }), h);
  return { trace, publicInputs, inputs: circomInputs(trace, publicInputs, sizes) };
}

export function segmentCircuit(
  sizes: CircomSizes,
  optimization: Optimization = "O2",
): Promise<CircomCircuit> {
  return compileCircom(`test-segment-${Object.values(sizes).join("-")}`, sizes, optimization);
}

/** One template by itself; its outputs come first in the witness. */
export function templateCircuit(
  file: string,
  template: string,
  optimization: Optimization = "O2",
): Promise<CircomCircuit> {
  const name = template.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-|-$/g, "");
  return compileMain(`test-${name}`, mainOf(`${file}.circom`, template), optimization);
}

/** The first signals after the constant 1: outputs in the order of declaration, then public inputs. */
export async function outputsOf(
  circuit: CircomCircuit,
  inputs: CircomInputs,
  count: number,
): Promise<readonly bigint[]> {
  const signals = signalsOf(await solveCircom(circuit, inputs));
  return Array.from({ length: count }, (_, i) => signals(i + 1));
}

const WTNS_HEADER = 76;
const FIELD_BYTES = 32;

/** Reads signals out of a .wtns file. */
export function signalsOf(wtns: Uint8Array): (index: number) => bigint {
  const bytes = Buffer.from(wtns.buffer, wtns.byteOffset, wtns.byteLength);
  return (index) => {
    const start = WTNS_HEADER + FIELD_BYTES * index;
    const littleEndian = bytes.subarray(start, start + FIELD_BYTES);
    return BigInt(`0x${Buffer.from(littleEndian).reverse().toString("hex")}`);
  };
}

export async function expectAccepted(
  circuit: CircomCircuit,
  inputs: CircomInputs,
  what: string,
): Promise<void> {
  await solveCircom(circuit, inputs).catch((error) => expect.fail(`${what}: ${error}`));
}

export async function expectRefused(
  circuit: CircomCircuit,
  inputs: CircomInputs,
  what: string,
): Promise<void> {
  const refused = await solveCircom(circuit, inputs).then(
    () => false,
    (error) => isLuntraError(error, "WITNESS_REFUSED"),
  );
  expect(refused, `${what} is refused`).to.equal(true);
}
