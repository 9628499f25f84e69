// Parameter presets of a deployment, and which chain may use them.

import { parseEther } from "ethers";
import { fail } from "../errors.ts";
import { INSTANCES, type InstanceName, MAX_SEGMENTS } from "../model/params.ts";
import type { ProofSystemName } from "../prover/proof-system.ts";

export type PresetName = "local" | "testnet" | "mainnet";

/** What the contracts are built with. Durations in seconds, money in wei. */
export interface Parameters {
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
  /** Measured cost of proving a segment, and of verifying that on L1. */
  readonly provingCost: bigint;
  /** Share of every slashed or forfeited bond that burns, in 1/10 000. */
  readonly burnShareBps: bigint;
  /** Measured gas of an answer. */
  readonly answerGas: bigint;
  /** Price of a queue place without backlog; burned. */
  readonly baseEnqueuePrice: bigint;
}

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

/** With UltraHonk. Other proof systems may raise `proofTime`, `slot` and `provingWindow`: see `presetFor`. */
export const PRESETS: Readonly<Record<PresetName, Parameters>> = {
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
    provingCost: parseEther("0.1"),
    burnShareBps: HALF,
    answerGas: ANSWER_GAS,
    baseEnqueuePrice: 10n ** 14n,
  },
};

/**
 * The preset for a circuit and for the proof systems that must all accept: proof times and gas add up, and times that
 * are too short for the sum are raised to what the contract demands, and no further. A batch is not forced to take more
 * than it can hold. A pair that was never measured adds no time: `requireProofTimes` refuses it where that matters.
 */
export function presetFor(
  preset: PresetName,
  instance: InstanceName,
  systems: readonly ProofSystemName[],
): Parameters {
  const parameters = PRESETS[preset];
  const times = systems.map((system) => PROOF_SECONDS[system][instance] ?? 0n);
  const proofTime = larger(parameters.proofTime, sum(times));
  const answerGas = answerGasOf(systems);
  const least = leastTimes({ ...parameters, proofTime, answerGas });
  return {
    ...parameters,
    proofTime,
    answerGas,
    slot: larger(parameters.slot, least.slot),
    provingWindow: larger(parameters.provingWindow, least.provingWindow),
    maxForced: smaller(parameters.maxForced, BigInt(MAX_SEGMENTS * INSTANCES[instance].n)),
  };
}

/** Refuses (PROOF_TIME_UNMEASURED) a pair without an entry in PROOF_SECONDS. */
export function requireProofTimes(instance: InstanceName, systems: readonly ProofSystemName[]): void {
  for (const system of systems) {
    if (PROOF_SECONDS[system][instance] === undefined) fail("PROOF_TIME_UNMEASURED", { system, instance });
  }
}

/** Gas of L1 that answers may take: a tenth of it, as in contracts/Challenges.sol. */
const ANSWER_GAS_PER_SECOND = 500_000n;

/** The bounds of `_checkTimes` in contracts/Challenges.sol; a proof may take a fifth longer than measured. */
function leastTimes({ proofTime, inclusionTime, answerGas }: Parameters) {
  const proving = quotientUp(proofTime * 6n, 5n);
  return {
    slot: larger(proving, quotientUp(answerGas, ANSWER_GAS_PER_SECOND)),
    provingWindow: proving + inclusionTime,
  };
}

function answerGasOf(systems: readonly ProofSystemName[]): bigint {
  return OPENING_GAS + sum(systems.map((system) => VERIFICATION_GAS[system]));
}

const sum = (values: readonly bigint[]) => values.reduce((total, value) => total + value, 0n);
const larger = (a: bigint, b: bigint) => (a > b ? a : b);
const smaller = (a: bigint, b: bigint) => (a < b ? a : b);
const quotientUp = (value: bigint, divisor: bigint) => (value + divisor - 1n) / divisor;

export const ETHEREUM_MAINNET = 1n;

/** Shortest durations on Ethereum mainnet. */
const FLOORS = { challengeWindow: DAY, provingWindow: HOUR, inclusionTime: HOUR } as const;

/** Refuses (PRESET_TOO_SHORT) durations on chain id 1 that L1 censorship could outlast. */
export function checkParameters(parameters: Parameters, chainId: bigint): void {
  if (chainId !== ETHEREUM_MAINNET) return;
  for (const [parameter, least] of Object.entries(FLOORS)) {
    const actual = parameters[parameter as keyof typeof FLOORS];
    if (actual < least) fail("PRESET_TOO_SHORT", { parameter, least, actual });
  }
}
