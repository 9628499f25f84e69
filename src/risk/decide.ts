// Whether a right batch is worth proving before anybody asks: what the proofs cost against what waiting costs. Pure; money in wei, times in
// seconds of the protocol's clock, shares in 1/10 000. docs/risk.md has the formula in words.

import { larger, smaller } from "../chain/economics.ts";
import type { Parameters } from "../chain/presets.ts";

const BPS = 10_000n;
const YEAR = 365n * 86_400n;
/** Probabilities count in billionths, so that all sums are exact. */
const BILLION = 1_000_000_000n;

/** What an operator decides. */
export interface RiskPolicy {
  /** What a year of waiting costs of the value that waits. */
  readonly rateBps: bigint;
  /** What a whole challenge window of doubt costs those who rely on a batch that somebody surely doubts, of its value. */
  readonly doubtBps: bigint;
  /** How much of what moves within L2 waits for finality; what leaves waits wholly. */
  readonly movedBps: bigint;
  /** From a proof to its inclusion. */
  readonly inclusion: bigint;
}

export const DEFAULT_RISK_POLICY: RiskPolicy = {
  rateBps: 1_000n,
  doubtBps: 100n,
  movedBps: 1_000n,
  inclusion: 24n,
};

/** The deployment's part. */
export type ProofTerms = Pick<
  Parameters,
  "proofTime" | "provingCost" | "answerGas" | "challengeWindow" | "slot" | "provingWindow"
>;

/** A batch, and how things stand. */
export interface Situation {
  /** That others doubt it: the risk model's. */
  readonly probability: number;
  /** What waits for its finality: `waitingValue`. */
  readonly value: bigint;
  /** Segments without a proof. */
  readonly segments: bigint;
  /** Until the challenge window closes. */
  readonly waits: bigint;
  /** Until its parent is final, and until proofs may make it final. */
  readonly parentWaits: bigint;
  readonly earliest: bigint;
  /** Proofs that are made before its own, and how many are made at a time. */
  readonly queue: bigint;
  readonly workers: bigint;
  readonly l1BaseFee: bigint;
}

export interface Decision {
  readonly prove: boolean;
  /** Until it is final, proven and not. */
  readonly provenIn: bigint;
  readonly waitsFor: bigint;
  /** Of the machines, and of L1's gas. */
  readonly machine: bigint;
  readonly gas: bigint;
  /** Time and doubt that the proofs spare. */
  readonly delay: bigint;
  readonly doubt: bigint;
  /** What proving gains, all in all; negative: it loses. */
  readonly gain: bigint;
}

export function waitingValue(
  { moved, leaving }: { readonly moved: bigint; readonly leaving: bigint },
  { movedBps }: Pick<RiskPolicy, "movedBps">,
): bigint {
  return leaving + ((moved - leaving) * movedBps) / BPS;
}

/** What a time of waiting costs. */
export function delayCost(value: bigint, seconds: bigint, { rateBps }: Pick<RiskPolicy, "rateBps">): bigint {
  return (value * rateBps * seconds) / (BPS * YEAR);
}

/**
 * What doubt costs over a part of the challenge window: probability × loss × share of the window. The loss is what those lose who rely on it,
 * and the longer wait if it is challenged, which puts finality off by a slot and a proving window.
 */
export function doubtCost(
  probability: number,
  value: bigint,
  exposed: bigint,
  terms: ProofTerms,
  policy: RiskPolicy,
): bigint {
  const { challengeWindow, slot, provingWindow } = terms;
  const parts = BigInt(Math.round(Math.min(Math.max(probability, 0), 1) * Number(BILLION)));
  const perYear = policy.doubtBps * YEAR + policy.rateBps * (slot + provingWindow);
  return (value * parts * perYear * exposed) / (BILLION * BPS * YEAR * challengeWindow);
}

/** Until a batch is final if its proofs are asked for now. */
export function provenIn(its: Situation, { proofTime }: ProofTerms, { inclusion }: RiskPolicy): bigint {
  const rounds = (its.queue + its.segments + its.workers - 1n) / larger(its.workers, 1n);
  const made = its.segments === 0n ? 0n : rounds * proofTime + inclusion;
  return larger(larger(its.parentWaits, its.earliest), made);
}

export function decide(
  its: Situation,
  terms: ProofTerms,
  policy: RiskPolicy = DEFAULT_RISK_POLICY,
): Decision {
  const { probability, value, segments, l1BaseFee } = its;
  const early = provenIn(its, terms, policy);
  const waits = larger(its.waits, its.parentWaits);
  const window = terms.challengeWindow;
  const saved = larger(waits - early, 0n);
  const spared = larger(smaller(waits, window) - smaller(early, window), 0n);
  const machine = segments * terms.provingCost;
  const gas = segments * terms.answerGas * l1BaseFee;
  const delay = delayCost(value, saved, policy);
  const doubt = doubtCost(probability, value, spared, terms, policy);
  const gain = delay + doubt - machine - gas;
  return { prove: gain > 0n, provenIn: early, waitsFor: waits, machine, gas, delay, doubt, gain };
}
