// The same random segments through the model, the Noir circuit and the circom circuit in both of its forms. The circuits were
// written independently of one another, so that what one gets wrong the other does not.

import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import { INSTANCES, type InstanceName, type PublicInputs, traceSegment } from "../../src/model/index.ts";
import { loadFastHash, type ProofSystem, proofSystem, type SegmentRun } from "../../src/prover/index.ts";
import { generateSegments, type SegmentVector } from "../support/vectors.ts";
import { CONTEXT } from "./harness.ts";

const SYSTEMS = ["ultrahonk", "groth16", "plonk"] as const;

/** All of them accept the model's result and refuse others. Nothing is proven: a witness is what they disagree on, if they do. */
export async function compareOnRandomSegments(
  instance: InstanceName,
  seed: string,
  count: number,
): Promise<void> {
  const hash = await loadFastHash();
  const systems = SYSTEMS.map((name) => proofSystem(name, instance));
  const vectors = generateSegments({ seed, count, hash, ...INSTANCES[instance] });
  for (const [i, vector] of vectors.entries()) {
    for (const system of systems) await compare(system, vector, `${instance}, ${system.name}, ${seed} ${i}`);
  }
}

async function compare(system: ProofSystem, vector: SegmentVector, what: string): Promise<void> {
  const { before, words, a, b } = vector;
  const trace = traceSegment(before.clone(), words, system.instance.n);
  expect([trace.a, trace.b], what).to.deep.equal([a, b]);
  const run: SegmentRun = { trace, words, context: CONTEXT };
  const inputs = await system.publicInputs(run);

  expect(await accepts(system, run, inputs), `${what}: the model's result`).to.equal(true);
  expect(await accepts(system, run, { ...inputs, b: b + 1n }), `${what}: another result`).to.equal(false);
  // Whether a segment of records that all change nothing ends where it began is for the model to say.
  const unchanged = await accepts(system, run, { ...inputs, b: a });
  expect(unchanged, `${what}: no change`).to.equal(a === b);
}

async function accepts(system: ProofSystem, run: SegmentRun, inputs: PublicInputs): Promise<boolean> {
  try {
    await system.witness(run, inputs);
    return true;
  } catch (error) {
    if (isLuntraError(error, "WITNESS_REFUSED")) return false;
    throw error;
  }
}
