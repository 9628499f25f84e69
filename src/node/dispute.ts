// Disputes as people see them: what is open, who may act until when, what it pays; and the calls without a proof.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { ChallengeOutcome, Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";

export interface DisputeStatus {
  readonly number: bigint;
  readonly id: Hex;
  readonly segment: number;
  readonly challenger: Hex;
  readonly bond: bigint;
  readonly deadline: bigint;
  readonly outcome: ChallengeOutcome;
  /** What may be done now, by whom, until when, and what it pays. */
  readonly moves: readonly Move[];
}

export interface Move {
  readonly move: "answer" | "refute" | "timeout" | "refund";
  readonly by: "anyone with a proof" | "anyone";
  /** Unix seconds; absent: no deadline. */
  readonly until?: bigint;
  readonly paysTo: "prover" | "challenger";
  readonly amount: bigint;
}

export declare function disputes(
  node: Node,
  options?: { readonly closed?: boolean },
): Promise<readonly DisputeStatus[]>;

/**
 * Challenges a segment. Unless `unchecked`, refuses (NOT_FIRST_WRONG) every segment that is not the first wrong one:
 * others may be provable, and then the bond is lost.
 */
export declare function challenge(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
  options?: { readonly unchecked?: boolean },
): Promise<Receipt & { readonly deadline: bigint; readonly bond: bigint }>;
export declare function timeout(node: Node, signer: Signer, id: Hex, segment: number): Promise<Receipt>;
export declare function refundBatch(node: Node, signer: Signer, id: Hex): Promise<Receipt>;
export declare function refundChallenge(
  node: Node,
  signer: Signer,
  id: Hex,
  segment: number,
): Promise<Receipt>;
export declare function finalize(node: Node, signer: Signer, id: Hex): Promise<Receipt>;
/** Finalizes batch after batch until one may not be. */
export declare function finalizeAll(node: Node, signer: Signer): Promise<readonly Receipt[]>;
