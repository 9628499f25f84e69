// Bits, comparisons, digits and intervals in circom, at their edges.

import { expect } from "chai";
import { covers, mod, P } from "../../src/model/index.ts";
import { Random } from "../support/vectors.ts";
import { expectAccepted, expectRefused, outputsOf, templateCircuit } from "./harness.ts";

const HALF = (P - 1n) / 2n;

describe("circom: comparisons", () => {
  it("splits an integer into its bits and refuses one that has more", async () => {
    const circuit = await templateCircuit("compare", "Bits(4)");
    for (let value = 0n; value < 16n; value++) {
      const bits = [0n, 1n, 2n, 3n].map((i) => (value >> i) & 1n);
      expect(await outputsOf(circuit, { in: value }, 4)).to.deep.equal(bits);
    }
    for (const value of [16n, 17n, P - 1n, HALF]) await expectRefused(circuit, { in: value }, `${value}`);
  });

  it("knows zero from everything else", async () => {
    const circuit = await templateCircuit("compare", "IsZero()");
    expect(await outputsOf(circuit, { in: 0n }, 1)).to.deep.equal([1n]);
    for (const value of [1n, 2n, HALF, HALF + 1n, P - 1n]) {
      expect(await outputsOf(circuit, { in: value }, 1), `${value}`).to.deep.equal([0n]);
    }
  });

  it("compares integers that are near one another, and refuses others", async () => {
    const circuit = await templateCircuit("compare", "AtLeast(129)");
    const edge = 2n ** 128n;
    for (const [a, b] of [
      [0n, 0n],
      [0n, 1n],
      [1n, 0n],
      [edge - 1n, edge - 1n],
      [0n, edge - 1n],
      [edge - 1n, 0n],
      [mod(-(2n ** 72n)), edge - 1n],
      [mod(-1n), 0n],
    ] as const) {
      const signedA = a > HALF ? a - P : a;
      const expected = signedA >= b ? 1n : 0n;
      expect(await outputsOf(circuit, { a, b }, 1), `${a} >= ${b}`).to.deep.equal([expected]);
    }
    await expectRefused(circuit, { a: 2n ** 129n, b: 0n }, "2^129 apart");
    await expectRefused(circuit, { a: 0n, b: 2n ** 129n + 1n }, "more than 2^129 apart");
    await expectRefused(circuit, { a: HALF, b: 0n }, "half the field apart");
  });

  it("takes digits 0, 1 and 2 only", async () => {
    const circuit = await templateCircuit("tree", "Digit()");
    expect(await outputsOf(circuit, { digit: 0n }, 2)).to.deep.equal([1n, 0n]);
    expect(await outputsOf(circuit, { digit: 1n }, 2)).to.deep.equal([0n, 0n]);
    expect(await outputsOf(circuit, { digit: 2n }, 2)).to.deep.equal([0n, 1n]);
    for (const digit of [3n, P - 1n, HALF, (P + 1n) / 2n])
      await expectRefused(circuit, { digit }, `${digit}`);
  });

  it("knows the lower half of the field to the last element", async () => {
    const circuit = await templateCircuit("interval", "LowerHalf()");
    const top = HALF - (2n ** 252n - 1n);
    const inside = [0n, 1n, top - 1n, top, top + 1n, 2n ** 252n - 1n, 2n ** 252n, HALF - 1n, HALF];
    for (const value of inside) await expectAccepted(circuit, { in: value }, `${value}`);
    const outside = [HALF + 1n, HALF + 2n, 2n ** 253n - 1n, 2n ** 253n, P - 2n, P - 1n];
    for (const value of outside) await expectRefused(circuit, { in: value }, `${value}`);
  });

  it("agrees with the model on what a leaf covers, at every edge of the arcs", async () => {
    const circuit = await templateCircuit("interval", "Covers()");
    const edges = [0n, 1n, HALF, HALF + 1n, P - 1n];
    let covered = 0;
    for (const key of edges) {
      for (const next of edges) {
        for (const wanted of edges) {
          const inputs = { key, next, wanted };
          const what = `(${key}, ${next}) asked for ${wanted}`;
          if (covers({ key, next }, wanted)) {
            covered++;
            await expectAccepted(circuit, inputs, what);
          } else {
            await expectRefused(circuit, inputs, what);
          }
        }
      }
    }
    expect(covered).to.be.within(40, edges.length ** 3 - 40);
  });

  it("agrees with the model on what random leaves cover, and the lone sentinel covers everything", async () => {
    const circuit = await templateCircuit("interval", "Covers()");
    const random = new Random("covers");
    for (let i = 0; i < 30; i++) {
      const [key, next, wanted] = [random.below(P), random.below(P), random.below(P)] as const;
      const inputs = { key, next, wanted };
      if (covers({ key, next }, wanted)) await expectAccepted(circuit, inputs, `${i}`);
      else await expectRefused(circuit, inputs, `${i}`);
      await expectAccepted(circuit, { key: 0n, next: 0n, wanted }, `${i}`);
    }
  });
});
