// The watchtower: judges each batch from L1 data alone and acts by a declared table. Fails closed.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";
import type { ProveOptions } from "./prover.ts";
import type { SegmentProver } from "./proof-system.ts";

/** Why a batch could not be judged; nothing is disputed for any of these. */
export type CannotTell =
  | "l1-unavailable"
  | "l1-data-missing"
  | "l1-inconsistent"
  | "l1-reorg"
  | "ancestor-invalid"
  | "internal-error";

export type Verdict =
  | { readonly kind: "valid" }
  | { readonly kind: "invalid"; readonly segment: number; readonly claimed: Hex; readonly computed: Hex }
  | { readonly kind: "cannot-tell"; readonly reason: CannotTell; readonly cause?: unknown };

/** Judges one batch; never throws. */
export declare function judge(node: Node, id: Hex): Promise<Verdict>;

export type Action = "none" | "alert" | "refute" | "challenge" | "answer" | "timeout" | "finalize";

export interface WatchPolicy {
  /** Proves; without it the watchtower can challenge and alert. */
  readonly prover?: SegmentProver;
  /** Sends; without it the watchtower only alerts. */
  readonly signer?: Signer;
  /** Challenge wrong segments with a bond if they cannot be refuted; default true. */
  readonly challenge?: boolean;
  /** Answer challenges of valid segments (it pays); default true. */
  readonly answer?: boolean;
  /** Finalize batches that may be; default false. */
  readonly finalize?: boolean;
  readonly prove?: ProveOptions;
}

/** What the watchtower saw, decided and did about one batch. */
export interface WatchReport {
  readonly number: bigint;
  readonly id: Hex;
  readonly verdict: Verdict;
  readonly action: Action;
  /** Segment that the action is about. */
  readonly segment?: number;
  readonly receipt?: Receipt;
  /** The action failed; it is tried again on the next round. */
  readonly error?: unknown;
}

/** One round: sync, judge every live batch that is not final, act. Never throws. */
export declare function watchOnce(node: Node, policy: WatchPolicy): Promise<readonly WatchReport[]>;

export interface WatchOptions {
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  readonly onReport?: (report: WatchReport) => void;
}

/** Rounds until the signal aborts. */
export declare function watch(node: Node, policy: WatchPolicy, options?: WatchOptions): Promise<void>;
