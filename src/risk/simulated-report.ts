// The ways of proving on held-out simulated traffic, where it is known which batches were doubted.

import { presetFor } from "../chain/presets.ts";
import { INSTANCES } from "../model/index.ts";
import { explain } from "./additive.ts";
import { type Case, compare, type Outcome, type Setting, STRATEGIES } from "./compare.ts";
import type { RiskPolicy } from "./decide.ts";
import type { RiskModel } from "./model.ts";
import { flowOf } from "./flow.ts";
import { type Example, examples, type Size } from "./train.ts";

/** Records in a segment of that circuit: simulated deployments have many sizes, and proofs are priced for this one. */
const { n: RECORDS } = INSTANCES.standard;

/** As a deployment on Ethereum would have it, with circuits for 32 records. */
export function mainnetSetting(policy: RiskPolicy, workers: number): Setting {
  return { terms: presetFor("mainnet", "standard", ["ultrahonk"]), policy, workers };
}

/** Sums over the deployments. Wrong batches are left out: they are refuted, not proven. */
export function simulatedReport(model: RiskModel, size: Size, setting: Setting): readonly Outcome[] {
  const reports: (readonly Outcome[])[] = [];
  let cases: Case[] = [];
  let seen = 0;
  for (const example of examples(model.seed, "test", size)) {
    if (!example.simulated.wrong) cases.push(caseOf(model, example));
    if (++seen % size.batches !== 0) continue;
    reports.push(compare(cases, setting));
    cases = [];
  }
  return STRATEGIES.map((_, i) =>
    reports.map((report) => report[i] as Outcome).reduce((sum, one) => add(sum, one)),
  );
}

function caseOf(model: RiskModel, { batch, simulated }: Example): Case {
  const { facts, attack } = simulated;
  return {
    committedAt: facts.committedAt,
    segments: BigInt(Math.ceil(((facts.queueSegments + facts.dataSegments) * facts.n) / RECORDS)),
    flow: flowOf(facts),
    probability: explain(model.batch, batch).probability,
    doubted: attack === undefined ? 0 : 1,
    l1BaseFee: facts.l1?.baseFee ?? 0n,
  };
}

function add(a: Outcome, b: Outcome): Outcome {
  return {
    strategy: a.strategy,
    batches: a.batches + b.batches,
    provenBatches: a.provenBatches + b.provenBatches,
    proofs: a.proofs + b.proofs,
    seconds: a.seconds + b.seconds,
    proofCost: a.proofCost + b.proofCost,
    delayCost: a.delayCost + b.delayCost,
    doubtCost: a.doubtCost + b.doubtCost,
    total: a.total + b.total,
  };
}
