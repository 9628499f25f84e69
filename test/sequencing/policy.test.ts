// When segments are sealed and batches closed: to the millisecond.

import { expect } from "chai";
import { type Policy, shouldClose, shouldSeal } from "../../src/sequencing/policy.ts";

const POLICY: Policy = { segmentMs: 1_000, batchMs: 30_000, patienceMs: 600_000 };
const NOW = 1_000_000;

describe("sealing policy", () => {
  const seals = (waiting: Partial<Parameters<typeof shouldSeal>[0]>) =>
    shouldSeal({ count: 0, since: NOW, items: 0, open: false, ...waiting }, 4, NOW, POLICY);

  it("seals a full segment at once", () => {
    expect(seals({ count: 4 })).to.equal(true);
    expect(seals({ count: 3 })).to.equal(false);
  });

  it("seals what has waited long enough, and not a millisecond before", () => {
    expect(seals({ count: 1, since: NOW - 1_000 })).to.equal(true);
    expect(seals({ count: 1, since: NOW - 999 })).to.equal(false);
  });

  it("begins a batch for L1's queue items, and lets them wait for the next one if a batch is open", () => {
    expect(seals({ items: 1 })).to.equal(true);
    expect(seals({ items: 1, open: true })).to.equal(false);
  });

  it("seals nothing when nothing waits", () => {
    expect(seals({})).to.equal(false);
    expect(seals({ open: true })).to.equal(false);
  });
});

describe("closing policy", () => {
  const closes = (age: number, l1BaseFee = 0n, policy: Partial<Policy> = {}, pressed = false) =>
    shouldClose({ startedAt: NOW - age, pressed }, l1BaseFee, NOW, { ...POLICY, ...policy });

  it("closes a batch at its age, whatever L1 costs, if no price is named", () => {
    expect(closes(29_999)).to.equal(false);
    expect(closes(30_000, 10n ** 12n)).to.equal(true);
  });

  it("waits while L1 costs more than the price, up to its patience", () => {
    const dear = { maxL1BaseFee: 30n };
    expect(closes(30_000, 31n, dear)).to.equal(false);
    expect(closes(30_000, 30n, dear)).to.equal(true);
    expect(closes(599_999, 31n, dear)).to.equal(false);
    expect(closes(600_000, 31n, dear)).to.equal(true);
  });

  it("closes at once when a queue item that is left out falls due", () => {
    expect(closes(0, 31n, { maxL1BaseFee: 30n }, true)).to.equal(true);
  });

  it("never closes earlier than the age, however little patience there is", () => {
    expect(closes(29_999, 0n, { patienceMs: 0 })).to.equal(false);
  });
});
