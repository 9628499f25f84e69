// What a scenario says of everybody's money before anybody looks. Formulae over parameters, in wei and token units.

import type { Parameters } from "../../chain/presets.ts";
import type { Name } from "./actors.ts";

/** What an actor has more (or less) than when the curtain rose; left out: nothing changed. */
export interface Gain {
  /** L1 ether, gas left aside. */
  readonly wallet?: bigint;
  readonly bond?: bigint;
  readonly locked?: bigint;
  readonly tokens?: bigint;
}

export interface Prediction {
  readonly gains: Readonly<Partial<Record<Name, Gain>>>;
  /** Burned shares of bonds. */
  readonly burnedBonds: bigint;
  /** Queue places that were paid for; each costs the base price, as the backlog stays small. */
  readonly queuePlaces: number;
  /** Batches that are live at the end, and how many of them are final. */
  readonly head: bigint;
  readonly finalized: bigint;
  /** Whether the rollup is frozen at the end; left out: it is not. */
  readonly frozen?: boolean;
}

const BPS = 10_000n;

/** What is left of a slashed or forfeited bond for the winner. */
export function rewardOf(bond: bigint, { burnShareBps }: Pick<Parameters, "burnShareBps">): bigint {
  return (bond * (BPS - burnShareBps)) / BPS;
}
