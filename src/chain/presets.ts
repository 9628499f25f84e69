// Parameter presets of a deployment, and which chain may use them.

import { parseEther } from "ethers";
import { fail } from "../errors.ts";
import { MAX_SEGMENTS } from "../model/params.ts";

export type PresetName = "local" | "testnet" | "mainnet";

/** What the contracts are built with. Durations in seconds, money in wei. */
export interface Parameters {
  /** Time after a commit in which challenges open. */
  readonly challengeWindow: bigint;
  /** From the moment a challenge's turn comes to its deadline. */
  readonly provingWindow: bigint;
  /** Time between the turns of two challenges: they queue for proving capacity. */
  readonly slot: bigint;
  /** Measured time to make one proof. */
  readonly proofTime: bigint;
  /** Time in which L1 certainly takes an answer. */
  readonly inclusionTime: bigint;
  /** Age at which a queue item is due. */
  readonly forceInclusionDelay: bigint;
  /** Most due items that a batch must take, and the backlog that doubles the price of a queue place. */
  readonly maxForced: bigint;
  readonly batchBond: bigint;
  readonly minChallengeBond: bigint;
  /** Measured cost of one proof and its verification on L1. */
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

/** An answer with 32 records: decoding, Honk verification, calldata, state. */
const ANSWER_GAS = 1_600_000n;

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

/** The preset for a circuit with `n` records in a segment: a batch is not forced to take more than it can hold. */
export function presetFor(preset: PresetName, n: number): Parameters {
  const parameters = PRESETS[preset];
  const capacity = BigInt(MAX_SEGMENTS * n);
  const maxForced = parameters.maxForced < capacity ? parameters.maxForced : capacity;
  return { ...parameters, maxForced };
}

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
