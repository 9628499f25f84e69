// Parameter presets of a deployment, and which chain may use them.

import { parseEther } from "ethers";
import { fail } from "../errors.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../model/params.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";
import {
  larger,
  leastBatchBond,
  leastChallengeBond,
  leastEscapeDelay,
  leastSlot,
  leastWindow,
} from "./economics.ts";
import { type Hex, NOTHING_ADDRESS } from "./types.ts";

export type PresetName = "local" | "testnet" | "mainnet";

/** Accounts with a right of their own; address 0: nobody has it. */
export interface Roles {
  /** May stop the protocol's time for a while, and nothing else. */
  readonly guardian: Hex;
  /** Commits alone while it is live. */
  readonly primary: Hex;
}

/** What the contracts are built with. Durations in seconds, money in wei. */
export interface Parameters extends Roles {
  /** Time after a commit in which challenges open. */
  readonly challengeWindow: bigint;
  /** From the moment a challenge's turn comes to its deadline. */
  readonly provingWindow: bigint;
  /** Time between the turns of two challenges: they queue for proving capacity. */
  readonly slot: bigint;
  /** Measured time to prove a segment: all of a deployment's proof systems, one after the other. */
  readonly proofTime: bigint;
  /** Time in which L1 certainly takes an answer. */
  readonly inclusionTime: bigint;
  /** Age at which a queue item is due. */
  readonly forceInclusionDelay: bigint;
  /** Most due items that a batch must take, and the backlog that doubles the price of a queue place. */
  readonly maxForced: bigint;
  readonly batchBond: bigint;
  readonly minChallengeBond: bigint;
  /** Measured cost of one proof in machine time; its gas on L1 comes on top. */
  readonly provingCost: bigint;
  /** Share of every slashed or forfeited bond that burns, in 1/10 000. */
  readonly burnShareBps: bigint;
  /** Measured gas of an answer. */
  readonly answerGas: bigint;
  /** Price of a queue place without backlog; burned. */
  readonly baseEnqueuePrice: bigint;
  /** Base fee up to which a batch's bond pays for a fraud proof, in wei. */
  readonly highBaseFee: bigint;
  /** Longest stretch for which one call of the guardian stops time; 0 without a guardian. */
  readonly longestPause: bigint;
  /** From the end of a pause to the earliest start of the next. */
  readonly pauseCooldown: bigint;
  /** How long after its last commit the primary is live; 0 without a primary. */
  readonly primaryTimeout: bigint;
  /** Age at which an item that no final batch consumed lets anyone freeze the rollup. */
  readonly escapeDelay: bigint;
  /** Time after a commit before which even a proven batch is not final. */
  readonly earliestFinality: bigint;
  /** Share of an asset's custody that leaves at once within one `exitDelay`, in 1/10 000; all: no limit. */
  readonly exitLimitBps: bigint;
  /** How long a payment beyond that share waits. */
  readonly exitDelay: bigint;
}

/** A preset before anybody has a role; what belongs to a role counts only if somebody has it. */
export type Preset = Omit<Parameters, keyof Roles>;

const MINUTE = 60n;
const HOUR = 60n * MINUTE;
const DAY = 24n * HOUR;

/** Half of every bond burns: a slashed sequencer may hold the winning prover, too. */
const HALF = 5_000n;

/**
 * Seconds that one proof of a full segment takes at most, on 2 cores: bounds above what `bench` measures. A pair that
 * is not here was never measured.
 */
export const PROOF_SECONDS: Readonly<
  Record<ProofSystemName, Readonly<Partial<Record<InstanceName, bigint>>>>
> = {
  ultrahonk: { mini: 2n, dev: 5n, single: 3n, classic: 20n, standard: 30n },
  groth16: { mini: 10n, single: 20n, classic: 300n },
  plonk: { mini: 90n, single: 300n },
};

/** What an answer with 32 records costs besides its proofs: a bound above what `bench` and snapshots/gas.json measure. */
const OPENING_GAS = 700_000n;

/** What one proof adds, calldata and verification: bounds likewise. */
const VERIFICATION_GAS: Readonly<Record<ProofSystemName, bigint>> = {
  ultrahonk: 900_000n,
  groth16: 500_000n,
  plonk: 600_000n,
};

const ANSWER_GAS = OPENING_GAS + VERIFICATION_GAS.ultrahonk;

const GWEI = 10n ** 9n;
const NO_LIMIT = 10_000n;

