// What windows and bonds must at least be so that whoever is right is paid in time: contracts/libraries/Economics.sol once
// more, and the table of all such bounds. Pure. Durations in seconds, money in wei; all divisions round up.

import { fail } from "../errors.ts";
import type { Parameters } from "./presets.ts";
import { NOTHING_ADDRESS } from "./types.ts";

const BPS = 10_000n;
/** A tenth of L1's 60M gas in 12 seconds. */
const ANSWER_GAS_PER_SECOND = 500_000n;
/** For the priority fee, and for a base fee that doubles between a challenge and its answer: six full blocks. */
const GAS_MARGIN = 2n;
const COOLDOWNS = 4n;
const GWEI = 10n ** 9n;
const DAY = 86_400n;

/** Ranges that the constructors of contracts/ take; see each for its reason. */
const LONGEST_WINDOW = 365n * DAY;
const LONGEST_PAUSE = 30n * DAY;
const LONGEST_DELAY = 30n * DAY;
const HALF = BPS / 2n;
const HIGHEST_ENQUEUE_PRICE = 10n * 10n ** 18n;
const MOST_CHALLENGE_BOND = (2n ** 56n - 1n) * GWEI;

/** From a wrong batch to its rollback, besides the proof: two L1 blocks, and reading L1. */
const STALL_OVERHEAD = 36n;

/** A proof a fifth slower than measured. */
export function slowProof({ proofTime }: Pick<Parameters, "proofTime">): bigint {
  return ceilDiv(proofTime * 6n, 5n);
}

/** A proof is made, and included while somebody keeps it off L1: the least proving window and challenge window. */
export function leastWindow(its: Pick<Parameters, "proofTime" | "inclusionTime">): bigint {
  return slowProof(its) + its.inclusionTime;
}

/** Answers to any number of challenges are made one after another and take a tenth of L1's gas. */
export function leastSlot(its: Pick<Parameters, "proofTime" | "answerGas">): bigint {
  return larger(slowProof(its), ceilDiv(its.answerGas, ANSWER_GAS_PER_SECOND));
}

type Waits = "forceInclusionDelay" | "primaryTimeout" | "challengeWindow" | "slot" | "provingWindow";

/**
 * An item that a hostile primary leaves until its time is over, whose batch is disputed to the last second, is served twice.
 * A first challenge waits for one slot before its proving window.
 */
export function leastEscapeDelay(its: Pick<Parameters, Waits>): bigint {
  const { forceInclusionDelay, primaryTimeout, challengeWindow, slot, provingWindow } = its;
  return 2n * (forceInclusionDelay + primaryTimeout + challengeWindow + slot + provingWindow);
}

/** Time runs for four fifths of any long stretch. */
export function leastCooldown({ longestPause }: Pick<Parameters, "longestPause">): bigint {
  return COOLDOWNS * longestPause;
}

type Costs = Pick<Parameters, "provingCost" | "answerGas" | "burnShareBps">;

/** What is left of it after the burn pays for a fraud proof up to the high base fee. */
export function leastBatchBond(its: Costs & Pick<Parameters, "highBaseFee">): bigint {
  return beforeBurn(its.provingCost + GAS_MARGIN * its.answerGas * its.highBaseFee, its.burnShareBps);
}

/** What is left of it after the burn pays for the machine. */
export function leastChallengeBond({ provingCost, burnShareBps }: Omit<Costs, "answerGas">): bigint {
  return beforeBurn(provingCost, burnShareBps);
}

/** What a challenge costs at a base fee: what is left after the burn pays the answerer's machine and gas. In whole gwei. */
export function challengeBond(its: Costs & Pick<Parameters, "minChallengeBond">, baseFee: bigint): bigint {
  const bond = beforeBurn(its.provingCost + GAS_MARGIN * its.answerGas * baseFee, its.burnShareBps);
  return ceilDiv(larger(bond, its.minChallengeBond), GWEI) * GWEI;
}

