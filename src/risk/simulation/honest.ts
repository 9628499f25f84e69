// Ordinary traffic with its oddities: whales, exchanges, airdrops, bots, people who move house, days on which many leave. Hostile
// traffic hides among these.

import type { Hex } from "../../chain/types.ts";
import { deposit, exit, type Plan, payment } from "./plan.ts";
import type { World } from "./world.ts";

const TOKEN = 0x70n;
const WEI = 1e18;

export function honestPlan(world: World): Plan {
  const { dice, traits, sequencers } = world;
  const plan: Plan = {
    items: [...world.waiting],
    records: [],
    committer: sequencers[dice.chance(traits.takeovers) ? 1 : 0] as Hex,
    gap: dice.around(1, 0.35),
    attack: undefined,
    wrong: false,
    fill: Math.min(1, Math.max(0.05, traits.fill * dice.around(1, 0.25))),
    waste: 0,
    left: { items: 0, oldest: 0n },
    rush: false,
  };
  newcomers(world, plan);
  if (world.people.length < 8) return plan;
  const day = 1 + 0.5 * Math.sin(Number(world.time) / 13_750);
  everyday(world, plan, dice.poisson(traits.traffic * day));
  for (const [chance, oddity] of ODDITIES) if (dice.chance(chance)) oddity(world, plan);
  if (plan.committer !== sequencers[0]) plan.waste = traits.waste;
  if (world.storm > 0) plan.rush = dice.chance(0.6);
  return plan;
}

function newcomers(world: World, plan: Plan): void {
  const { dice, traits, people } = world;
  const count = people.length < 40 ? 6 + dice.poisson(6) : dice.poisson(0.8);
  for (let i = 0; i < count; i++) {
    const account = world.newAccount();
    people.push(account);
    plan.items.push(deposit(world, account, traits.amount * dice.around(12, traits.spread)));
  }
  // Others top up what they have.
  for (let i = dice.poisson(0.7); i > 0 && people.length > 8; i--) {
    plan.items.push(deposit(world, dice.pick(people), traits.amount * dice.around(8, traits.spread)));
  }
}

function everyday(world: World, plan: Plan, count: number): void {
  const { dice, traits, people } = world;
  for (let i = 0; i < count; i++) {
    const from = dice.popular(people);
    const has = held(world, from);
    if (has === 0) continue;
    // People know what they have; a few are mistaken.
    const wish = traits.amount * dice.around(1, traits.spread);
    const ether = dice.chance(0.006) ? wish + has : Math.min(wish, has * dice.between(0.05, 0.9));
    if (dice.chance(traits.exits)) plan.records.push(exit(world, { from, to: from, ether }));
    else if (dice.chance(traits.tokens)) {
      plan.records.push(payment(world, { from, to: dice.popular(people), ether: 0, token: TOKEN }));
    } else {
      const stranger = dice.chance(0.06);
      const to = stranger ? world.newAccount() : dice.popular(people);
      if (stranger && dice.chance(0.5)) people.push(to);
      const nonceOff = dice.chance(0.002) ? 1 : 0;
      plan.records.push(payment(world, { from, to, ether, nonceOff }));
    }
  }
}

type Oddity = (world: World, plan: Plan) => void;

const ODDITIES: readonly (readonly [number, Oddity])[] = [
  [0.04, whale],
  [0.02, whaleLeaves],
  [0.015, airdrop],
  [0.05, sweep],
  [0.05, payOut],
  [0.08, botTrades],
  [0.08, movesHouse],
  [0.01, consolidates],
  [0.012, outage],
  [0.02, laggardQueue],
  [0.02, feeSpike],
  [0.015, staleTransactions],
  [0.02, ping],
];

/** Somebody rich moves most of what there is, to somebody new now and then. */
function whale(world: World, plan: Plan): void {
  const { dice } = world;
  const from = richest(world);
  const to = dice.chance(0.3) ? world.newAccount() : dice.pick(world.people);
  plan.records.push(payment(world, { from, to, ether: held(world, from) * dice.between(0.3, 0.95) }));
}

function whaleLeaves(world: World, plan: Plan): void {
  const from = richest(world);
  plan.records.push(
    exit(world, { from, to: from, ether: held(world, from) * world.dice.between(0.3, 0.999) }),
  );
}

