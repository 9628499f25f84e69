import { ether } from "../../src/chain/amounts.ts";
import { BATCH_FEATURES, type BatchDecision, readModel, RiskMeter } from "../../src/risk/index.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { facts, short, span, table } from "../support/output.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { percent } from "./lines.ts";
import { policyOf, type PolicyArgs } from "./policy.ts";

type Args = DeploymentArgs & PolicyArgs & { batch: string; model: string | undefined };

/** Reasons and transactions that are shown. */
const SHOWN = 8;

export default action<Args>(async (args, context) => {
  const { node } = await openWorkspace(context, args);
  const meter = new RiskMeter(node, { model: readModel(args.model), policy: policyOf(args) });
  await meter.follow();
  const { id, header, status } = batchOf(node, args.batch);
  const score = meter.score(id);
  const decision = meter.decision(id);
  const about = { number: header.number, id, status };
  if (score === undefined) {
    const why = header.number === 0n ? "genesis has no records" : "a batch before it is wrong";
    return { json: { ...about, score: null }, lines: [`Batch ${header.number} has no score: ${why}.`] };
  }
  const transactions = score.transactions.toSorted((a, b) => b.probability - a.probability).slice(0, SHOWN);
  return {
    json: { ...about, score, decision: decision ?? null },
    lines: [
      `Batch ${header.number}, ${status}: ${percent(score.probability)} that it belongs to an attack`,
      `id ${id}, model ${score.model}`,
      "",
      ...table(
        ["feature", "value", "log-odds", "what it is"],
        score.reasons
          .slice(0, SHOWN)
          .map(({ feature, value, contribution }) => [
            feature,
            value.toFixed(2),
            contribution.toFixed(2),
            BATCH_FEATURES[feature as keyof typeof BATCH_FEATURES],
          ]),
      ),
      ...(transactions.length === 0 ? [] : ["", "Transactions, the most unusual first:"]),
      ...transactions.map(({ hash, probability }) => `${short(hash)}  ${percent(probability)}`),
      "",
      ...decisionLines(decision),
    ],
  };
});

function decisionLines(decision: BatchDecision | undefined): string[] {
  if (decision === undefined) return ["Nothing to decide: it is final, gone, or not right."];
  const { prove, because, value, segments, machine, gas, delay, doubt, gain, provenIn, waitsFor } = decision;
  const why = { itself: "it pays", run: "it pays for those after it", nothing: "it does not pay" }[because];
  return [
    prove ? `Prove it: ${why}.` : `Let it wait: ${why}.`,
    ...facts({
      Value: `${ether(value)} waits`,
      Proofs: `${segments}: ${ether(machine)} of machines, ${ether(gas)} of gas`,
      Spares: `${ether(delay)} of waiting, ${ether(doubt)} of doubt`,
      Gain: ether(gain),
      Final: `in ${span(provenIn)} with proofs, in ${span(waitsFor)} without`,
    }),
  ];
}