/** The least bond of which `reward` is left after the burn. */
export function beforeBurn(reward: bigint, burnShareBps: bigint): bigint {
  // A share of all, of which nothing is left, has its own refusal.
  return ceilDiv(reward * BPS, larger(BPS - burnShareBps, 1n));
}

/** What is left of a bond after the burn; the burn gets the rounding. */
export function rewardOf(bond: bigint, { burnShareBps }: Pick<Parameters, "burnShareBps">): bigint {
  return (bond * (BPS - burnShareBps)) / BPS;
}

/** What was measured on the machines that will prove. */
export interface Measured {
  readonly proofTime?: bigint;
  readonly answerGas?: bigint;
}

/** What a deployer wants an attack to burn, in wei a day. Choices, not facts. */
export interface Prices {
  /** Of garbage committed in fallback, one batch after another. */
  readonly stall?: bigint;
  /** Of challenges that put finality off. */
  readonly delay?: bigint;
}

/** A bound on one parameter. */
export interface Row {
  readonly parameter: keyof Parameters;
  readonly bound: "least" | "most";
  /** A rule follows from other parameters or from measurements; beyond a range a constructor takes a value for a mistake. */
  readonly kind: "rule" | "range";
  readonly limit: bigint;
  readonly actual: bigint;
  /** How far the parameter is on the right side. Negative: it is refused. */
  readonly margin: bigint;
  readonly ok: boolean;
  /** The contract whose constructor refuses, or nobody but this table. */
  readonly checkedBy: "Clock" | "BondManager" | "Bridge" | "Challenges" | "Rollup" | "params check";
}

export interface EconomicsOptions {
  readonly measured?: Measured;
  readonly prices?: Prices;
  /** Most records of a batch. */
  readonly capacity?: bigint;
}

/** Every bound on a deployment's parameters (docs/security.md §5.2). */
export function checkEconomics(parameters: Parameters, options: EconomicsOptions = {}): readonly Row[] {
  const { measured = {}, prices = {}, capacity } = options;
  const { burnShareBps, slot, guardian, primary } = parameters;
  const hasGuardian = guardian !== NOTHING_ADDRESS;
  const hasPrimary = primary !== NOTHING_ADDRESS;
  const row = (
    parameter: keyof Parameters,
    limit: bigint,
    checkedBy: Row["checkedBy"],
    bound: Row["bound"] = "least",
    kind: Row["kind"] = "rule",
  ): Row => {
    const actual = BigInt(parameters[parameter]);
    const margin = bound === "least" ? actual - limit : limit - actual;
    return { parameter, bound, kind, limit, actual, margin, ok: margin >= 0n, checkedBy };
  };
  const range = (
    parameter: keyof Parameters,
    limit: bigint,
    checkedBy: Row["checkedBy"],
    bound: Row["bound"] = "least",
  ) => row(parameter, limit, checkedBy, bound, "range");
  const stallTime = (measured.proofTime ?? parameters.proofTime) + STALL_OVERHEAD;
  const choice = (price: bigint, seconds: bigint) =>
    ceilDiv(price * seconds * BPS, DAY * larger(burnShareBps, 1n));
  return [
    row("provingWindow", leastWindow(parameters), "Challenges"),
    row("slot", leastSlot(parameters), "Challenges"),
    row("batchBond", leastBatchBond(parameters), "Challenges"),
    row("minChallengeBond", leastChallengeBond(parameters), "Challenges"),
    row("challengeWindow", leastWindow(parameters), "Rollup"),
    row("escapeDelay", leastEscapeDelay(parameters), "Rollup"),
    row("earliestFinality", parameters.challengeWindow, "Rollup", "most"),
    ...(capacity === undefined ? [] : [row("maxForced", capacity, "Rollup", "most")]),
    row("pauseCooldown", leastCooldown(parameters), "Clock"),
    range("pauseCooldown", LONGEST_WINDOW, "Clock", "most"),
    range("longestPause", hasGuardian ? 1n : 0n, "Clock"),
    range("longestPause", hasGuardian ? LONGEST_PAUSE : 0n, "Clock", "most"),
    range("burnShareBps", HALF, "BondManager"),
    range("burnShareBps", BPS - 1n, "BondManager", "most"),
    range("minChallengeBond", MOST_CHALLENGE_BOND, "Challenges", "most"),
    range("slot", DAY, "Challenges", "most"),
    range("provingWindow", LONGEST_WINDOW, "Challenges", "most"),
    range("challengeWindow", LONGEST_WINDOW, "Rollup", "most"),
    range("forceInclusionDelay", 1n, "Rollup"),
    range("forceInclusionDelay", LONGEST_WINDOW, "Rollup", "most"),
    range("escapeDelay", LONGEST_WINDOW, "Rollup", "most"),
    range("primaryTimeout", hasPrimary ? 1n : 0n, "Rollup"),
    range("primaryTimeout", hasPrimary ? LONGEST_WINDOW : 0n, "Rollup", "most"),
    range("maxForced", 1n, "Rollup"),
    range("baseEnqueuePrice", 1n, "Bridge"),
    range("baseEnqueuePrice", HIGHEST_ENQUEUE_PRICE, "Bridge", "most"),
    range("exitLimitBps", BPS, "Bridge", "most"),
    range("exitDelay", 1n, "Bridge"),
    range("exitDelay", LONGEST_DELAY, "Bridge", "most"),
    ...(measured.proofTime === undefined ? [] : [row("proofTime", measured.proofTime, "params check")]),
    ...(measured.answerGas === undefined ? [] : [row("answerGas", measured.answerGas, "params check")]),
    ...(prices.stall === undefined
      ? []
      : [row("batchBond", choice(prices.stall, stallTime), "params check")]),
    ...(prices.delay === undefined
      ? []
      : [row("minChallengeBond", choice(prices.delay, slot), "params check")]),
  ];
}

