// Parameter presets of a deployment, and which chain may use them.

import type { Hex } from "./types.ts";

export type PresetName = "local" | "testnet" | "mainnet";

/** Immutable parameters of a deployment. Durations in seconds, money in wei. */
export interface Parameters {
  readonly challengeWindow: bigint;
  readonly provingWindow: bigint;
  /** Minimal distance between two deadlines: challenges queue for proving capacity. */
  readonly challengeSlot: bigint;
  readonly forceInclusionDelay: bigint;
  readonly maxForced: bigint;
  readonly primaryTimeout: bigint;
  readonly batchBond: bigint;
  readonly minChallengeBond: bigint;
  /** Share of every slash that burns, in hundredths of a per cent; at least 5000. */
  readonly burnShareBps: number;
  readonly answerGas: bigint;
  /** Price of a queue place with an empty backlog. */
  readonly enqueuePrice: bigint;
}

export interface ParameterOverrides extends Partial<Parameters> {
  readonly primary?: Hex;
}

export declare const PRESETS: Readonly<Record<PresetName, Parameters>>;

/** Refuses (PRESET_TOO_SHORT) windows below the mainnet preset on chain id 1. */
export declare function checkParameters(parameters: Parameters, chainId: bigint): void;
