import { ether } from "../../src/chain/amounts.ts";
import type { Outcome } from "../../src/risk/compare.ts";
import { deploymentReport } from "../../src/risk/deployment-report.ts";
import { readModel, RiskMeter } from "../../src/risk/index.ts";
import { mainnetSetting, simulatedReport } from "../../src/risk/simulated-report.ts";
import { FULL } from "../../src/risk/train.ts";
import { action, type Context } from "../support/action.ts";
import { parseNatural, parsePositive } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { type Answer, count, facts, short, table } from "../support/output.ts";
import { openWorkspace } from "../support/workspace.ts";
import { percent } from "./lines.ts";
import { type PolicyArgs, policyOf } from "./policy.ts";
import { sizeOf } from "./size.ts";

type Args = DeploymentArgs &
  PolicyArgs & { model: string | undefined; workers: string; simulated: boolean; worlds: string | undefined };

export default action<Args>(async (args, context) =>
  args.simulated ? onSimulated(args, context) : await onDeployment(args, context),
);

function onSimulated(args: Args, { progress }: Context): Answer {
  const model = readModel(args.model);
  const size = sizeOf(args.worlds, FULL.test);
  progress(`simulating ${size.worlds} deployments that training did not see`);
  const outcomes = simulatedReport(model, size, mainnetSetting(policyOf(args), workersOf(args)));
  return {
    json: { model: model.name, worlds: size.worlds, outcomes, saved: saved(outcomes) },
    lines: [
      `${size.worlds} simulated deployments with mainnet's windows, model ${model.name}, ${args.workers} prover(s) each`,
      "",
      ...outcomeTable(outcomes),
      "",
      ...savedLines(outcomes),
    ],
  };
}

async function onDeployment(args: Args, context: Context): Promise<Answer> {
  const { node } = await openWorkspace(context, args);
  const workers = workersOf(args);
  const meter = new RiskMeter(node, { model: readModel(args.model), policy: policyOf(args), workers });
  await meter.follow();
  const { happened, compared } = await deploymentReport(node, meter, workers);
  const decisions = [...meter.decisions()].map(([id, decision]) => ({ id, ...decision }));
  const batches = node.derivation.view.live.slice(1).flatMap(({ id, header, status }) => {
    const score = meter.score(id);
    return score === undefined
      ? []
      : [{ number: header.number, id, status, probability: score.probability, reason: score.reasons[0] }];
  });
  const capacity = meter.capacity();
  return {
    json: { batches, decisions, capacity, happened, outcomes: compared, saved: saved(compared) },
    lines: [
      ...table(
        ["batch", "id", "status", "probability", "above all", "decision"],
        batches.map(({ number, id, status, probability, reason }) => [
          number,
          short(id),
          status,
          percent(probability),
          reason?.feature ?? "–",
          decisionText(meter.decision(id)),
        ]),
      ),
      "",
      "All right batches, under each way of proving:",
      ...outcomeTable(compared),
      "",
      ...savedLines(compared),
      "",
      "What happened, for the final ones:",
      ...outcomeTable([{ strategy: "really", ...happened }]),
      "",
      ...facts({
        "Provers to hold": `${capacity.workers}, of them ${capacity.forAnswers} for answers to challenges`,
      }),
    ],
  };
}

function workersOf({ workers }: Args): number {
  return Number(parsePositive(parseNatural(workers, "--workers"), "--workers"));
}

function decisionText(decision: ReturnType<RiskMeter["decision"]>): string {
  if (decision === undefined) return "–";
  return decision.prove ? `prove (${decision.because})` : "wait";
}

type Line = Omit<Outcome, "strategy"> & { readonly strategy: string };

function outcomeTable(outcomes: readonly Line[]): string[] {
  return table(
    ["way", "batches", "proven", "proofs", "minutes to final", "proofs cost", "waiting", "doubt", "all"],
    outcomes.map((its) => [
      its.strategy,
      count(its.batches),
      count(its.provenBatches),
      count(its.proofs),
      its.batches === 0 ? "–" : (Number(its.seconds) / 60 / its.batches).toFixed(1),
      money(its.proofCost),
      money(its.delayCost),
      money(its.doubtCost),
      money(its.total),
    ]),
  );
}

/** Minutes a batch, and wei in all. */
function saved(outcomes: readonly Outcome[]) {
  const of = (strategy: string) => outcomes.find((one) => one.strategy === strategy) as Outcome;
  const risk = of("risk");
  const against = (other: Outcome) => ({
    minutes: other.batches === 0 ? 0 : Number(other.seconds - risk.seconds) / 60 / other.batches,
    wei: other.total - risk.total,
  });
  return { never: against(of("never")), always: against(of("always")), even: against(of("even")) };
}

function savedLines(outcomes: readonly Outcome[]): string[] {
  const { never, always, even } = saved(outcomes);
  const line = ({ minutes, wei }: { readonly minutes: number; readonly wei: bigint }) => {
    const time = `${Math.abs(minutes).toFixed(1)} minutes a batch ${minutes >= 0 ? "earlier" : "later"}`;
    return `${money(wei < 0n ? -wei : wei)} ${wei >= 0n ? "saved" : "lost"}, ${time}`;
  };
  return facts({
    "Against never": line(never),
    "Against always": line(always),
    "By the score alone": line(even),
  });
}

/** To a millionth of an ETH. */
function money(wei: bigint): string {
  const MILLIONTH = 10n ** 12n;
  return ether((wei / MILLIONTH) * MILLIONTH);
}
