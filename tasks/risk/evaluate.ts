import { writeFile } from "node:fs/promises";
import { type Metrics, reliability, roc } from "../../src/risk/metrics.ts";
import { readModel } from "../../src/risk/model.ts";
import { plot } from "../../src/risk/plot.ts";
import { ATTACKS } from "../../src/risk/simulation/plan.ts";
import { byAttack, examples, judge, unseen } from "../../src/risk/train.ts";
import { action } from "../support/action.ts";
import type { CommonArgs } from "../support/define.ts";
import { count, table } from "../support/output.ts";
import { binTable, metricsTable, percent } from "./lines.ts";
import { sizeOf } from "./size.ts";

type Args = CommonArgs & {
  model: string | undefined;
  seed: string | undefined;
  worlds: string | undefined;
  plot: string | undefined;
  unseen: boolean;
};

export default action<Args>(async (args, { progress }) => {
  const model = readModel(args.model);
  const seed = args.seed ?? model.seed;
  const test = sizeOf(args.worlds, model.metrics.test);
  progress(`simulating ${test.worlds} deployments that training did not see`);
  const { batch, transaction, metrics } = judge(model, examples(seed, "test", test));
  const bins = { batch: reliability(batch), transaction: reliability(transaction) };
  if (args.plot !== undefined) {
    const series = [
      { name: "batches", metrics: metrics.batch, roc: roc(batch), bins: bins.batch },
      { name: "transactions", metrics: metrics.transaction, roc: roc(transaction), bins: bins.transaction },
    ];
    await writeFile(args.plot, plot(`Risk model ${model.name} on held-out traffic`, series));
  }
  const attacks = byAttack(batch);
  const apart = args.unseen ? withoutEach(seed, progress) : undefined;
  return {
    json: { model: model.name, seed, test, metrics, bins, attacks, unseen: apart, plot: args.plot },
    lines: [
      `Model ${model.name} on ${test.worlds} simulated deployments of ${test.batches} batches, seed ${seed}`,
      "",
      ...metricsTable(metrics),
      "",
      "Batches, by what was said:",
      ...binTable(bins.batch),
      "",
      "Batches, by attack, against all honest ones:",
      ...attackTable(attacks),
      ...(apart === undefined
        ? []
        : ["", "The same for models that never saw the attack:", ...attackTable(apart)]),
      ...(args.plot === undefined ? [] : ["", `Plot in ${args.plot}`]),
    ],
  };
});

type ByAttack = Readonly<Record<string, Metrics>>;

function withoutEach(seed: string, progress: (what: string) => void): ByAttack {
  return Object.fromEntries(
    ATTACKS.map((attack) => {
      progress(`training without ${attack}`);
      return [attack, unseen(seed, attack)];
    }),
  );
}

function attackTable(attacks: ByAttack): string[] {
  return table(
    ["attack", "batches", "ROC AUC", "found at 1% alarms"],
    Object.entries(attacks).map(([attack, its]) => [
      attack,
      count(its.hostile),
      its.auc.toFixed(3),
      percent(its.foundAtOnePercent),
    ]),
  );
}
