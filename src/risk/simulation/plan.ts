// What is to go into a simulated batch, before the rules have said what becomes of it.

import type { Hex } from "../../chain/types.ts";
import { Kind } from "../../model/index.ts";
import { type World, wei } from "./world.ts";

export const ATTACKS = [
  "theft",
  "drain",
  "relay",
  "starvation",
  "disorder",
  "padding",
  "storm",
  "relapse",
] as const;

/** What each is: hostile.ts. */
export type Attack = (typeof ATTACKS)[number];

export interface PlannedRecord {
  readonly kind: bigint;
  readonly sender: bigint;
  readonly recipient: bigint;
  readonly token: bigint;
  readonly amount: bigint;
  /** Of a unit of gas, in wei. */
  readonly price: bigint;
  /** How far its nonce is from the right one. */
  readonly nonceOff: number;
  readonly hostile: boolean;
}

export interface Plan {
  /** L1's queue items come first. */
  readonly items: PlannedRecord[];
  readonly records: PlannedRecord[];
  committer: Hex;
  /** Seconds since the commit before, as a multiple of the usual. */
  gap: number;
  attack: Attack | undefined;
  /** Its checkpoints are not what re-execution finds: it will be rolled back. */
  wrong: boolean;
  /** Share of places that are taken. */
  fill: number;
  /** Bytes that no record takes, as a share of those that records take. */
  waste: number;
  left: { items: number; oldest: bigint };
  /** Whether L1's block was full. */
  rush: boolean;
}

export interface Payment {
  readonly from: bigint;
  readonly to: bigint;
  readonly ether: number;
  readonly token?: bigint;
  readonly hostile?: boolean;
  /** Of the usual price of gas. */
  readonly priceTimes?: number;
  readonly nonceOff?: number;
}

export function payment(world: World, its: Payment): PlannedRecord {
  const token = its.token ?? 0n;
  return record(world, token === 0n ? Kind.transferEth : Kind.transferToken, its);
}

export function exit(world: World, its: Payment): PlannedRecord {
  return record(world, Kind.withdrawEth, its);
}

export function deposit(world: World, to: bigint, ether: number): PlannedRecord {
  return { ...record(world, Kind.depositEth, { from: to, to, ether }), price: 0n };
}

function record({ dice, traits }: World, kind: bigint, its: Payment): PlannedRecord {
  const { from, to, ether, token = 0n, hostile = false, priceTimes = 1, nonceOff = 0 } = its;
  const tip = dice.around(0.15, 0.8) * priceTimes;
  const price = BigInt(Math.round(traits.baseFee * (1 + tip)));
  return { kind, sender: from, recipient: to, token, amount: wei(ether), price, nonceOff, hostile };
}