/** Throws PARAMETERS_REFUSED with the first bound that a constructor would refuse. */
export function requireEconomics(parameters: Parameters, options: EconomicsOptions = {}): void {
  const bad = checkEconomics(parameters, options).find(({ ok }) => !ok);
  if (bad === undefined) return;
  const { parameter, bound, limit, actual, checkedBy } = bad;
  fail("PARAMETERS_REFUSED", { parameter, bound, limit, actual, checkedBy });
}

/** What disputes cost and pay at a base fee. */
export interface DisputeCosts {
  readonly baseFee: bigint;
  /** Gas of an answer or a fraud proof. */
  readonly gas: bigint;
  readonly challengeBond: bigint;
  /** What is left for whoever answers, after gas and machine. */
  readonly answererNet: bigint;
  readonly challengerLoses: bigint;
  /** Of a challenger's bond. */
  readonly burned: bigint;
  readonly refuterNet: bigint;
  /** What a day's delay of finality by challenges costs. */
  readonly delayDay: bigint;
  /** What a day of garbage in fallback burns. */
  readonly stallDay: bigint;
}

export function disputeCosts(parameters: Parameters, baseFee: bigint, measured: Measured = {}): DisputeCosts {
  const { provingCost, batchBond, slot } = parameters;
  const gas = (measured.answerGas ?? parameters.answerGas) * baseFee;
  const bond = challengeBond(parameters, baseFee);
  const reward = rewardOf(bond, parameters);
  const batchReward = rewardOf(batchBond, parameters);
  const stallTime = (measured.proofTime ?? parameters.proofTime) + STALL_OVERHEAD;
  return {
    baseFee,
    gas,
    challengeBond: bond,
    answererNet: reward - gas - provingCost,
    challengerLoses: bond,
    burned: bond - reward,
    refuterNet: batchReward - gas - provingCost,
    delayDay: (DAY / slot) * bond,
    stallDay: ((batchBond - batchReward) * DAY) / stallTime,
  };
}

export function larger(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

export function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function ceilDiv(value: bigint, divisor: bigint): bigint {
  return (value + divisor - 1n) / divisor;
}
