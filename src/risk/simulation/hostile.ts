// Attacks. Each begins with a batch of ordinary traffic and adds to it; `force`, from 0 to 1, says how plainly. Some take several
// batches. Only `theft` and `relapse` claim what is wrong; the others are right, and doubted all the same.

import type { Hex } from "../../chain/types.ts";
import { held, richest } from "./honest.ts";
import { type Attack, exit, type Plan, payment } from "./plan.ts";
import { hex, type World } from "./world.ts";

/** An attack on its way: what it does to the next batch, and how many batches it has left. */
export interface Campaign {
  readonly attack: Attack;
  readonly force: number;
  /** Batches that are still to come, the next one included. */
  left: number;
  /** Accounts that hold loot. */
  loot: bigint[];
}

type Step = (world: World, plan: Plan, campaign: Campaign) => void;

export function beginCampaign({ dice }: World, attack: Attack): Campaign {
  const force = dice.between(0.15, 1);
  const left = LONG.has(attack) ? 1 + dice.poisson(1.2) : 1;
  return { attack, force, left, loot: [] };
}

/** Changes the plan, and takes one batch off what is left. */
export function strike(world: World, plan: Plan, campaign: Campaign): void {
  plan.attack = campaign.attack;
  STEPS[campaign.attack](world, plan, campaign);
  campaign.left--;
}

const LONG: ReadonlySet<Attack> = new Set(["drain", "relay", "starvation", "storm", "padding"]);

