// Everything L1 says at one block, as an immutable value.

import { AbiCoder, keccak256 } from "ethers";
import type { Parameters } from "./presets.ts";
import type { Pause } from "./protocol-time.ts";
import { finalFrom, primaryLiveUntil } from "./timing.ts";
import type {
  DelayedPayment,
  DerivedBatch,
  DerivedDispute,
  EscapedRecord,
  FreezeCause,
  Hex,
  L1Block,
  QueueEntry,
} from "./types.ts";

export interface View {
  readonly l1: L1Block;
  /** Protocol time at that block: what every deadline is compared with. */
  readonly time: bigint;
  /** Whether the protocol's clock stands still. */
  readonly paused: boolean;
  /** All pauses so far; `wallOf(pauses, time)` makes a wall time of a protocol time. */
  readonly pauses: readonly Pause[];
  /** Live batches by number; index 0 is genesis. */
  readonly live: readonly DerivedBatch[];
  /** Batches that were rolled back or dropped by a freeze, in the order in which they died. */
  readonly dead: readonly DerivedBatch[];
  readonly head: bigint;
  readonly finalized: bigint;
  readonly frozen: boolean;
  /** Set exactly if frozen. */
  readonly freeze?: FreezeCause;
  /** A batch of the primary's was refuted: it has no priority ever again. */
  readonly primarySlashed: boolean;
  readonly commitCounter: bigint;
  readonly queue: readonly QueueEntry[];
  /** By batch id; a batch without disputes has no entry. */
  readonly disputes: ReadonlyMap<Hex, DerivedDispute>;
  /** Numbers of final batches whose last checkpoint has been opened at the bridge. */
  readonly opened: ReadonlySet<bigint>;
  /** `exitName` of each exit that has been paid. */
  readonly claimed: ReadonlySet<string>;
  /** Payments that wait, by `exitPayment` or `feePayment`. */
  readonly delayed: ReadonlyMap<Hex, DelayedPayment>;
  readonly escape: EscapeView;
}

/** The way out of a frozen rollup. */
export interface EscapeView {
  /** State root of the last final batch, once opened. */
  readonly root?: Hex;
  /** By `recordName`. */
  readonly escaped: ReadonlyMap<string, EscapedRecord>;
  /** Indices of deposits that were returned. */
  readonly reclaimed: ReadonlySet<bigint>;
}

export function exitName(number: bigint, index: bigint): string {
  return `${number}:${index}`;
}

/** A balance, by its asset and owner. */
export function recordName(token: Hex, account: Hex): string {
  return `${token}:${account}`;
}

const abi = AbiCoder.defaultAbiCoder();

/** The bridge's name of an exit's payment. */
export function exitPayment(number: bigint, index: bigint): Hex {
  return keccak256(abi.encode(["uint64", "uint64"], [number, index]));
}

/** The bridge's name of a payment of fees. */
export function feePayment(recipient: Hex, amount: bigint): Hex {
  return keccak256(abi.encode(["string", "address", "uint128"], ["fees", recipient, amount]));
}

export const NO_DISPUTE: DerivedDispute = {
  proven: new Set(),
  proofs: new Map(),
  recorded: new Set(),
  challenges: [],
  refunded: false,
};

export function headOf({ live }: Pick<View, "live">): DerivedBatch {
  return live[live.length - 1] as DerivedBatch;
}

/** Live batches that are not final, in order. */
export function pendingOf({ live, finalized }: Pick<View, "live" | "finalized">): readonly DerivedBatch[] {
  return live.slice(Number(finalized) + 1);
}

export function disputeOf({ disputes }: Pick<View, "disputes">, id: Hex): DerivedDispute {
  return disputes.get(id) ?? NO_DISPUTE;
}

/** The batch that escapes and reclaims start from once the rollup is frozen. */
export function lastFinalOf({ live, finalized }: Pick<View, "live" | "finalized">): DerivedBatch {
  return live[Number(finalized)] as DerivedBatch;
}

/** First second of the protocol's clock in which `account` may commit; 0 or in the past: now. */
export function turnOf(view: View, account: Hex, parameters: Parameters): bigint {
  if (account.toLowerCase() === parameters.primary.toLowerCase()) return 0n;
  return primaryLiveUntil(headOf(view), view.primarySlashed, parameters);
}

/** When a batch after the last final one can be made final, its parent being final; undefined while a challenge is open. */
export function finalityOf(view: View, batch: DerivedBatch, parameters: Parameters): bigint | undefined {
  return finalFrom(batch, disputeOf(view, batch.id), parameters);
}
