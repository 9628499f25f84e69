// The watchtower's table, over every situation there is.

import { expect } from "chai";
import { type Action, decide, type Situation } from "../../src/watchtower/table.ts";

const ACTIONS: readonly Action[] = ["refute", "challenge", "answer", "timeout", "finalize"];

function* situations(): Generator<Situation> {
  for (const life of ["pending", "final", "dead"] as const)
    for (const verdict of ["valid", "invalid", "cannot-tell"] as const)
      for (const reason of verdict === "cannot-tell" ? REASONS : [undefined])
        for (const challenge of ["none", "open", "expired"] as const)
          for (const proven of [false, true])
            for (const window of ["open", "closed"] as const)
              for (const haste of [false, true])
                for (const finalizable of [false, true])
                  for (const why of whyOf(reason))
                    for (const can of ABILITIES)
                      yield { life, verdict, ...why, challenge, proven, window, haste, finalizable, can };
}

function whyOf(reason: Situation["reason"]): Pick<Situation, "reason" | "ancestor">[] {
  if (reason === undefined) return [{}];
  if (reason !== "ancestor-invalid") return [{ reason }];
  return (["pending", "final", "dead"] as const).map((ancestor) => ({ reason, ancestor }));
}

const ABILITIES = Array.from(
  { length: 2 ** ACTIONS.length },
  (_, mask): ReadonlySet<Action> => new Set(ACTIONS.filter((_its, i) => (mask >> i) & 1)),
);

const REASONS = [
  "l1-unavailable",
  "l1-data-missing",
  "l1-inconsistent",
  "l1-reorg",
  "l1-disagrees",
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

  it("is never silent about what stands on a wrong batch that is final", () => {
    const rows = where(({ life, ancestor }) => life !== "dead" && ancestor === "final");
    expect(actionsOf(rows)).to.deep.equal(["alert"]);
    expect(actionsOf(where(({ ancestor }) => ancestor === "pending"))).to.deep.equal(["none"]);
  });

  /** A challenge that is possible, and that a proof may come too late for. */
  const mustHurry = ({ challenge, proven, window, haste, can }: Situation) =>
    challenge === "none" && !proven && window === "open" && haste && can.has("challenge");

  it("challenges before it refutes when a proof may come too late, and refutes after that", () => {
    const rows = where(
      (its) => its.life === "pending" && its.verdict === "invalid" && its.can.has("refute") && mustHurry(its),
    );
    expect(actionsOf(rows)).to.deep.equal(["challenge"]);
    for (const { situation } of rows) {
      expect(decide({ ...situation, challenge: "open" })).to.equal("refute");
      expect(decide({ ...situation, haste: false })).to.equal("refute");
      const can = new Set([...situation.can].filter((its) => its !== "challenge"));
      expect(decide({ ...situation, can })).to.equal("refute");
    }
  });

  it("refutes whenever it can, unless a timeout will do or a challenge must hurry", () => {
    const rows = where(
      ({ life, verdict, can }) => life === "pending" && verdict === "invalid" && can.has("refute"),
    ).filter(({ situation }) => !mustHurry(situation));
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
