// The watchtower's table, over every situation there is.

import { expect } from "chai";
import { type Action, decide, type Situation } from "../../src/node/watch-table.ts";

const ACTIONS: readonly Action[] = ["refute", "challenge", "answer", "timeout", "finalize"];

function* situations(): Generator<Situation> {
  for (const life of ["pending", "final", "dead"] as const)
    for (const verdict of ["valid", "invalid", "cannot-tell"] as const)
      for (const reason of verdict === "cannot-tell" ? REASONS : [undefined])
        for (const challenge of ["none", "open", "expired"] as const)
          for (const proven of [false, true])
            for (const window of ["open", "closed"] as const)
              for (const finalizable of [false, true])
                for (let mask = 0; mask < 2 ** ACTIONS.length; mask++) {
                  const can = new Set(ACTIONS.filter((_, i) => (mask >> i) & 1));
                  const why = reason === undefined ? {} : { reason };
                  yield { life, verdict, ...why, challenge, proven, window, finalizable, can };
                }
}

const REASONS = [
  "l1-unavailable",
  "l1-data-missing",
  "l1-inconsistent",
  "l1-reorg",
  "ancestor-invalid",
  "internal-error",
] as const;

describe("watchtower table", () => {
  const all = [...situations()].map((situation) => ({ situation, action: decide(situation) }));
  const where = (fits: (situation: Situation) => boolean) => all.filter(({ situation }) => fits(situation));
  const actionsOf = (rows: typeof all) => [...new Set(rows.map(({ action }) => action))].sort();

  it("never disputes a valid batch", () => {
    const actions = actionsOf(where(({ verdict }) => verdict === "valid"));
    expect(actions).to.deep.equal(["alert", "answer", "finalize", "none"]);
  });

  it("never defends or finalizes an invalid batch", () => {
    const actions = actionsOf(where(({ verdict }) => verdict === "invalid"));
    expect(actions).to.deep.equal(["alert", "challenge", "none", "refute", "timeout"]);
  });

  it("does nothing on L1 when it cannot tell, and says so", () => {
    const rows = where(({ verdict, reason }) => verdict === "cannot-tell" && reason !== "ancestor-invalid");
    expect(actionsOf(rows.filter(({ situation }) => situation.life !== "dead"))).to.deep.equal(["alert"]);
    expect(actionsOf(where(({ verdict }) => verdict === "cannot-tell"))).to.deep.equal(["alert", "none"]);
  });

  it("does only what it can", () => {
    for (const { situation, action } of all) {
      if (action !== "none" && action !== "alert") expect(situation.can.has(action)).to.equal(true);
    }
  });

  it("leaves dead batches alone, and touches no final one", () => {
    expect(actionsOf(where(({ life }) => life === "dead"))).to.deep.equal(["none"]);
    const final = where(({ life, verdict }) => life === "final" && verdict !== "cannot-tell");
    expect(actionsOf(final)).to.deep.equal(["alert", "none"]);
  });

  it("is never silent about a pending invalid batch that nobody disputes", () => {
    const rows = where(
      ({ life, verdict, challenge }) => life === "pending" && verdict === "invalid" && challenge === "none",
    );
    expect(actionsOf(rows)).to.deep.equal(["alert", "challenge", "refute"]);
  });

  it("refutes whenever it can, unless a timeout will do", () => {
    const rows = where(
      ({ life, verdict, can }) => life === "pending" && verdict === "invalid" && can.has("refute"),
    );
    const [certain, others] = [true, false].map((its) =>
      rows.filter(({ situation: { challenge, proven, can } }) => {
        return its === (challenge === "expired" && !proven && can.has("timeout"));
      }),
    ) as [typeof rows, typeof rows];
    expect(actionsOf(certain)).to.deep.equal(["timeout"]);
    expect(actionsOf(others)).to.deep.equal(["refute"]);
  });

  it("still disputes an invalid batch, or waits for its challenge, when the proof fails", () => {
    const rows = where(
      ({ life, verdict, proven, window, can }) =>
        life === "pending" &&
        verdict === "invalid" &&
        !proven &&
        window === "open" &&
        can.has("challenge") &&
        can.has("timeout") &&
        !can.has("refute"),
    );
    for (const { situation, action } of rows) {
      expect(action).to.equal(
        ({ none: "challenge", open: "none", expired: "timeout" } as const)[situation.challenge],
      );
    }
  });

  it("is never silent about a challenge of a valid batch", () => {
    const rows = where(
      ({ life, verdict, challenge }) => life === "pending" && verdict === "valid" && challenge !== "none",
    );
    expect(actionsOf(rows)).to.deep.equal(["alert", "answer"]);
  });
});
