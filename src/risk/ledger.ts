// Balances and ages of accounts as the batches so far left them, and the way back when batches are rolled back.

import { NOTHING_ADDRESS, type Hex } from "../chain/types.ts";
import { flagsOf } from "../model/index.ts";
import type { RecordFacts } from "./facts.ts";

export interface Account {
  /** ETH, in wei. */
  readonly balance: bigint;
  /** The batch, counted from 0, that it first had a part in. */
  readonly since: number;
}

/** How a record moves ETH. */
export interface Movement {
  readonly debited: bigint;
  readonly credited: bigint;
  readonly leaves: bigint;
  readonly enters: bigint;
}

interface Undo {
  readonly number: bigint;
  readonly custody: bigint;
  readonly accounts: Map<Hex, Account | undefined>;
}

export class Ledger {
  readonly #accounts = new Map<Hex, Account>();
  /** One a batch that may still be rolled back, oldest first. */
  readonly #undo: Undo[] = [];
  #custody = 0n;

  /** ETH on L2. */
  get custody(): bigint {
    return this.#custody;
  }

  account(address: Hex): Account | undefined {
    return this.#accounts.get(address);
  }

  /** Begins a batch: what follows can be taken back together. */
  begin(number: bigint): void {
    this.#undo.push({ number, custody: this.#custody, accounts: new Map() });
  }

  /** Takes back that batch and all after it. */
  rollBack(number: bigint): void {
    for (
      let last = this.#undo.at(-1);
      last !== undefined && last.number >= number;
      last = this.#undo.at(-1)
    ) {
      for (const [address, before] of last.accounts) {
        if (before === undefined) this.#accounts.delete(address);
        else this.#accounts.set(address, before);
      }
      this.#custody = last.custody;
      this.#undo.pop();
    }
  }

  /** Final batches are not rolled back. */
  settle(finalized: bigint): void {
    while ((this.#undo[0]?.number ?? finalized + 1n) <= finalized) this.#undo.shift();
  }

  /** Moves what the record moves, and remembers who took part. */
  apply(record: RecordFacts, batch: number): void {
    const { sender, recipient } = record;
    const { debited, credited, leaves, enters } = movementOf(record);
    const { debit, credit } = flagsOf(record.kind);
    if (debit && record.status !== "skipped") this.#touch(sender, -debited, batch);
    if (credit && record.status === "executed") this.#touch(recipient, credited, batch);
    this.#custody += enters - leaves;
  }

  #touch(address: Hex, change: bigint, batch: number): void {
    const before = this.#accounts.get(address);
    const undo = this.#undo.at(-1)?.accounts;
    if (undo !== undefined && !undo.has(address)) undo.set(address, before);
    const balance = (before?.balance ?? 0n) + change;
    this.#accounts.set(address, { balance: balance < 0n ? 0n : balance, since: before?.since ?? batch });
  }
}

/** Fees stay in custody until they are paid out on L1, which is not followed here. */
export function movementOf({ kind, status, token, amount, fee }: RecordFacts): Movement {
  const { debit, credit } = flagsOf(kind);
  const moved = status === "executed" && token === NOTHING_ADDRESS ? amount : 0n;
  return {
    debited: debit ? moved + fee : 0n,
    credited: credit ? moved : 0n,
    leaves: debit && !credit ? moved : 0n,
    enters: credit && !debit ? moved : 0n,
  };
}
