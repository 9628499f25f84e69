// What a watchtower does in which situation, as a table: the first row that fits decides.

import type { CannotTell, Verdict } from "./verdict.ts";

export type Action =
  | "none"
  /** Tell a person: something is wrong that this watchtower cannot, or may not, put right. */
  | "alert"
  /** Prove the first wrong segment wrong. */
  | "refute"
  /** Post a bond on the first wrong segment. */
  | "challenge"
  /** Prove a challenged segment of a valid batch; it pays. */
  | "answer"
  /** End a challenge of a wrong segment that nobody answered in time. */
  | "timeout"
  | "finalize";

export interface Situation {
  readonly life: "pending" | "final" | "dead";
  readonly verdict: Verdict["kind"];
  /** Set exactly if the verdict is cannot-tell. */
  readonly reason?: CannotTell;
  /** What became of the wrong batch below; set exactly if the reason is ancestor-invalid. */
  readonly ancestor?: "pending" | "final" | "dead";
  /** Of the segment in question: the first wrong one, or a challenged one of a valid batch. */
  readonly challenge: "none" | "open" | "expired";
  /** Whether that segment was accepted as proven. */
  readonly proven: boolean;
  /** Whether challenges of the batch are still taken. */
  readonly window: "open" | "closed";
  /** Whether a proof that is begun now may come after the window. */
  readonly haste: boolean;
  /** Whether L1 would make the batch final now. */
  readonly finalizable: boolean;
  /** What this watchtower is able and allowed to do. */
  readonly can: ReadonlySet<Action>;
}

interface Row {
  readonly when: Partial<Omit<Situation, "can">>;
  readonly can?: Action;
  readonly action: Action;
}

export const TABLE: readonly Row[] = [
  { when: { life: "dead" }, action: "none" },
  // Too late: nothing takes the ancestor back.
  { when: { verdict: "cannot-tell", reason: "ancestor-invalid", ancestor: "final" }, action: "alert" },
  // Its ancestor is disputed; it goes with it.
  { when: { verdict: "cannot-tell", reason: "ancestor-invalid" }, action: "none" },
  { when: { verdict: "cannot-tell" }, action: "alert" },

  // Too late: an invariant is broken.
  { when: { verdict: "invalid", life: "final" }, action: "alert" },
  // Cheap and certain, where a proof may fail.
  {
    when: { verdict: "invalid", challenge: "expired", proven: false },
    can: "timeout",
    action: "timeout",
  },
  // A challenge holds the batch back however long the proof takes; the proof ends both, and the bond comes back.
  {
    when: { verdict: "invalid", challenge: "none", proven: false, window: "open", haste: true },
    can: "challenge",
    action: "challenge",
  },
  { when: { verdict: "invalid" }, can: "refute", action: "refute" },
  // L1 took a proof of what we computed to be wrong: model and circuit differ, or the verifier is broken.
  { when: { verdict: "invalid", proven: true }, action: "alert" },
  { when: { verdict: "invalid", challenge: "open" }, action: "none" },
  { when: { verdict: "invalid", challenge: "none", window: "open" }, can: "challenge", action: "challenge" },
  { when: { verdict: "invalid" }, action: "alert" },

  { when: { verdict: "valid", life: "final" }, action: "none" },
  // Proofs have no deadline: an answer counts until somebody calls the timeout.
  { when: { verdict: "valid", challenge: "open" }, can: "answer", action: "answer" },
  { when: { verdict: "valid", challenge: "expired" }, can: "answer", action: "answer" },
  { when: { verdict: "valid", challenge: "open" }, action: "alert" },
  { when: { verdict: "valid", challenge: "expired" }, action: "alert" },
  { when: { verdict: "valid", finalizable: true }, can: "finalize", action: "finalize" },
  { when: { verdict: "valid" }, action: "none" },
];

export function decide(situation: Situation): Action {
  const row = TABLE.find(
    ({ when, can }) =>
      Object.entries(when).every(([fact, value]) => situation[fact as keyof Situation] === value) &&
      (can === undefined || situation.can.has(can)),
  );
  // A situation that nobody thought of is one for a person.
  return row?.action ?? "alert";
}
