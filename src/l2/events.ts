// The events of an L2 transaction: what a token's and the bridge's contract would log if they ran there. A pure function of the
// transaction and its batch.

import { id } from "ethers";
import { type Hex, NOTHING_ADDRESS } from "../chain/types.ts";
import { BRIDGE_PREDEPLOY, flagsOf, toAddress } from "../model/index.ts";
import type { L2Transaction } from "./types.ts";

export interface L2Event {
  readonly address: Hex;
  readonly topics: readonly Hex[];
  readonly data: Hex;
}

export const BRIDGE_ADDRESS: Hex = toAddress(BRIDGE_PREDEPLOY);

/** First topics of the three events there are. */
export const EVENT_TOPICS = {
  transfer: id("Transfer(address,address,uint256)"),
  deposit: id("Deposit(address,address,address,uint256,uint256)"),
  withdrawal: id("Withdrawal(address,address,address,uint256,uint256,uint256)"),
} as const;

type Outcome = Pick<L2Transaction, "kind" | "exit"> & { readonly status: string };

/** Names of the events of a transaction, in order. */
function eventNames({ kind, status, exit }: Outcome): readonly (keyof typeof EVENT_TOPICS)[] {
  if (status !== "executed") return [];
  const { token, debit } = flagsOf(kind);
  // A deposit that found the tree full left again at once: nobody on L2 ever had it.
  const moves = token && (debit || exit === undefined);
  return [
    ...(debit ? [] : ["deposit" as const]),
    ...(moves ? ["transfer" as const] : []),
    ...(exit === undefined ? [] : ["withdrawal" as const]),
  ];
}

/** How many events a transaction has. */
export function eventCount(outcome: Outcome): number {
  return eventNames(outcome).length;
}

/** In order. `batch` is the number of the transaction's batch. */
export function eventsOf(
  transaction: Pick<L2Transaction, "from" | "recipient" | "token" | "amount" | "item"> & Outcome,
  batch: bigint,
): readonly L2Event[] {
  const { kind, from, recipient, token, amount, exit, item } = transaction;
  const { debit, credit } = flagsOf(kind);
  return eventNames(transaction).map((name) => {
    if (name === "transfer") {
      const [source, target] = [debit ? from : NOTHING_ADDRESS, credit ? recipient : NOTHING_ADDRESS];
      const topics = [EVENT_TOPICS.transfer, wordOf(source), wordOf(target)];
      return { address: token, topics, data: encode(amount) };
    }
    const topics = [EVENT_TOPICS[name], wordOf(token), wordOf(from), wordOf(recipient)];
    const data = name === "deposit" ? encode(amount, item ?? 0n) : encode(amount, batch, exit ?? 0n);
    return { address: BRIDGE_ADDRESS, topics, data };
  });
}

function wordOf(address: Hex): Hex {
  return `0x${"0".repeat(24)}${address.slice(2)}`;
}

/** By hand: whoever searches logs waits for this. */
function encode(...numbers: readonly bigint[]): Hex {
  return `0x${numbers.map((number) => number.toString(16).padStart(64, "0")).join("")}`;
}
