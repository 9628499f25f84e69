// The transition function (protocol §5). It is total: every record of a known kind has one result, and
// nothing is read but the state and the record's words.

import { fail } from "../errors.ts";
import type { Exit } from "./exits.ts";
import { flagsOf, isKind, Kind, type RecordWords, type SegmentWords } from "./records.ts";
import type { State } from "./state.ts";
import type { IndexedTree, Leaf, Lookup, Value } from "./tree.ts";

/** Skipped: nothing changed. Failed: authorised, but only nonce and fee were taken. */
export type Status = "executed" | "failed" | "skipped";

export type SkipReason =
  /** No such record, or a void one. */
  | "nothing"
  /** The sender is 0. */
  | "no sender"
  | "sender absent"
  | "wrong nonce"
  /** The balance is below the fee. */
  | "fee not covered";

export type FailReason =
  /** The balance, less the fee, is below the amount. */
  | "balance too low"
  /** The recipient needs a new leaf and there is none. */
  | "tree full";

export type Reason = SkipReason | FailReason;

export interface Receipt {
  readonly status: Status;
  /** Why it was not executed. */
  readonly reason?: Reason;
  /** Fee taken: of a signed record that was executed or failed. */
  readonly fee: bigint;
  /** The exit that was appended, with its index in the batch's exit tree. */
  readonly exit?: Exit & { readonly index: number };
}

/**
 * Places in the state that a record touches, always in this order. `A`: the sender's account. `B`: the sender's
 * token record. `C`: what the recipient is paid on, or the leaf that covers its absent key.
 */
export type SlotName = "A" | "B" | "C";

/** Watches a record run. */
export interface Observer {
  /** A slot was looked up: the slots before it are updated, it is not. */
  slot(name: SlotName, key: bigint, lookup: Lookup): void;
  /** `index` of a tree is being filled. The siblings of its path are those that the new leaf gets. */
  append(tree: "state" | "exits", index: number): void;
}

const UNOBSERVED: Observer = { slot: () => {}, append: () => {} };

export interface SegmentResult {
  readonly checkpoint: bigint;
  readonly receipts: readonly Receipt[];
}

/** Applies a segment to `state` in place. */
export function applySegment(state: State, { first, records }: SegmentWords): SegmentResult {
  if (first) state.startBatch();
  const receipts = records.map((words) => applyRecord(state, words));
  return { checkpoint: state.checkpoint(), receipts };
}

/** Applies a record to `state` in place. */
export function applyRecord(state: State, words: RecordWords, observer: Observer = UNOBSERVED): Receipt {
  if (!isKind(words.kind)) fail("UNKNOWN_KIND", { kind: words.kind });
  if (words.kind === Kind.nothing) return skipped("nothing");

  const { token, signed } = flagsOf(words.kind);
  const keys = keysOf(state, words);
  const verdict = judge(state, words, keys);
  const moved = verdict.status === "executed" ? words.amount : 0n;

  if (keys.A !== undefined) {
    const paid = verdict.fee + (token ? 0n : moved);
    const used = signed && verdict.status !== "skipped" ? 1n : 0n;
    update(state, "A", keys.A, ({ lo, hi }) => ({ lo: lo - paid, hi: hi + used }), observer);
    state.fees += verdict.fee;
  }
  if (keys.B !== undefined) {
    update(state, "B", keys.B, ({ lo, hi }) => ({ lo: lo - moved, hi }), observer);
  }
  const credited = keys.C !== undefined && credit(state, keys.C, moved, observer);
  if (credited || moved === 0n) return verdict;

  const exit = { token: words.token, recipient: words.recipient, amount: moved };
  observer.append("exits", state.exits.count);
  return { ...verdict, exit: { ...exit, index: state.exits.append(exit) } };
}

/** Keys of the slots that a record reads; the others are undefined (rule 1). */
type SlotKeys = Readonly<Record<SlotName, bigint | undefined>>;

function keysOf(state: State, { kind, sender, recipient, token: address }: RecordWords): SlotKeys {
  const { token, debit, credit, signed } = flagsOf(kind);
  const recipientKey = () => (token ? state.tokenKey(address, recipient) : state.accountKey(recipient));
  return {
    A: debit && (signed || !token) ? state.accountKey(sender) : undefined,
    B: debit && token ? state.tokenKey(address, sender) : undefined,
    C: credit ? recipientKey() : undefined,
  };
}

/** Decides status and fee from the state before the record; changes nothing (rules 2 to 5). */
function judge({ tree }: State, words: RecordWords, keys: SlotKeys): Receipt {
  const { token, debit, signed } = flagsOf(words.kind);
  if (!debit) return { status: "executed", fee: 0n };
  if (words.sender === 0n) return skipped("no sender");

  const account = keys.A === undefined ? undefined : present(tree, keys.A);
  if (signed) {
    if (account === undefined) return skipped("sender absent");
    if (words.nonce !== account.hi) return skipped("wrong nonce");
    if (account.lo < words.fee) return skipped("fee not covered");
  }
  const fee = signed ? words.fee : 0n;

  const purse = token && keys.B !== undefined ? present(tree, keys.B) : account;
  const available = (purse?.lo ?? 0n) - (token ? 0n : fee);
  if (available < words.amount) return { status: "failed", reason: "balance too low", fee };

  // Whether the recipient's record is present may be asked before the sender is debited, as no update changes
  // it. Its balance may not: in a self-transfer that would depend on the outcome.
  const needsLeaf = words.amount > 0n && keys.C !== undefined && present(tree, keys.C) === undefined;
  if (needsLeaf && tree.full) return { status: "failed", reason: "tree full", fee };
  return { status: "executed", fee };
}

/** Pays the recipient. False if its record is absent and the tree is full: then nothing changed. */
function credit({ tree }: State, key: bigint, amount: bigint, observer: Observer): boolean {
  const lookup = tree.lookup(key);
  observer.slot("C", key, lookup);
  if (amount === 0n) return true;
  if (lookup.found) {
    const { lo, hi } = lookup.leaf;
    tree.set(lookup.index, { lo: bounded(key, lo + amount), hi });
    return true;
  }
  if (tree.full) return false;
  tree.insert(key, { lo: bounded(key, amount), hi: 0n });
  observer.append("state", tree.count - 1);
  return true;
}

/** Shows a slot to the observer, then changes its value. An absent key stays absent. */
function update(
  { tree }: State,
  name: SlotName,
  key: bigint,
  change: (value: Value) => Value,
  observer: Observer,
): void {
  const lookup = tree.lookup(key);
  observer.slot(name, key, lookup);
  if (!lookup.found) return;
  const { lo, hi } = change(lookup.leaf);
  if (lo !== lookup.leaf.lo || hi !== lookup.leaf.hi) tree.set(lookup.index, { lo, hi });
}

function present(tree: IndexedTree, key: bigint): Leaf | undefined {
  const { found, leaf } = tree.lookup(key);
  return found ? leaf : undefined;
}

// INVARIANT: no balance reaches 2^128, as the bridge keeps its custody of each asset below that.
function bounded(key: bigint, balance: bigint): bigint {
  return balance >> 128n === 0n ? balance : fail("BALANCE_OVERFLOW", { key, balance });
}

function skipped(reason: SkipReason): Receipt {
  return { status: "skipped", reason, fee: 0n };
}
