// The circom segment circuit against the model: every row of the case table, random runs, and wrong claims.

import { expect } from "chai";
import { type CircomCircuit, sizeOfCircom, solveCircom } from "../../src/prover/circom/index.ts";
import { loadFastHash } from "../../src/prover/index.ts";
import { P, publicInputList } from "../../src/model/index.ts";
import { everyCase, generateSegments } from "../support/vectors.ts";
import { expectRefused, MINI, type Run, runOf, SINGLE, segmentCircuit, signalsOf, TINY } from "./harness.ts";
import { constrainedSignals } from "./r1cs.ts";

const PUBLIC = ["a", "b", "h", "r", "y", "context"] as const;

describe("circom: segment", () => {
  it("leads to the model's checkpoint in every case of every kind", async () => {
    const [circuit, hash] = [await segmentCircuit(TINY), await loadFastHash()];
    for (const { name, vector } of everyCase({ ...TINY, hash })) {
      const run = await runOf(vector, TINY);
      expect(run.publicInputs.b, name).to.equal(vector.b);
      await expectTrue(circuit, run, name);
    }
  });

  it("leads to the model's checkpoint over random segments of several records, until the tree is full", async () => {
    const sizes = { n: 2, D: 3, E: 3, cap: 1 };
    const [circuit, hash] = [await segmentCircuit(sizes), await loadFastHash()];
    const vectors = generateSegments({ seed: "circom", count: 30, ...sizes, hash });
    for (const [i, vector] of vectors.entries()) {
      await expectTrue(circuit, await runOf(vector, sizes), `segment ${i}`);
    }
  });

  it("does so at the depths of real instances", async () => {
    const hash = await loadFastHash();
    for (const [sizes, count] of [
      [MINI, 8],
      [SINGLE, 3],
    ] as const) {
      const circuit = await segmentCircuit(sizes);
      for (const [i, vector] of generateSegments({ seed: "depth", count, ...sizes, hash }).entries()) {
        await expectTrue(circuit, await runOf(vector, sizes), `D = ${sizes.D}, segment ${i}`);
      }
    }
  });

  it("says the same in the form for PLONK", async () => {
    const [circuit, hash] = [await segmentCircuit(TINY, "O1"), await loadFastHash()];
    for (const [i, vector] of generateSegments({ seed: "plonk", count: 12, ...TINY, hash }).entries()) {
      const run = await runOf(vector, TINY);
      await expectTrue(circuit, run, `segment ${i}`);
      await expectRefused(
        circuit,
        claiming(run, { b: run.publicInputs.b + 1n }),
        `segment ${i}: another result`,
      );
    }
  });

  it("has every signal in some constraint, public inputs too: else one could be exchanged in a Groth16 proof", async () => {
    for (const optimization of ["O1", "O2"] as const) {
      const circuit = await segmentCircuit(TINY, optimization);
      const { wires } = await sizeOfCircom(circuit);
      const constrained = await constrainedSignals(circuit.r1csPath);
      const loose = Array.from({ length: wires }, (_, i) => i).filter((i) => !constrained.has(i));
      expect(loose, optimization).to.deep.equal([]);
    }
  });

  it("changes nothing for a record of kind 0, whatever its other words say", async () => {
    const circuit = await segmentCircuit(TINY);
    const [vector] = generateSegments({ seed: "nothing", count: 1, ...TINY });
    if (vector === undefined) throw new Error("no vector");
    const nothing = { kind: 0n, sender: 1n, recipient: 2n, token: 3n, amount: 4n, nonce: 5n, fee: 6n };
    const words = { first: false, records: [nothing] };
    const run = await runOf({ before: vector.after, words }, TINY);
    expect(run.publicInputs.b).to.equal(vector.b);
    await expectTrue(circuit, run, "kind 0");
  });

  it("refuses each public input that is changed alone, but the context, which only r depends on", async () => {
    const circuit = await segmentCircuit(TINY);
    const [vector] = generateSegments({ seed: "claims", count: 1, ...TINY });
    if (vector === undefined) throw new Error("no vector");
    const run = await runOf(vector, TINY);
    for (const name of PUBLIC) {
      const changed = claiming(run, { [name]: (run.publicInputs[name] + 1n) % P });
      if (name === "context") await solveCircom(circuit, changed);
      else await expectRefused(circuit, changed, name);
    }
  });
});

function claiming(run: Run, claims: Record<string, bigint>) {
  return { ...run.inputs, ...claims };
}

/** Accepted, and the first signals of the witness are the public inputs in the protocol's order. */
async function expectTrue(
  circuit: CircomCircuit,
  { publicInputs, inputs }: Run,
  what: string,
): Promise<void> {
  const witness = await solveCircom(circuit, inputs).catch((error) => expect.fail(`${what}: ${error}`));
  const signal = signalsOf(witness);
  expect(
    PUBLIC.map((_, i) => signal(i + 1)),
    what,
  ).to.deep.equal(publicInputList(publicInputs));
}
