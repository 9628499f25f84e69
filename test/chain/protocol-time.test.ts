// The protocol's clock: never back, never a jump, standing still in exactly the seconds of its pauses.

import { expect } from "chai";
import fc from "fast-check";
import { type Pause, pauseAt, skewOf, timeAt, wallOf } from "../../src/chain/protocol-time.ts";

const PAUSES: readonly Pause[] = [
  { from: 100n, until: 130n },
  { from: 200n, until: 200n },
  { from: 300n, until: 350n },
];

describe("protocol time", () => {
  it("is wall time until the first pause", () => {
    expect([timeAt([], 7n), timeAt(PAUSES, 99n), wallOf(PAUSES, 99n)]).to.deep.equal([7n, 99n, 99n]);
  });

  it("stands still in a pause and goes on where it stopped", () => {
    expect([100n, 129n, 130n, 131n].map((wall) => timeAt(PAUSES, wall))).to.deep.equal([
      100n,
      100n,
      100n,
      101n,
    ]);
    expect([99n, 100n, 129n, 130n].map((wall) => pauseAt(PAUSES, wall) !== undefined)).to.deep.equal([
      false,
      true,
      true,
      false,
    ]);
  });

  it("counts what is still to come of a running pause into the skew only", () => {
    expect(skewOf(PAUSES)).to.equal(80n);
    expect(timeAt(PAUSES, 310n)).to.equal(270n);
    expect(timeAt(PAUSES, 400n)).to.equal(400n - 80n);
  });

  it("gives for a wall time the first second in which time runs and has come", () => {
    expect([100n, 101n, 270n, 271n].map((time) => wallOf(PAUSES, time))).to.deep.equal([
      130n,
      131n,
      350n,
      351n,
    ]);
  });

  it("is monotone and continuous, and wall times lead back, over any pauses", () => {
    const lengths = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 0, max: 50 })));
    fc.assert(
      fc.property(lengths, (pairs) => {
        let wall = 0n;
        const pauses = pairs.map(([gap, length]): Pause => {
          const from = wall + BigInt(gap);
          wall = from + BigInt(length);
          return { from, until: wall };
        });
        for (let at = 0n; at < wall + 5n; at++) {
          const step = timeAt(pauses, at + 1n) - timeAt(pauses, at);
          expect(step).to.equal(pauseAt(pauses, at) === undefined ? 1n : 0n);
          const back = wallOf(pauses, timeAt(pauses, at));
          expect(timeAt(pauses, back)).to.equal(timeAt(pauses, at));
          expect(pauseAt(pauses, back)).to.equal(undefined);
        }
        expect(timeAt(pauses, wall)).to.equal(wall - skewOf(pauses));
      }),
      { numRuns: 50 },
    );
  });
});