/** With UltraHonk. Other proof systems may raise times, gas and bonds: see `presetFor`. */
export const PRESETS: Readonly<Record<PresetName, Preset>> = {
  // Windows of seconds, for a chain whose clock is under the user's control.
  local: {
    challengeWindow: 60n,
    provingWindow: 60n,
    slot: 12n,
    proofTime: 10n,
    inclusionTime: 12n,
    forceInclusionDelay: 30n,
    maxForced: 32n,
    batchBond: parseEther("1"),
    minChallengeBond: parseEther("0.1"),
    provingCost: parseEther("0.01"),
    burnShareBps: HALF,
    answerGas: ANSWER_GAS,
    baseEnqueuePrice: 10n ** 12n,
    highBaseFee: 50n * GWEI,
    longestPause: MINUTE,
    pauseCooldown: 4n * MINUTE,
    primaryTimeout: 2n * MINUTE,
    escapeDelay: 10n * MINUTE,
    earliestFinality: 0n,
    exitLimitBps: NO_LIMIT,
    exitDelay: MINUTE,
  },
  testnet: {
    challengeWindow: 10n * MINUTE,
    provingWindow: 30n * MINUTE,
    slot: 90n,
    proofTime: MINUTE,
    inclusionTime: 5n * MINUTE,
    forceInclusionDelay: 30n * MINUTE,
    maxForced: 128n,
    batchBond: parseEther("0.2"),
    minChallengeBond: parseEther("0.05"),
    provingCost: parseEther("0.01"),
    burnShareBps: HALF,
    answerGas: ANSWER_GAS,
    baseEnqueuePrice: 10n ** 13n,
    highBaseFee: 20n * GWEI,
    longestPause: 6n * HOUR,
    pauseCooldown: DAY,
    primaryTimeout: 10n * MINUTE,
    escapeDelay: 6n * HOUR,
    earliestFinality: 0n,
    exitLimitBps: 5_000n,
    exitDelay: HOUR,
  },
  // L1 inclusion under censorship sets these floors, not proving time. Fast finality comes from proofs.
  mainnet: {
    challengeWindow: DAY,
    provingWindow: 2n * HOUR,
    slot: 2n * MINUTE,
    proofTime: MINUTE,
    inclusionTime: HOUR,
    forceInclusionDelay: DAY,
    maxForced: 256n,
    batchBond: parseEther("4"),
    minChallengeBond: parseEther("0.5"),
    provingCost: parseEther("0.002"),
    burnShareBps: HALF,
    answerGas: ANSWER_GAS,
    baseEnqueuePrice: 10n ** 14n,
    highBaseFee: 200n * GWEI,
    longestPause: 2n * DAY,
    pauseCooldown: 8n * DAY,
    primaryTimeout: 3n * HOUR,
    escapeDelay: 7n * DAY,
    // Time for a fraud proof against what was proven by a forged proof.
    earliestFinality: 30n * MINUTE,
    exitLimitBps: 2_500n,
    exitDelay: DAY,
  },
};

export interface PresetOptions extends Partial<Parameters> {
  /** Has the roles of a testnet that nobody was named for; elsewhere nobody has them. */
  readonly deployer?: Hex;
}

/**
 * The preset for a circuit and for the proof systems that must all accept, with some values replaced.
 * - Proof times and gas of the systems add up. Times and bonds that are too small for the sum, and the escape delay, are raised
 *   to what the contracts demand and no further, unless they are replaced themselves. A pair that was never measured adds
 *   no time: `requireProofTimes` refuses it where that matters.
 * - A batch is not forced to take more than it can hold, and proofs make none final later than time does.
 * - Without a guardian there is no pause, without a primary no priority.
 */
export function presetFor(
  preset: PresetName,
  instance: InstanceName,
  systems: readonly ProofSystemName[],
  { deployer = NOTHING_ADDRESS, ...overrides }: PresetOptions = {},
): Parameters {
  const its = PRESETS[preset];
  const somebody = preset === "testnet" ? deployer : NOTHING_ADDRESS;
  const { guardian = somebody, primary = somebody } = overrides;
  const times = systems.map((system) => PROOF_SECONDS[system][instance] ?? 0n);
  const parameters: Parameters = {
    ...its,
    proofTime: larger(its.proofTime, sum(times)),
    answerGas: OPENING_GAS + sum(systems.map((system) => VERIFICATION_GAS[system])),
    maxForced: smaller(its.maxForced, BigInt(MAX_SEGMENTS * INSTANCES[instance].n)),
    ...(guardian === NOTHING_ADDRESS ? { longestPause: 0n, pauseCooldown: 0n } : {}),
    ...(primary === NOTHING_ADDRESS ? { primaryTimeout: 0n } : {}),
    ...overrides,
    guardian,
    primary,
  };
  const raised: Parameters = {
    ...parameters,
    slot: larger(parameters.slot, leastSlot(parameters)),
    provingWindow: larger(parameters.provingWindow, leastWindow(parameters)),
    challengeWindow: larger(parameters.challengeWindow, leastWindow(parameters)),
    batchBond: larger(parameters.batchBond, leastBatchBond(parameters)),
    minChallengeBond: larger(parameters.minChallengeBond, leastChallengeBond(parameters)),
    earliestFinality: smaller(parameters.earliestFinality, parameters.challengeWindow),
    ...overrides,
  };
  const escapeDelay = overrides.escapeDelay ?? larger(raised.escapeDelay, leastEscapeDelay(raised));
  return { ...raised, escapeDelay };
}

/** Refuses (PROOF_TIME_UNMEASURED) a pair without an entry in PROOF_SECONDS. */
export function requireProofTimes(instance: InstanceName, systems: readonly ProofSystemName[]): void {
  for (const system of systems) {
    if (PROOF_SECONDS[system][instance] === undefined) fail("PROOF_TIME_UNMEASURED", { system, instance });
  }
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);

export const ETHEREUM_MAINNET = 1n;

/** Shortest durations on Ethereum mainnet. */
const FLOORS = {
  challengeWindow: DAY,
  provingWindow: HOUR,
  inclusionTime: HOUR,
  escapeDelay: 5n * DAY,
} as const;

/** Longer than this nobody's money stands still there. */
const LONGEST_MAINNET_PAUSE = 7n * DAY;

/** Refuses (PRESET_TOO_SHORT, PAUSE_TOO_LONG) durations on chain id 1 that L1 censorship, or patience, could not outlast. */
export function checkParameters(parameters: Parameters, chainId: bigint): void {
  if (chainId !== ETHEREUM_MAINNET) return;
  for (const [parameter, least] of Object.entries(FLOORS)) {
    const actual = parameters[parameter as keyof typeof FLOORS];
    if (actual < least) fail("PRESET_TOO_SHORT", { parameter, least, actual });
  }
  const { longestPause } = parameters;
  if (longestPause > LONGEST_MAINNET_PAUSE) {
    fail("PAUSE_TOO_LONG", { most: LONGEST_MAINNET_PAUSE, actual: longestPause });
  }
}
