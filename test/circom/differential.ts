// The same random segments through the model, the Noir circuit and the circom circuit in its forms. The circuits were written
// independently of one another, so that what one gets wrong the other does not.

import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import {
  INSTANCES,
  type InstanceName,
  publicInputs,
  type State,
  traceSegment,
} from "../../src/model/index.ts";
import { solveCircom } from "../../src/prover/circom/index.ts";
import { compileSegment } from "../../src/prover/circuit.ts";
import { loadFastHash, proofSystem, systemsOf } from "../../src/prover/index.ts";
import { buildInputs } from "../../src/prover/inputs.ts";
import { solve } from "../../src/prover/witness.ts";
import { generateSegments, type SegmentVector } from "../support/vectors.ts";
import { CONTEXT, runOf, segmentCircuit } from "./harness.ts";

/** Nothing is proven: a witness is what the circuits disagree on, if they do. */
interface Circuit {
  readonly name: string;
  /** Throws WITNESS_REFUSED unless the segment leads to `b`. */
  solve(vector: SegmentVector, b: bigint): Promise<unknown>;
}

interface Sizes {
  readonly n: number;
  readonly D: number;
  readonly E: number;
}

/** An instance's circuits, one for each of its proof systems. */
export async function compareInstance(instance: InstanceName, seed: string, count: number): Promise<void> {
  const circuits = systemsOf(instance).map((name) => circuitOf(name, instance));
  await compare(circuits, INSTANCES[instance], `${instance}, ${seed}`, count);
}

function circuitOf(name: ReturnType<typeof systemsOf>[number], instance: InstanceName): Circuit {
  const system = proofSystem(name, instance);
  return {
    name,
    async solve({ before, words }, b) {
      const trace = traceSegment(before.clone(), words, system.instance.n);
      const run = { trace, words, context: CONTEXT };
      return system.witness(run, { ...(await system.publicInputs(run)), b });
    },
  };
}

/** Several records in trees that no instance has; the circom circuit with each of these numbers of cap levels. Returns the last state. */
export async function compareSizes(
  sizes: Sizes,
  caps: readonly number[],
  seed: string,
  count: number,
): Promise<State> {
  const circuits = [await noirOf(sizes), ...(await Promise.all(caps.map((cap) => circomOf(sizes, cap))))];
  return compare(circuits, sizes, `${Object.values(sizes).join("-")}, ${seed}`, count);
}

async function noirOf(sizes: Sizes): Promise<Circuit> {
  const circuit = await compileSegment(`test-${Object.values(sizes).join("-")}`, sizes);
  const hash = await loadFastHash();
  return {
    name: "Noir",
    async solve({ before, words, a }, b) {
      const trace = traceSegment(before.clone(), words, sizes.n);
      const binding = publicInputs({ a, b, words, n: sizes.n, context: CONTEXT, hash });
      return solve(circuit, buildInputs(trace, binding, sizes, hash));
    },
  };
}

async function circomOf({ n, D, E }: Sizes, cap: number): Promise<Circuit> {
  const sizes = { n, D, E, cap };
  const circuit = await segmentCircuit(sizes);
  return {
    name: `circom, cap ${cap}`,
    async solve(vector, b) {
      const { inputs } = await runOf(vector, sizes);
      return solveCircom(circuit, { ...inputs, b });
    },
  };
}

/** All of them accept the model's result and refuse others. Returns the last segment's state. */
async function compare(
  circuits: readonly Circuit[],
  { n, D, E }: Sizes,
  seed: string,
  count: number,
): Promise<State> {
  const vectors = generateSegments({ seed, count, n, D, E, hash: await loadFastHash() });
  for (const [i, vector] of vectors.entries()) {
    const { a, b } = vector;
    for (const circuit of circuits) {
      const what = `${circuit.name}, ${seed} ${i}`;
      expect(await accepts(circuit, vector, b), `${what}: the model's result`).to.equal(true);
      expect(await accepts(circuit, vector, b + 1n), `${what}: another result`).to.equal(false);
      // Whether a segment of records that all change nothing ends where it began is for the model to say.
      expect(await accepts(circuit, vector, a), `${what}: no change`).to.equal(a === b);
    }
  }
  return vectors.at(-1)?.after ?? expect.fail("no segments");
}

async function accepts(circuit: Circuit, vector: SegmentVector, b: bigint): Promise<boolean> {
  try {
    await circuit.solve(vector, b);
    return true;
  } catch (error) {
    if (isLuntraError(error, "WITNESS_REFUSED")) return false;
    throw error;
  }
}