const STEPS: Readonly<Record<Attack, Step>> = {
  /** A checkpoint that pays out what nobody has. Most leave the record that the rules refuse; some just claim another state. */
  theft(world, plan, { force }) {
    const { dice, sequencers } = world;
    plan.wrong = true;
    if (dice.chance(0.35 + 0.5 * force)) plan.committer = stranger(world);
    else if (dice.chance(0.5)) plan.committer = sequencers[2] as Hex;
    if (dice.chance(0.7)) plan.gap *= dice.between(0.3, 8);
    if (dice.chance(0.25)) return;
    const thief = dice.chance(0.6) ? world.newAccount() : dice.pick(world.people);
    const all = world.people.reduce((sum, one) => sum + held(world, one), 0);
    for (let i = dice.poisson(1.5 * force) + 1; i > 0; i--) {
      const ether = held(world, thief) + all * force * dice.between(0.05, 0.9);
      const record = dice.chance(0.7)
        ? exit(world, { from: thief, to: thief, ether, hostile: true })
        : payment(world, { from: thief, to: world.newAccount(), ether, hostile: true });
      insert(world, plan, record);
    }
  },

  /** Keys were stolen: old accounts are emptied, the better the more, into a few new ones, and these leave. */
  drain(world, plan, campaign) {
    const { dice } = world;
    if (campaign.loot.length === 0) campaign.loot = accounts(world, 1 + dice.below(3));
    for (let i = 1 + dice.poisson(2 + 10 * campaign.force); i > 0; i--) {
      const from = campaign.force > 0.5 ? richest(world, 6) : dice.pick(world.people);
      const ether = held(world, from) * dice.between(0.95, 0.999);
      insert(
        world,
        plan,
        payment(world, { ...to(world, campaign), from, ether, hostile: true, priceTimes: 3 }),
      );
    }
    leaveWithLoot(world, plan, campaign, 0.6);
  },

  /** Loot hurries through a chain of accounts that nobody knew. */
  relay(world, plan, campaign) {
    const { dice } = world;
    if (campaign.loot.length === 0) campaign.loot = [richest(world, 10)];
    let [carrier] = campaign.loot as [bigint];
    let ether = held(world, carrier) * dice.between(0.5, 0.99);
    for (let hops = 2 + dice.poisson(6 * campaign.force); hops > 0 && ether > 0; hops--) {
      const next = world.newAccount();
      plan.records.push(payment(world, { from: carrier, to: next, ether, hostile: true, priceTimes: 4 }));
      carrier = next;
      ether *= dice.between(0.9, 0.985);
    }
    campaign.loot = [carrier];
    if (campaign.left <= 1) {
      plan.records.push(exit(world, { from: carrier, to: carrier, ether: ether * 0.95, hostile: true }));
    }
  },

  /** The sequencer leaves L1's queue and its users behind, and fills batches with its own. */
  starvation(world, plan, { force }) {
    const { dice, traits } = world;
    const age = Math.min(1.1, dice.between(0.3, 0.7) + 0.6 * force);
    plan.left = {
      items: 1 + dice.poisson(2 + 8 * force),
      oldest: BigInt(Math.round(Number(traits.forceInclusionDelay) * age)),
    };
    const kept = plan.records.filter(() => !dice.chance(0.8 * force));
    const own = dice.pick(world.people);
    const filler = Array.from({ length: Math.ceil(plan.records.length * force) }, () =>
      payment(world, { from: own, to: own, ether: 0, hostile: true, priceTimes: 0 }),
    );
    plan.records.splice(0, plan.records.length, ...kept, ...filler);
  },

  /** Users' nonces are put out of order, so that the rules skip them. */
  disorder(world, plan, { force }) {
    const { dice } = world;
    const share = 0.08 + 0.6 * force;
    for (const [i, record] of plan.records.entries()) {
      if (dice.chance(share)) plan.records[i] = { ...record, nonceOff: 1 + dice.below(3), hostile: true };
    }
  },

  /** Segments that hold little or nothing: they cost provers and watchers as much as full ones. */
  padding(world, plan, { force }) {
    const { dice } = world;
    plan.fill *= 1 - 0.9 * force;
    if (dice.chance(0.7)) plan.waste = dice.between(0.02, 0.1) + dice.exponential(0.8) * force;
    if (dice.chance(0.3)) plan.committer = stranger(world);
  },

  /** While L1 is dear and full, when disputes cost most, batch follows batch, and much leaves. */
  storm(world, plan, campaign) {
    const { dice } = world;
    world.storm = Math.max(world.storm, 2);
    world.l1Fee *= dice.between(1.2, 2.5);
    plan.rush = dice.chance(0.85);
    plan.gap *= dice.between(0.05, 0.5);
    const from = richest(world, 10);
    const ether = held(world, from) * dice.between(0.5, 0.999) * Math.max(0.3, campaign.force);
    insert(world, plan, exit(world, { from, to: from, ether, hostile: true, priceTimes: 3 }));
  },

  /** A committer whose earlier batch was rolled back tries once more. */
  relapse(world, plan, { force }) {
    const { dice, sequencers } = world;
    plan.wrong = true;
    plan.committer = (world.refuted.at(-1) ?? sequencers[2]) as Hex;
    if (!dice.chance(0.4 + 0.5 * force)) return;
    const thief = dice.pick(world.people);
    const ether = held(world, thief) * (1 + 20 * force);
    insert(world, plan, exit(world, { from: thief, to: thief, ether, hostile: true }));
  },
};

function stranger(world: World): Hex {
  return hex(world.newAccount());
}

function accounts(world: World, count: number): bigint[] {
  return Array.from({ length: count }, () => world.newAccount());
}

function to(world: World, { loot }: Campaign): { to: bigint } {
  return { to: world.dice.pick(loot) };
}

function leaveWithLoot(world: World, plan: Plan, { loot, left }: Campaign, share: number): void {
  for (const from of loot) {
    const ether = held(world, from) * share;
    if (ether > 0 && (left <= 1 || world.dice.chance(0.4))) {
      plan.records.push(exit(world, { from, to: from, ether, hostile: true, priceTimes: 3 }));
    }
  }
}

/** Among the others, at some place. */
function insert({ dice }: World, plan: Plan, record: Plan["records"][number]): void {
  plan.records.splice(dice.below(plan.records.length + 1), 0, record);
}
