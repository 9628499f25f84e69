// Forged witnesses, a seeded few of forgeries.ts; forged.long.test.ts has all, each of which compiles a circuit of its own.

import { expect } from "chai";
import { covers, type Leaf, P } from "../../src/model/index.ts";
import type { Circuit } from "../../src/prover/circuit.ts";
import { few } from "../support/few.ts";
import { KNOWN } from "../support/vectors.ts";
import { arcNumbers, forgeable, hintsOf, insertAfter, leavesAtC } from "./forge.ts";
import { expectRefused, FORGERIES, titleOf } from "./forgeries.ts";
import { caseOf, expectAccepted, hash, inputsOf, refusal, smallCircuit } from "./harness.ts";
import { probe, probed } from "./mutants.ts";

const FEW = 8;

describe("Forged witnesses", () => {
  let circuit: Circuit;

  before(async () => {
    circuit = await smallCircuit();
  });

  it("start from runs that the circuit accepts and that end where the model says", async () => {
    const honest = inputsOf(caseOf("transferEth, to a known recipient: executed"));
    await expectAccepted(circuit, honest, "honest run");
    expect(await probed(await probe(), honest)).to.equal(honest.b);
  });

  for (const forgery of few(FORGERIES, FEW)) {
    it(`refuses ${titleOf(forgery)}`, () => expectRefused(circuit, forgery));
  }

  it("refuses false absence however its arcs are written: canonical, or with p added, and with every carry", async () => {
    const name = "transferEth, to a known recipient: executed";
    const vector = caseOf(name);
    const key = hash([1n, KNOWN]);
    const leaves = leavesAtC(vector);
    const low = leaves.findIndex((leaf) => !covers(leaf, key));
    const { u, v } = arcNumbers(leaves[low] as Leaf, key);
    for (const uTop of [u >> 126n, (u + P) >> 126n]) {
      for (const vTop of [v >> 126n, (v + P) >> 126n]) {
        for (let carry = 0n; carry < 4n; carry++) {
          const forged = forgeable(inputsOf(vector));
          insertAfter(vector, forged, low, key);
          hintsOf(forged).c.arcs = { u_top: uTop, v_top: vTop, carry };
          expect(await refusal(circuit, forged, name)).to.equal("call to assert_max_bit_size");
        }
      }
    }
  });
});
