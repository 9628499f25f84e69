// Never, always, or where it pays: the same batches under several ways of proving, with a queue of provers, commit by commit.

import { larger, smaller } from "../chain/economics.ts";
import { delayCost, doubtCost, type ProofTerms, type RiskPolicy, waitingValue } from "./decide.ts";
import { planProofs } from "./plan.ts";
import type { Flow } from "./flow.ts";

/** even: where it pays if all batches were as likely to be doubted; what `risk` does better is the model's. */
export const STRATEGIES = ["never", "always", "even", "risk"] as const;
export type Strategy = (typeof STRATEGIES)[number];

/** A right batch, with what came of it. */
export interface Case {
  readonly committedAt: bigint;
  readonly segments: bigint;
  readonly flow: Flow;
  /** What the model says. */
  readonly probability: number;
  /** Whether others did doubt it, 0 or 1; where nobody knows, the probability. */
  readonly doubted: number;
  readonly l1BaseFee: bigint;
}

export interface Setting {
  readonly terms: ProofTerms & { readonly earliestFinality: bigint };
  readonly policy: RiskPolicy;
  readonly workers: number;
}

export interface Outcome {
  readonly strategy: Strategy;
  readonly batches: number;
  readonly provenBatches: number;
  readonly proofs: number;
  /** Sum over the batches of the seconds from commit to finality. */
  readonly seconds: bigint;
  /** Wei. */
  readonly proofCost: bigint;
  readonly delayCost: bigint;
  readonly doubtCost: bigint;
  readonly total: bigint;
}

interface Tracked {
  readonly its: Case;
  readonly value: bigint;
  /** When all its proofs are on L1; undefined if nobody asked for them. */
  provenAt: bigint | undefined;
}

export function compare(cases: readonly Case[], setting: Setting): readonly Outcome[] {
  return STRATEGIES.map((strategy) => play(strategy, cases, setting));
}

function play(strategy: Strategy, cases: readonly Case[], setting: Setting): Outcome {
  const { terms, policy, workers } = setting;
  const mean = cases.reduce((sum, { probability }) => sum + probability, 0) / Math.max(cases.length, 1);
  const all = cases.map(
    (its): Tracked => ({
      its: strategy === "even" ? { ...its, probability: mean } : its,
      value: waitingValue(its.flow, policy),
      provenAt: undefined,
    }),
  );
  const provers = new Provers(workers, terms.proofTime);
  let [first, parentFinal, proofs, proofCost] = [0, 0n, 0n, 0n];
  for (const [i, { its }] of all.entries()) {
    const now = its.committedAt;
    for (; first < i; first++) {
      const final = finalAt(all[first] as Tracked, parentFinal, setting);
      if (final > now) break;
      parentFinal = final;
    }
    const pending = all.slice(first, i + 1);
    for (const batch of chosen(strategy, pending, now, provers, setting, its.l1BaseFee)) {
      batch.provenAt = provers.ask(batch.its.segments, now) + policy.inclusion;
      proofs += batch.its.segments;
      proofCost += batch.its.segments * (terms.provingCost + terms.answerGas * its.l1BaseFee);
    }
  }
  return { strategy, ...tally(all, setting), proofs: Number(proofs), ...sums(all, setting, proofCost) };
}

function chosen(
  strategy: Strategy,
  pending: readonly Tracked[],
  now: bigint,
  provers: Provers,
  { terms, policy, workers }: Setting,
  l1BaseFee: bigint,
): readonly Tracked[] {
  if (strategy === "never") return [];
  const fresh = pending.filter(({ provenAt }) => provenAt === undefined);
  if (strategy === "always") return fresh;
  const left = (second: bigint) => larger(second - now, 0n);
  const planned = planProofs(
    pending.map(({ its, value, provenAt }) => ({
      probability: its.probability,
      value,
      segments: provenAt === undefined ? its.segments : 0n,
      waits: left(its.committedAt + terms.challengeWindow),
      earliest: left(larger(its.committedAt + terms.earliestFinality, provenAt ?? 0n)),
    })),
    { queue: provers.waiting(now), workers: BigInt(workers), l1BaseFee },
    terms,
    policy,
  );
  return pending.filter(({ provenAt }, i) => provenAt === undefined && planned[i]?.prove === true);
}

function finalAt({ its, provenAt }: Tracked, parentFinal: bigint, { terms }: Setting): bigint {
  const window = its.committedAt + terms.challengeWindow;
  const early = provenAt === undefined ? window : larger(provenAt, its.committedAt + terms.earliestFinality);
  return larger(parentFinal, smaller(early, window));
}

function tally(all: readonly Tracked[], setting: Setting) {
  let [parentFinal, seconds] = [0n, 0n];
  for (const batch of all) {
    parentFinal = finalAt(batch, parentFinal, setting);
    seconds += parentFinal - batch.its.committedAt;
  }
  const provenBatches = all.filter(({ provenAt }) => provenAt !== undefined).length;
  return { batches: all.length, provenBatches, seconds };
}

function sums(all: readonly Tracked[], setting: Setting, proofCost: bigint) {
  const { terms, policy } = setting;
  let [parentFinal, delay, doubt] = [0n, 0n, 0n];
  for (const batch of all) {
    parentFinal = finalAt(batch, parentFinal, setting);
    const waited = parentFinal - batch.its.committedAt;
    const exposed = smaller(waited, terms.challengeWindow);
    delay += delayCost(batch.value, waited, policy);
    doubt += doubtCost(batch.its.doubted, batch.value, exposed, terms, policy);
  }
  return { proofCost, delayCost: delay, doubtCost: doubt, total: proofCost + delay + doubt };
}

/** A queue with several servers, first come first served. */
class Provers {
  readonly #freeAt: bigint[];
  readonly #proofTime: bigint;

  constructor(workers: number, proofTime: bigint) {
    this.#freeAt = Array.from({ length: workers }, () => 0n);
    this.#proofTime = proofTime;
  }

  /** When the last of so many proofs is made. */
  ask(proofs: bigint, now: bigint): bigint {
    let last = now;
    for (let i = 0n; i < proofs; i++) {
      this.#freeAt.sort((a, b) => Number(a - b));
      const end = larger(this.#freeAt[0] as bigint, now) + this.#proofTime;
      this.#freeAt[0] = end;
      last = larger(last, end);
    }
    return last;
  }

  /** Proofs that are not made yet. */
  waiting(now: bigint): bigint {
    return this.#freeAt.reduce(
      (sum, free) => sum + (free > now ? (free - now + this.#proofTime - 1n) / this.#proofTime : 0n),
      0n,
    );
  }
}
