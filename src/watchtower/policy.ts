// What a watchtower may do and with what, and what it says of each batch.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import type { ProveOptions } from "../node/prover.ts";
import type { Prover } from "../node/segment-run.ts";
import type { Action } from "./table.ts";
import type { WatchAct } from "./upkeep.ts";
import type { Verdict } from "./verdict.ts";

export interface WatchPolicy {
  /** Proves; without it the watchtower can only challenge, time out and alert. */
  readonly prover?: Prover;
  /** Sends; without it the watchtower only alerts. */
  readonly signer?: Signer;
  /** Who sends what is for this purpose, and about that; default: the signer. Limits are set here. */
  readonly signerFor?: (purpose: WatchAct, about: string) => Signer;
  /** Resolves when it is this watchtower's turn to send something about a batch; others may have theirs first. */
  readonly turn?: (id: Hex) => Promise<void>;
  /** Told what was judged and is to be done, before it is done: a proof takes its time. */
  readonly onJudged?: (reports: readonly WatchReport[]) => void;
  /** What it may do; default: refute, challenge, answer, timeout, refund. */
  readonly may?: readonly WatchAct[];
  /** How often it looks at L1 while it waits for a proof or a transaction; default 5000. */
  readonly lookMs?: number;
  /** Longest that a proof may take before it counts as failed; default: `longestProof`. */
  readonly proofMs?: number;
  /** Longest that a transaction of its own is waited for; default: `longestSend`. */
  readonly sendMs?: number;
  /** How often what L1 does not take is sent again; never if left out. For a signer that replaces what is stuck. */
  readonly resendMs?: number;
  /** Seconds that others, sequencers first of all, have for making a batch final before it does; default 0. */
  readonly finalizeAfter?: bigint;
  /** Blocks of L1 for which a freeze must have been possible; default 0. */
  readonly confirmations?: number;
  /** A pool to share the machine with other provers; a round makes one proof at most in any case. */
  readonly prove?: ProveOptions;
}

/** What the watchtower saw, decided and did about one batch. */
export interface WatchReport {
  readonly number: bigint;
  readonly id: Hex;
  readonly verdict: Verdict;
  readonly action: Action;
  /** The batch is final. */
  readonly final?: true;
  /** L1 has accepted a proof of the segment that is wrong: the transaction that brought it. */
  readonly proven?: Hex;
  /** Segment that the action is about. */
  readonly segment?: number;
  readonly receipt?: Receipt;
  /** The action failed; the next round looks at the situation anew. */
  readonly error?: unknown;
  /** The table's first choice, which failed for want of a proof: `action` is what it says without that. */
  readonly insteadOf?: { readonly action: Action; readonly error: unknown };
  /** The action waits for a later round: this one has made its proof already, or time stands still. */
  readonly deferred?: true;
  /** Its proof is ready. */
  readonly ready?: true;
  /** The batch left the chain while its proof was made, so that the proof was given up. */
  readonly dropped?: true;
}
