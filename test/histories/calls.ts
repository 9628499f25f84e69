// The calls that histories consist of, as plain data: the same list goes to the contracts and to the model.

export const ACTORS = [
  "primary",
  "second",
  "liar",
  "challenger",
  "griefer",
  "prover",
  "alice",
  "bob",
  "guardian",
] as const;
export type Actor = (typeof ACTORS)[number];

/** Who ever puts up a bond. */
export const BONDED = ["primary", "second", "liar", "challenger", "griefer", "prover"] as const;

/** Who deposits, forces transactions and owns balances of the second layer. */
export const USERS = ["alice", "bob"] as const;
export type User = (typeof USERS)[number];

export type Asset = "eth" | "token";

/** Batches by the order of their commits; 0 is genesis. */
export type Ordinal = number;

/** One signed transaction of the second layer, in a data segment of its own; without it the segment holds no record. */
export interface Payment {
  readonly kind: "transfer" | "withdraw";
  readonly asset: Asset;
  readonly from: User;
  readonly to: User;
  readonly amount: bigint;
}

export interface Lie {
  readonly segment: number;
  /** mint: a state with more ETH than there is; later segments go on from it. flip: a number without a state. */
  readonly how: "mint" | "flip";
}

export type CommitFlaw = "number" | "queueEnd" | "queueHash" | "commitment";
export type ProofFlaw = "beneficiary" | "garbage" | "opening";

export type Call =
  | {
      readonly kind: "commit";
      readonly parent: Ordinal;
      readonly items: number;
      readonly data: readonly (Payment | undefined)[];
      readonly lie?: Lie;
      readonly flaw?: CommitFlaw;
    }
  | { readonly kind: "finalize" | "freezeUnserved" | "refundBatch"; readonly batch: Ordinal }
  | { readonly kind: "openCheckpoint" | "openState"; readonly batch: Ordinal; readonly forged: boolean }
  | {
      readonly kind: "challenge";
      readonly batch: Ordinal;
      readonly segment: number;
      readonly tooLow: boolean;
      readonly wrongNumber: boolean;
    }
  | { readonly kind: "timeout" | "refundChallenge"; readonly batch: Ordinal; readonly segment: number }
  | {
      readonly kind: "proveValid" | "proveFraud" | "recordValid";
      readonly batch: Ordinal;
      readonly segment: number;
      readonly beneficiary: Actor;
      readonly flaw?: ProofFlaw;
    }
  /** With a verifier that is broken for this one statement, or with one that is not. */
  | {
      readonly kind: "contradict";
      readonly batch: Ordinal;
      readonly segment: number;
      readonly broken: boolean;
    }
  | { readonly kind: "depositBond"; readonly account: Actor | undefined; readonly amount: bigint }
  | { readonly kind: "withdrawBond"; readonly amount: bigint }
  | {
      readonly kind: "deposit";
      readonly asset: Asset;
      readonly to: User;
      readonly amount: bigint;
      readonly most: bigint;
    }
  | {
      readonly kind: "force";
      readonly what: "transfer" | "withdraw";
      readonly asset: Asset;
      readonly to: User;
      readonly amount: bigint;
      readonly most: bigint;
      readonly flaw?: "kind" | "token";
    }
  | {
      readonly kind: "claim";
      readonly batch: Ordinal;
      readonly index: number;
      readonly flaw?: "alias" | "amount" | "recipient";
    }
  | { readonly kind: "claimFees"; readonly amount: bigint }
  | { readonly kind: "escape"; readonly asset: Asset; readonly of: User; readonly flaw?: "amount" | "owner" }
  | { readonly kind: "payEscapes"; readonly asset: Asset; readonly accounts: readonly User[] }
  | { readonly kind: "reclaim"; readonly index: number; readonly forged: boolean }
  | { readonly kind: "pause"; readonly length: bigint }
  | { readonly kind: "resume" };

/** One call of a history: `wait` seconds of wall time after the call before it, at an L1 base fee. */
export interface Step {
  readonly from: Actor;
  readonly wait: bigint;
  readonly baseFee: bigint;
  readonly call: Call;
}
