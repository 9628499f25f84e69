// A simulated deployment: accounts with balances under the model's own rules, sequencers, L1's fees. What happens in it is drawn
// from a seed; honest.ts and hostile.ts say who does what.

import type { Hex } from "../../chain/types.ts";
import { type Hash, mod, State } from "../../model/index.ts";
import { Dice } from "./dice.ts";
import type { PlannedRecord } from "./plan.ts";

/** How a deployment is, so that the model sees many kinds of them. */
export interface Traits {
  readonly n: number;
  /** Transfers of a usual batch. */
  readonly traffic: number;
  /** A usual amount in ETH, and how far amounts are spread, in natural logarithms. */
  readonly amount: number;
  readonly spread: number;
  /** Seconds between commits. */
  readonly gap: number;
  /** Share of a data segment's places that are usually taken: less if segments are sealed before they are full. */
  readonly fill: number;
  readonly exits: number;
  readonly tokens: number;
  readonly baseFee: number;
  readonly l1Fee: number;
  readonly forceInclusionDelay: bigint;
  /** How often somebody other than the primary commits without anything being wrong. */
  readonly takeovers: number;
  /** Share of bytes that the program of whoever stands in for the primary wastes. */
  readonly waste: number;
  /** Share of batches in which an attack begins. */
  readonly hostility: number;
}

/** Keys must differ, and nobody asks for roots here: a real hash would take most of the time. */
const KEYS: Hash = (inputs) => mod(inputs.reduce((sum, input) => (sum << 160n) + input, 0n));

const DEPTHS = { D: 13, E: 9 };

export class World {
  readonly dice: Dice;
  readonly traits: Traits;
  /** Replaced when a wrong batch is rolled back. */
  state = State.genesis({ ...DEPTHS, hash: KEYS });
  /** Who uses it, those of long standing first. */
  readonly people: bigint[] = [];
  /** Accounts of an exchange and of a bot that trades. */
  readonly exchange: bigint;
  readonly bot: bigint;
  readonly sequencers: readonly Hex[];
  time = 1_700_000_000n;
  l1Fee: number;
  /** Batches for which L1 stays dear. */
  storm = 0;
  /** Committers of batches that were rolled back, in order. */
  readonly refuted: Hex[] = [];
  /** Queue items of a batch that was rolled back: the next one takes them. */
  waiting: readonly PlannedRecord[] = [];
  #accounts = 0n;

  constructor(seed: string, hostility: number) {
    this.dice = new Dice(seed);
    this.traits = traitsOf(this.dice, hostility);
    this.exchange = this.newAccount();
    this.bot = this.newAccount();
    this.sequencers = Array.from({ length: 3 }, () => hex(this.newAccount()));
    this.l1Fee = this.traits.l1Fee;
  }

  newAccount(): bigint {
    this.#accounts++;
    // Addresses look like addresses.
    return (this.#accounts * 0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835n) % 2n ** 160n;
  }

  balance(account: bigint): bigint {
    return this.state.account(account).balance;
  }

  /** Time goes on by a commit's gap, and L1's fees with it. */
  pass(seconds: number): void {
    const { dice, traits } = this;
    this.time += BigInt(Math.max(1, Math.round(seconds)));
    if (this.storm > 0) this.storm--;
    else if (dice.chance(0.015)) this.storm = 1 + dice.poisson(4);
    const target = Math.log(traits.l1Fee * (this.storm > 0 ? dice.between(3, 12) : 1));
    const pull = this.storm > 0 ? 0.7 : 0.25;
    this.l1Fee *= Math.exp(pull * (target - Math.log(this.l1Fee)) + dice.normal(0, 0.12));
  }
}

function traitsOf(dice: Dice, hostility: number): Traits {
  return {
    n: dice.pick([4, 8, 32, 32]),
    traffic: dice.around(35, 0.7),
    amount: dice.around(1, 1.4),
    spread: dice.between(0.9, 1.8),
    gap: dice.around(240, 0.9),
    fill: dice.between(0.35, 1),
    exits: dice.between(0.01, 0.08),
    tokens: dice.between(0, 0.35),
    baseFee: dice.around(1e9, 0.5),
    l1Fee: dice.around(2e9, 0.9),
    forceInclusionDelay: BigInt(Math.round(dice.around(3600, 0.8))),
    takeovers: dice.pick([0.005, 0.02, 0.3]),
    waste: dice.chance(0.5) ? dice.between(0.005, 0.04) : 0,
    hostility,
  };
}

export function hex(account: bigint): Hex {
  return `0x${account.toString(16).padStart(40, "0")}`;
}

const WEI = 1e18;

export function wei(ether: number): bigint {
  return BigInt(Math.max(0, Math.round(ether * WEI)));
}
