// What a watchtower may spend: bonds at a time, the price of gas, and gas in a period. The budget is shared out by purpose, so that
// what can wait, or pays only others, never uses up what a refutation needs.

import { fail } from "../errors.ts";
import type { WatchAct } from "./upkeep.ts";

export interface Limits {
  /** Wei of its own bond in open challenges at a time; none if left out. */
  readonly maxBond?: bigint;
  /** Wei for a unit of gas, tip included; none if left out. */
  readonly maxGasPrice?: bigint;
  /** Wei for gas in a period; none if left out. */
  readonly gasBudget?: bigint;
  /** Default: a day. */
  readonly periodMs?: number;
}

export const DAY_MS = 86_400_000;

/** Of the budget, in percent, that may be spent in all when something of this purpose is sent. */
const SHARES: Readonly<Record<WatchAct, bigint>> = {
  none: 0n,
  alert: 0n,
  // Against wrong batches, and for people locked in: everything.
  refute: 100n,
  challenge: 100n,
  timeout: 100n,
  freeze: 100n,
  // Pays, but later: a mass challenge must not leave the next wrong batch unrefuted.
  answer: 70n,
  // Anybody can do it at any time.
  refund: 40n,
  finalize: 40n,
};

/** Throws LIMIT_REACHED if that much more gas would be too much for its purpose. `spent`: in this period. */
export function checkBudget({ gasBudget }: Limits, purpose: WatchAct, spent: bigint, cost: bigint): void {
  if (gasBudget === undefined) return;
  const most = (gasBudget * SHARES[purpose]) / 100n;
  if (spent + cost <= most) return;
  const what = `gas in this period, up to and with the next ${purpose},`;
  fail("LIMIT_REACHED", { what, limit: `${most} wei`, actual: `${spent + cost} wei` });
}

/** Throws LIMIT_REACHED if L1 asks more for gas than may be paid. */
export function checkGasPrice({ maxGasPrice }: Limits, purpose: WatchAct, price: bigint): void {
  if (maxGasPrice === undefined || price <= maxGasPrice) return;
  const what = `the price of gas for ${purpose}`;
  fail("LIMIT_REACHED", { what, limit: `${maxGasPrice} wei`, actual: `${price} wei` });
}

/** Throws LIMIT_REACHED if one more challenge would lock too much. `locked`: in its own open challenges. */
export function checkBond({ maxBond }: Limits, locked: bigint, bond: bigint): void {
  if (maxBond === undefined || locked + bond <= maxBond) return;
  const what = "bonds in open challenges, with the next one,";
  fail("LIMIT_REACHED", { what, limit: `${maxBond} wei`, actual: `${locked + bond} wei` });
}
