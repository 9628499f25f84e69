// The circom hashes and the words' polynomial against the model's and circomlib's own implementation.

import { expect } from "chai";
import { evaluateY, hash, P, permute } from "../../src/model/index.ts";
import { circomWordsHash, sizeOfCircom } from "../../src/prover/circom/index.ts";
import { Random } from "../support/vectors.ts";
import { outputsOf, templateCircuit } from "./harness.ts";

const EDGES = [0n, 1n, 2n, P - 1n, (P - 1n) / 2n, 2n ** 252n];

describe("circom: hashes", () => {
  for (const [optimization, written, size] of [
    ["O1", "for PLONK", 732],
    ["O2", "for rank-1 constraints", 264],
  ] as const) {
    it(`permutes as the model does, as written ${written}, in ${size} constraints`, async () => {
      const circuit = await templateCircuit("poseidon2", "Poseidon2Permutation()", optimization);
      expect((await sizeOfCircom(circuit)).constraints).to.equal(size);
      const random = new Random("permutation");
      for (let i = 0; i < 20; i++) {
        const lanes = elements(random, 4);
        const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint];
        expect(await outputsOf(circuit, { in: lanes }, 4)).to.deep.equal(permute([a, b, c, d]));
      }
    });

    it(`hashes every length that the protocol uses as the model does, as written ${written}`, async () => {
      const random = new Random("sponge");
      for (const length of [1, 2, 3, 4, 5, 7]) {
        const circuit = await templateCircuit("poseidon2", `Poseidon2Hash(${length})`, optimization);
        for (let i = 0; i < 4; i++) {
          const values = elements(random, length);
          expect(await outputsOf(circuit, { in: values }, 1), `${length}`).to.deep.equal([hash(values)]);
        }
      }
    });
  }

  it("hashes words as circomlibjs does, whether or not they fill their last chunk", async () => {
    const random = new Random("words");
    for (const count of [8, 15, 16]) {
      const circuit = await templateCircuit("words", `WordsHash(${count})`);
      const words = elements(random, count);
      expect(await outputsOf(circuit, { words }, 1), `${count}`).to.deep.equal([
        await circomWordsHash(words),
      ]);
    }
  });

  it("evaluates the words' polynomial as the model does", async () => {
    const circuit = await templateCircuit("words", "WordsPolynomial(15)");
    const random = new Random("polynomial");
    for (const r of [...EDGES, random.below(P)]) {
      const words = elements(random, 15);
      expect(await outputsOf(circuit, { words, r }, 1)).to.deep.equal([evaluateY(words, r)]);
    }
  });
});

/** Field elements, often at the edges. */
function elements(random: Random, count: number): bigint[] {
  return Array.from({ length: count }, () => (random.chance(40) ? random.pick(EDGES) : random.below(P)));
}