/** One account pays many new ones the same. */
function airdrop(world: World, plan: Plan): void {
  const { dice } = world;
  const from = richest(world);
  const count = 15 + dice.poisson(40);
  const ether = (held(world, from) * dice.between(0.05, 0.4)) / count;
  for (let i = 0; i < count; i++) plan.records.push(payment(world, { from, to: world.newAccount(), ether }));
}

/** An exchange gathers what was paid in: many accounts, emptied into one. */
function sweep(world: World, plan: Plan): void {
  const { dice, people } = world;
  for (let i = 3 + dice.poisson(8); i > 0; i--) {
    const from = dice.pick(people);
    plan.records.push(payment(world, { from, to: world.exchange, ether: held(world, from) * 0.97 }));
  }
}

function payOut(world: World, plan: Plan): void {
  const { dice, people, exchange } = world;
  const count = 3 + dice.poisson(10);
  for (let i = 0; i < count; i++) {
    const to = dice.chance(0.4) ? world.newAccount() : dice.pick(people);
    const ether = (held(world, exchange) / count) * dice.between(0.1, 0.8);
    plan.records.push(payment(world, { from: exchange, to, ether, priceTimes: 2 }));
  }
}

/** Many transactions of one account, at prices of its own. */
function botTrades(world: World, plan: Plan): void {
  const { dice, traits, bot } = world;
  if (held(world, bot) < traits.amount) plan.items.push(deposit(world, bot, traits.amount * 60));
  const count = 5 + dice.poisson(15);
  for (let i = 0; i < count; i++) {
    const ether = traits.amount * dice.around(0.5, 1);
    const priceTimes = dice.between(1, 30);
    plan.records.push(payment(world, { from: bot, to: dice.popular(world.people), ether, priceTimes }));
  }
}

/** Everything goes to an account nobody knew, and sometimes on from there. */
function movesHouse(world: World, plan: Plan): void {
  const { dice, people } = world;
  const from = dice.pick(people);
  const to = world.newAccount();
  people.push(to);
  const ether = held(world, from) * dice.between(0.96, 0.999);
  plan.records.push(payment(world, { from, to, ether }));
  if (dice.chance(0.3)) plan.records.push(exit(world, { from: to, to, ether: ether * 0.9 }));
}

/** A company with many accounts puts them together. */
function consolidates(world: World, plan: Plan): void {
  const { dice, people } = world;
  const to = dice.chance(0.5) ? world.newAccount() : dice.pick(people);
  for (let i = 2 + dice.poisson(5); i > 0; i--) {
    const from = dice.pick(people);
    plan.records.push(payment(world, { from, to, ether: held(world, from) * 0.98 }));
  }
}

/** The primary was away: a long gap, a queue that waited, somebody else who steps in. */
function outage(world: World, plan: Plan): void {
  const { dice, sequencers } = world;
  plan.gap *= dice.between(5, 40);
  plan.committer = sequencers[dice.chance(0.6) ? 2 : 0] as Hex;
  laggardQueue(world, plan);
}

/** More waits than fits, or it came too late for this batch. */
function laggardQueue({ dice, traits }: World, plan: Plan): void {
  plan.left = {
    items: 1 + dice.poisson(3),
    oldest: BigInt(Math.round(Number(traits.forceInclusionDelay) * dice.between(0.02, 0.75))),
  };
}

/** Wallets outbid one another for a while. */
function feeSpike({ dice }: World, plan: Plan): void {
  const times = BigInt(Math.round(dice.between(2, 12)));
  for (const [i, record] of plan.records.entries())
    plan.records[i] = { ...record, price: record.price * times };
}

export function held(world: World, account: bigint): number {
  return Number(world.balance(account)) / WEI;
}

/** Of some that are looked at. */
export function richest(world: World, among = 12): bigint {
  const { dice, people } = world;
  const some = Array.from({ length: among }, () => dice.pick(people));
  return some.reduce((best, one) => (world.balance(one) > world.balance(best) ? one : best));
}

/** A sequencer that took over put in what had been done already. */
function staleTransactions({ dice }: World, plan: Plan): void {
  const share = dice.between(0.02, 0.3);
  for (const [i, record] of plan.records.entries()) {
    if (dice.chance(share)) plan.records[i] = { ...record, nonceOff: -1 };
  }
}

/** A program that tries whether it still works: payments of nothing to itself. */
function ping(world: World, plan: Plan): void {
  const from = world.dice.pick(world.people);
  for (let i = 2 + world.dice.poisson(6); i > 0; i--)
    plan.records.push(payment(world, { from, to: from, ether: 0 }));
}
