// Runs a simulated deployment batch by batch: the model's own rules say what becomes of each record, a wrong batch is rolled back
// before the next one.

import {
  applyRecord,
  flagsOf,
  gasOf,
  isSignedKind,
  Kind,
  MAX_SEGMENTS,
  type RecordWords,
  recordLength,
  type SignedKind,
  toAddress,
} from "../../model/index.ts";
import type { BatchFacts, RecordFacts } from "../facts.ts";
import { beginCampaign, type Campaign, strike } from "./hostile.ts";
import { honestPlan } from "./honest.ts";
import { ATTACKS, type Attack, type Plan, type PlannedRecord } from "./plan.ts";
import { World } from "./world.ts";

export interface SimulatedBatch {
  readonly facts: BatchFacts;
  /** What is going on; undefined: ordinary traffic. */
  readonly attack: Attack | undefined;
  /** Whether re-execution finds another checkpoint than it claims. */
  readonly wrong: boolean;
  /** Which of its records belong to the attack. */
  readonly hostile: readonly boolean[];
}

export interface SimulationOptions {
  readonly seed: string;
  readonly batches: number;
  /** Share of batches in which an attack begins; default 0.03. */
  readonly hostility?: number;
  /** Attacks that may happen; all of them if left out. */
  readonly attacks?: readonly Attack[];
}

/** Batches before the first attack: a deployment must have something to steal. */
const CALM = 6;
/** An honest committer with a bug, once in so many batches. */
const BUGS = 1 / 1500;

export function* simulate(options: SimulationOptions): Generator<SimulatedBatch> {
  const { seed, batches, hostility = 0.03, attacks = ATTACKS } = options;
  const world = new World(seed, hostility);
  const { dice } = world;
  let number = 1n;
  let campaign: Campaign | undefined;
  for (let i = 0; i < batches; i++) {
    const plan = honestPlan(world);
    campaign = campaign !== undefined && campaign.left > 0 ? campaign : undefined;
    if (campaign === undefined && i >= CALM && attacks.length > 0 && dice.chance(hostility)) {
      campaign = beginCampaign(world, dice.pick(attacks));
    }
    if (campaign !== undefined) strike(world, plan, campaign);
    else if (i >= CALM && dice.chance(BUGS)) plan.wrong = true;
    world.pass(world.traits.gap * plan.gap);
    const before = world.state;
    world.state = before.clone();
    const { facts, hostile } = execute(world, plan, number);
    yield { facts, attack: plan.attack, wrong: plan.wrong, hostile };
    world.waiting = plan.wrong ? plan.items : [];
    if (!plan.wrong) {
      number++;
      continue;
    }
    world.state = before;
    world.refuted.push(plan.committer);
  }
}

function execute(world: World, plan: Plan, number: bigint) {
  const { state, dice, traits, time } = world;
  const { n } = traits;
  const items = plan.items.slice(0, (MAX_SEGMENTS / 2) * n);
  const queueSegments = Math.ceil(items.length / n);
  const most = (MAX_SEGMENTS - queueSegments) * n;
  const planned = plan.records.slice(0, most);
  const dataSegments = Math.max(
    queueSegments === 0 ? 1 : 0,
    Math.min(MAX_SEGMENTS - queueSegments, Math.ceil(planned.length / Math.max(1, n * plan.fill))),
  );
  state.startBatch();
  const all = [...items, ...planned];
  const records = all.map((record, i) => run(world, record, `${number}:${time}:${i}`));
  const used = planned.reduce((sum, { kind }) => sum + recordLength(kind as SignedKind), 0);
  const unusedBytes = Math.round(used * plan.waste);
  const facts: BatchFacts = {
    number,
    committer: plan.committer,
    committedAt: time,
    baseFee: BigInt(Math.round(traits.baseFee)),
    queueSegments,
    dataSegments,
    n,
    bytes: used + unusedBytes,
    unusedBytes,
    records,
    left: plan.left,
    forceInclusionDelay: traits.forceInclusionDelay,
    l1: {
      baseFee: BigInt(Math.round(world.l1Fee)),
      fullness: plan.rush ? dice.between(0.9, 1) : Math.min(1, Math.max(0, dice.normal(0.5, 0.18))),
    },
  };
  return { facts, hostile: all.map((record) => record.hostile) };
}

/** What the rules make of a record. */
function run({ state }: World, planned: PlannedRecord, hash: string): RecordFacts {
  const { kind, sender, recipient, token, amount, price, nonceOff } = planned;
  const signed = isSignedKind(kind);
  const next = signed ? state.account(sender).nonce + BigInt(nonceOff) : 0n;
  const nonce = next < 0n ? 1n : next;
  const fee = signed ? gasOf(kind) * price : 0n;
  const words: RecordWords = { kind, sender, recipient, token, amount, nonce, fee };
  const { status, reason, fee: taken } = applyRecord(state, words);
  const addressed = flagsOf(kind).debit || kind === Kind.depositEth;
  return {
    hash,
    kind,
    status,
    ...(reason === undefined ? {} : { reason }),
    sender: toAddress(addressed ? sender : 0n),
    recipient: toAddress(recipient),
    token: toAddress(token),
    amount,
    fee: taken,
    price,
  };
}
