// The ways of proving, on rows of batches short enough to work out.

import { expect } from "chai";
import { presetFor } from "../../src/chain/presets.ts";
import { type Case, compare, type Outcome, type Strategy } from "../../src/risk/compare.ts";
import { DEFAULT_RISK_POLICY } from "../../src/risk/decide.ts";

const terms = presetFor("mainnet", "standard", ["ultrahonk"]);
const ETHER = 10n ** 18n;
const GWEI = 10n ** 9n;

const batch = (second: number, leaving: bigint, more: Partial<Case> = {}): Case => ({
  committedAt: 1_000_000n + BigInt(second),
  segments: 3n,
  flow: { moved: leaving * ETHER, leaving: leaving * ETHER },
  ...{ probability: 0.01, doubted: 0, l1BaseFee: GWEI },
  ...more,
});

function outcomes(cases: readonly Case[], workers = 1): Record<Strategy, Outcome> {
  const its = compare(cases, { terms, policy: DEFAULT_RISK_POLICY, workers });
  return Object.fromEntries(its.map((one) => [one.strategy, one])) as Record<Strategy, Outcome>;
}

describe("ways of proving", () => {
  it("never: every batch waits for its window, and no proof is paid for", () => {
    const { never } = outcomes([batch(0, 10n), batch(600, 10n)]);
    expect(never).to.deep.include({ proofs: 0, proofCost: 0n, seconds: 2n * terms.challengeWindow });
  });

  it("always: every segment is proven, at the price of its day", () => {
    const { always } = outcomes([batch(0, 10n), batch(7_200, 10n, { l1BaseFee: 5n * GWEI })]);
    expect(always.proofs).to.equal(6);
    expect(always.proofCost).to.equal(3n * (2n * terms.provingCost + terms.answerGas * 6n * GWEI));
    // Proven within minutes; final at the earliest finality.
    expect(always.seconds).to.equal(2n * terms.earliestFinality);
  });

  it("always, with too few provers: proofs wait for one another, but no batch longer than its window", () => {
    const crowd = Array.from({ length: 40 }, (_, i) => batch(i, 1n, { segments: 64n }));
    const [one, many] = [outcomes(crowd, 1).always, outcomes(crowd, 64).always];
    expect(one.seconds > many.seconds).to.equal(true);
    expect(one.seconds <= 40n * terms.challengeWindow).to.equal(true);
  });

  it("where it pays: the rich batch is proven, the poor one after it is not", () => {
    const { risk, always, never } = outcomes([batch(0, 3_000n), batch(600, 0n)]);
    expect(risk.provenBatches).to.equal(1);
    expect(risk.total < always.total && risk.total < never.total).to.equal(true);
  });

  it("where it pays: waits for a cheaper hour while it can", () => {
    const dear = batch(0, 1_000n, { l1BaseFee: 400n * GWEI });
    const { risk } = outcomes([dear, batch(3_600, 0n, { l1BaseFee: GWEI / 10n })]);
    // Decided on again when the next batch comes: the first one is proven then, at that price.
    expect(risk.provenBatches).to.equal(1);
    expect(risk.proofCost).to.equal(3n * (terms.provingCost + (terms.answerGas * GWEI) / 10n));
    expect(risk.seconds < 2n * terms.challengeWindow).to.equal(true);
  });

  it("even: takes all batches for as likely to be doubted, and so misses those that are", () => {
    const doubted = { probability: 0.9, doubted: 1 };
    const quiet = { probability: 0.0001 };
    const cases = [0, 1, 2, 3, 4].flatMap((day) => [
      batch(day * 200_000, 20n, day === 2 ? doubted : quiet),
      batch(day * 200_000 + 100_000, 20n, quiet),
    ]);
    const { even, risk } = outcomes(cases.map((one) => ({ ...one, l1BaseFee: 15n * GWEI })));
    expect(risk.provenBatches).to.equal(1);
    expect(risk.total < even.total).to.equal(true);
  });
});
