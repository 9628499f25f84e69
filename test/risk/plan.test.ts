// Decisions on a row of batches: proofs of one may pay only for those after it.

import { expect } from "chai";
import fc from "fast-check";
import { presetFor } from "../../src/chain/presets.ts";
import { DEFAULT_RISK_POLICY } from "../../src/risk/decide.ts";
import { type Pending, planProofs } from "../../src/risk/plan.ts";

const TERMS = presetFor("mainnet", "standard", ["ultrahonk"]);
const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;
const DAY = 86_400n;

const batch = (value: bigint, waits = DAY, more: Partial<Pending> = {}): Pending => ({
  ...{ probability: 0.01, value: value * ETHER, segments: 2n, waits, earliest: 1_800n },
  ...more,
});

const CAPACITY = { queue: 0n, workers: 4n, l1BaseFee: 2n * GWEI };

function plan(pending: readonly Pending[], capacity = CAPACITY) {
  return planProofs(pending, capacity, TERMS, DEFAULT_RISK_POLICY);
}

const because = (pending: readonly Pending[], capacity = CAPACITY) =>
  plan(pending, capacity).map((one) => one.because);

describe("plan of proofs", () => {
  it("proves a poor batch for the rich one after it, and not for itself", () => {
    expect(because([batch(1n), batch(2_000n)])).to.deep.equal(["run", "itself"]);
    expect(because([batch(1n), batch(2n)])).to.deep.equal(["nothing", "nothing"]);
  });

  it("proves a rich batch, and lets the poor ones after it wait", () => {
    expect(because([batch(2_000n), batch(1n), batch(1n)])).to.deep.equal(["itself", "nothing", "nothing"]);
  });

  it("does not prove many poor ones for one whose gain pays for fewer", () => {
    const few = [batch(0n), batch(0n), batch(800n)];
    const many = [...Array.from({ length: 40 }, () => batch(0n)), batch(800n)];
    expect(because(few)).to.deep.equal(["run", "run", "itself"]);
    expect(new Set(because(many))).to.deep.equal(new Set(["nothing"]));
  });

  it("leaves to time what it makes final before proofs could", () => {
    expect(because([batch(2_000n, 60n), batch(2_000n)])).to.deep.equal(["nothing", "itself"]);
  });

  it("counts proofs of earlier batches as waited for", () => {
    const [first, second] = plan([batch(2_000n), batch(2_000n)], { ...CAPACITY, workers: 1n, queue: 100n });
    expect(first?.provenIn).to.equal(102n * TERMS.proofTime + 24n);
    expect(second?.provenIn).to.equal(104n * TERMS.proofTime + 24n);
  });

  it("has nothing to say of nothing", () => {
    expect(plan([])).to.deep.equal([]);
  });

  const pending = fc.array(
    fc.record({
      probability: fc.double({ min: 0, max: 1, noNaN: true }),
      value: fc.bigInt(0n, 3_000n * ETHER),
      segments: fc.bigInt(0n, 20n),
      waits: fc.bigInt(0n, 600n),
      earliest: fc.constantFrom(0n, 1_800n),
    }),
    { maxLength: 12 },
  );
  /** Windows close in the order of the commits. */
  const inOrder = (its: readonly Pending[]) => {
    let waits = DAY / 2n;
    return its.map((one) => {
      waits += one.waits;
      return { ...one, waits };
    });
  };

  it("never proves more when L1 is dearer, and gains at least as much as proving nothing", () => {
    fc.assert(
      fc.property(pending, fc.bigInt(0n, 50n), fc.bigInt(0n, 50n), (rows, fee, more) => {
        const its = inOrder(rows);
        const cheap = plan(its, { ...CAPACITY, l1BaseFee: fee * GWEI });
        const dear = plan(its, { ...CAPACITY, l1BaseFee: (fee + more) * GWEI });
        const count = (planned: typeof cheap) => planned.filter(({ prove }) => prove).length;
        expect(cheap).to.have.length(its.length);
        expect(count(dear)).to.be.at.most(count(cheap));
        const gain = cheap.filter(({ prove }) => prove).reduce((sum, one) => sum + one.gain, 0n);
        expect(gain >= 0n).to.equal(true);
      }),
      { seed: 5, numRuns: 400 },
    );
  });

  it("proves one run, that begins where time is slower than proofs", () => {
    fc.assert(
      fc.property(pending, (rows) => {
        const flags = plan(inOrder(rows))
          .map(({ prove }) => (prove ? "p" : "w"))
          .join("");
        expect(flags).to.match(/^w*p*w*$/);
      }),
      { seed: 6, numRuns: 400 },
    );
  });
});
