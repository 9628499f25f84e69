// One pass over a batch's records: what each transaction looks like, and the sums that the batch's features are made of.

import { NOTHING_ADDRESS, type Hex } from "../chain/types.ts";
import { flagsOf } from "../model/index.ts";
import { ether, type RecordFacts } from "./facts.ts";
import { inOrder, TRANSACTION_FEATURE_NAMES, type TransactionFeature } from "./features.ts";
import type { Ledger } from "./ledger.ts";
import type { Usual } from "./usual.ts";

/** An account that appeared at most so many batches ago is young. */
const YOUNG_BATCHES = 3;
/** What leaves less than a twentieth empties. */
const EMPTIED = 0.95;
/** Amounts below are not worth telling apart, in ETH; prices, in wei. */
const DUST = 1e-4;
const LEAST_PRICE = 1;

export interface Scene {
  readonly ledger: Ledger;
  /** Of this batch, counted from 0. */
  readonly ordinal: number;
  readonly amounts: Usual;
  readonly prices: Usual;
}

export class Tally {
  moved = 0;
  exits = 0;
  largest = 0;
  payments = 0;
  strangers = 0;
  toYoung = 0;
  byYoung = 0;
  drained = 0;
  emptied = 0;
  refused = 0;
  refusedLargest = 0;
  disordered = 0;
  signed = 0;
  readonly prices: number[] = [];
  readonly bySender = new Map<Hex, number>();
  readonly payers = new Map<Hex, Set<Hex>>();
  readonly transactions: (readonly number[])[] = [];
  readonly custody: number;
  readonly #scene: Scene;
  readonly #emptiers = new Map<Hex, number>();

  constructor(scene: Scene) {
    this.#scene = scene;
    this.custody = Math.max(ether(scene.ledger.custody), DUST);
  }

  /** Looks at a record, and then lets it happen. */
  take(record: RecordFacts): void {
    const { ledger, ordinal } = this.#scene;
    this.transactions.push(inOrder(TRANSACTION_FEATURE_NAMES, this.#look(record)));
    ledger.apply(record, ordinal);
  }

  #look(record: RecordFacts): Readonly<Record<TransactionFeature, number>> {
    const { ledger, ordinal, amounts, prices } = this.#scene;
    const { kind, status, reason, sender, recipient, token, price } = record;
    const { debit, credit, signed } = flagsOf(kind);
    const isEther = token === NOTHING_ADDRESS;
    const amount = isEther ? ether(record.amount) : 0;
    const before = debit ? ledger.account(sender) : undefined;
    const balance = ether(before?.balance ?? 0n);
    const executed = status === "executed";
    const refused = executed ? 0 : 1;
    const disorder = reason === "wrong nonce" ? 1 : 0;
    const young = debit && before !== undefined && ordinal - before.since <= YOUNG_BATCHES;
    const known = credit ? ledger.account(recipient) : undefined;
    const stranger = credit && executed && known === undefined;
    const repeats = debit ? (this.bySender.get(sender) ?? 0) + 1 : 0;
    const spent = debit && executed && balance > 0 ? Math.min(amount / balance, 1) : 0;
    if (debit) this.bySender.set(sender, repeats);
    if (signed) this.signed++;
    if (signed && price > 0n) this.prices.push(Number(price));
    this.refused += refused;
    this.disordered += disorder;
    if (!executed) this.refusedLargest = Math.max(this.refusedLargest, amount);
    if (debit && executed) this.#count(record, amount, { young, stranger, spent, balance, known, credit });
    return {
      amount: isEther ? amounts.doublings(amount, DUST) : 0,
      share: executed ? Math.min(amount / this.custody, 1) : 0,
      spent,
      young: debit ? 1 / (1 + ordinal - (before?.since ?? ordinal)) : 0,
      stranger: stranger ? 1 : 0,
      exit: debit && !credit ? 1 : 0,
      refused,
      refusedValue: executed ? 0 : Math.min(amount / this.custody, 1),
      disorder,
      price: signed ? Math.abs(prices.doublings(Number(price), LEAST_PRICE)) : 0,
      repeats: Math.log2(Math.max(repeats, 1)),
      payers: Math.log2(1 + this.#emptiersOf(recipient) + this.#emptiersOf(sender)),
      forced: signed ? 0 : 1,
    };
  }

  #count(
    { sender, recipient }: RecordFacts,
    amount: number,
    its: {
      readonly young: boolean;
      readonly stranger: boolean;
      readonly spent: number;
      readonly balance: number;
      readonly known: { readonly since: number } | undefined;
      readonly credit: boolean;
    },
  ): void {
    const { ordinal } = this.#scene;
    const toYoung = its.credit && ordinal - (its.known?.since ?? ordinal) <= YOUNG_BATCHES;
    this.moved += amount;
    this.largest = Math.max(this.largest, amount);
    if (!its.credit) this.exits += amount;
    if (its.credit) this.payments++;
    if (its.stranger) this.strangers++;
    if (toYoung) this.toYoung += amount;
    if (its.young) this.byYoung += amount;
    if (!its.young && its.spent >= EMPTIED && its.balance > DUST) {
      this.drained += amount;
      this.emptied++;
      this.#emptiers.set(recipient, this.#emptiersOf(recipient) + 1);
    }
    if (!toYoung) return;
    const payers = this.payers.get(recipient) ?? new Set();
    this.payers.set(recipient, payers.add(sender));
  }

  #emptiersOf(address: Hex): number {
    return this.#emptiers.get(address) ?? 0;
  }
}
