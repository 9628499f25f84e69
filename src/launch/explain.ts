// What each parameter of a launch means: its unit, and why its bound is where it is. The bounds themselves come from economics.ts.

import { ether } from "../chain/amounts.ts";
import type { Row } from "../chain/economics.ts";
import type { Preset } from "../chain/presets.ts";

export type Unit = "duration" | "money" | "count" | "share";

interface Explanation {
  readonly unit: Unit;
  readonly means: string;
  /** Why not less, or not more. */
  readonly why: string;
}

export const EXPLANATIONS: Readonly<Record<keyof Preset, Explanation>> = {
  challengeWindow: {
    unit: "duration",
    means: "after a commit, challenges open so long; then time makes the batch final",
    why: "whoever finds a wrong batch needs time for one slow proof and for L1 to take it",
  },
  provingWindow: {
    unit: "duration",
    means: "a challenge is answered within this time, or the batch falls",
    why: "an honest sequencer needs time for one slow proof and for L1 to take it",
  },
  slot: {
    unit: "duration",
    means: "between the turns of two challenges: they queue",
    why: "proofs are made one after another, and answers may take a tenth of L1's gas",
  },
  proofTime: {
    unit: "duration",
    means: "measured time to prove one full segment, all proof systems together, on your machines",
    why: "windows and slot rest on it: measure with `npm run bench`",
  },
  inclusionTime: {
    unit: "duration",
    means: "L1 takes a transaction within this time even when it is full or unfriendly",
    why: "part of both windows",
  },
  forceInclusionDelay: {
    unit: "duration",
    means: "a deposit or forced transaction of this age must be in the next batch",
    why: "longer: users wait for an unfriendly sequencer; part of escapeDelay",
  },
  maxForced: {
    unit: "count",
    means: "due items that one batch must take at most, and the backlog that doubles the price of a place",
    why: "a batch has no more room",
  },
  batchBond: {
    unit: "money",
    means: "locked by every batch, lost if it is wrong",
    why: "what does not burn must pay for a fraud proof at highBaseFee",
  },
  minChallengeBond: {
    unit: "money",
    means: "least bond of a challenge",
    why: "what does not burn must pay the answerer's machine",
  },
  provingCost: {
    unit: "money",
    means: "cost of one proof in machine time",
    why: "both bonds rest on it",
  },
  burnShareBps: {
    unit: "share",
    means: "of every lost bond burns, in 1/10 000",
    why: "less than half, and a sequencer that refutes itself loses too little",
  },
  answerGas: {
    unit: "count",
    means: "measured L1 gas of an answer",
    why: "both bonds and the slot rest on it",
  },
  baseEnqueuePrice: {
    unit: "money",
    means: "price of a place in L1's queue without backlog; burned",
    why: "more than 0, or the queue is filled for nothing",
  },
  highBaseFee: {
    unit: "money",
    means: "L1 base fee, a unit of gas, up to which a batch's bond pays for a fraud proof",
    why: "above what L1 costs on a bad day; it raises batchBond",
  },
  longestPause: {
    unit: "duration",
    means: "one call of the guardian stops time so long at most; 0 without a guardian",
    why: "everybody's money stands still that long",
  },
  pauseCooldown: {
    unit: "duration",
    means: "from the end of a pause to the earliest start of the next",
    why: "time runs for four fifths of any long stretch",
  },
  primaryTimeout: {
    unit: "duration",
    means: "the sequencer commits alone so long after its last batch; 0 without priority",
    why: "then anybody bonded commits: how long an outage may last",
  },
  escapeDelay: {
    unit: "duration",
    means: "an item that no final batch took for so long lets anyone freeze the rollup for good",
    why: "an honest sequencer must have two full tries",
  },
  earliestFinality: {
    unit: "duration",
    means: "not even a proven batch is final before",
    why: "time for a fraud proof against a forged proof; not above challengeWindow",
  },
  exitLimitBps: {
    unit: "share",
    means: "of an asset's custody leaves at once within one exitDelay, in 1/10 000; 10000: no limit",
    why: "limits what a broken proof system costs before somebody stops it",
  },
  exitDelay: {
    unit: "duration",
    means: "a payment beyond that share waits so long",
    why: "time for somebody to look",
  },
};

const UNITS = [
  ["d", 86_400n],
  ["h", 3600n],
  ["min", 60n],
] as const;

/** As the file has it and `parseDuration` and `parseEtherAmount` read it: `10min`, `0.2ether`, `20gwei`, `5000`. */
export function written(unit: Unit, value: bigint): string {
  if (unit === "count" || unit === "share") return String(value);
  if (unit === "duration") {
    const [name, size] = UNITS.find(([, its]) => value > 0n && value % its === 0n) ?? ["s", 1n];
    return `${value / size}${name}`;
  }
  const gwei = 10n ** 9n;
  if (value % 10n ** 13n === 0n) return `${ether(value).replace(" ETH", "ether")}`;
  return value % gwei === 0n ? `${value / gwei}gwei` : `${value}wei`;
}

/** `at least 6min 12s (Rollup)`. */
export function boundText({ parameter, bound, limit, checkedBy }: Row): string {
  const { unit } = EXPLANATIONS[parameter as keyof Preset];
  return `at ${bound} ${written(unit, limit)} (${checkedBy})`;
}
