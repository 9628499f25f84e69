// From a seed to a model: simulates deployments, fits both models on some of them, and measures them on others.

import { createHash } from "node:crypto";
import { explain } from "./additive.ts";
import { BATCH_FEATURE_NAMES, TRANSACTION_FEATURE_NAMES } from "./features.ts";
import { fitAdditive, type Row } from "./fit.ts";
import { History, type Seen } from "./history.ts";
import { type Judged, measure, type Metrics } from "./metrics.ts";
import { FORMAT, nameOf, type RiskModel } from "./model.ts";
import { simulate, type SimulatedBatch } from "./simulation/simulate.ts";
import { ATTACKS, type Attack } from "./simulation/plan.ts";

export interface Size {
  readonly worlds: number;
  readonly batches: number;
}

export interface TrainOptions {
  readonly seed: string;
  readonly train: Size;
  readonly test: Size;
  /** Attacks that training sees; all of them if left out. */
  readonly attacks?: readonly Attack[];
}

/** What the committed model was trained and measured on. */
export const FULL: Pick<TrainOptions, "train" | "test"> = {
  train: { worlds: 120, batches: 150 },
  test: { worlds: 48, batches: 150 },
};

/** Of honest transactions, one in so many is kept, and stands for the others. */
const KEEP_ONE_IN = 12;

export interface Example extends Seen {
  readonly simulated: SimulatedBatch;
}

/** All batches of some simulated deployments, as they look at their commit. `part` keeps training and measuring apart. */
export function* examples(
  seed: string,
  part: "train" | "test",
  { worlds, batches }: Size,
  attacks?: readonly Attack[],
): Generator<Example> {
  for (let i = 0; i < worlds; i++) {
    const history = new History();
    const options = { seed: `${seed} ${part} ${i}`, batches, ...(attacks === undefined ? {} : { attacks }) };
    for (const simulated of simulate(options)) {
      yield { ...history.add(simulated.facts), simulated };
    }
  }
}

export function train({ seed, train: size, test, attacks }: TrainOptions): RiskModel {
  const batchRows: Row[] = [];
  const transactionRows: Row[] = [];
  const digest = createHash("sha256");
  let honest = 0;
  for (const { batch, transactions, simulated } of examples(seed, "train", size, attacks)) {
    const hostile = simulated.attack !== undefined;
    batchRows.push({ values: batch, hostile, weight: 1 });
    digest.update(`${hostile} ${batch.join()}\n`);
    for (const [i, values] of transactions.entries()) {
      const its = simulated.hostile[i] === true;
      if (!its && honest++ % KEEP_ONE_IN !== 0) continue;
      transactionRows.push({ values, hostile: its, weight: its ? 1 : KEEP_ONE_IN });
      digest.update(`${its} ${values.join()}\n`);
    }
  }
  const fitted = {
    batch: fitAdditive(BATCH_FEATURE_NAMES, batchRows),
    transaction: fitAdditive(TRANSACTION_FEATURE_NAMES, transactionRows),
  };
  return {
    format: FORMAT,
    name: nameOf(seed, fitted),
    seed,
    trained: { ...size, rows: { batch: batchRows.length, transaction: transactionRows.length } },
    trainingHash: `0x${digest.digest("hex")}`,
    ...fitted,
    metrics: { test, ...judge(fitted, examples(seed, "test", test)).metrics },
  };
}

/** Scores examples, and measures the scores. */
export function judge(model: Pick<RiskModel, "batch" | "transaction">, its: Iterable<Example>) {
  const batch: (Judged & { readonly attack: Attack | undefined; readonly wrong: boolean })[] = [];
  const transaction: Judged[] = [];
  for (const example of its) {
    const { attack, wrong, hostile } = example.simulated;
    const { probability } = explain(model.batch, example.batch);
    batch.push({ probability, hostile: attack !== undefined, attack, wrong });
    for (const [i, values] of example.transactions.entries()) {
      transaction.push({
        probability: explain(model.transaction, values).probability,
        hostile: hostile[i] === true,
      });
    }
  }
  return { batch, transaction, metrics: { batch: measure(batch), transaction: measure(transaction) } };
}

/** Each attack against all honest batches. */
export function byAttack(
  judged: readonly (Judged & { readonly attack: Attack | undefined })[],
): Readonly<Record<string, Metrics>> {
  const honest = judged.filter(({ attack }) => attack === undefined);
  return Object.fromEntries(
    ATTACKS.flatMap((attack) => {
      const its = judged.filter((one) => one.attack === attack);
      return its.length === 0 ? [] : [[attack, measure([...honest, ...its])]];
    }),
  );
}

/** How a model finds an attack that its training left out: a third of the usual training, batches alone. */
export function unseen(seed: string, attack: Attack): Metrics {
  const others = ATTACKS.filter((one) => one !== attack);
  const rows = [...examples(seed, "train", THIRD, others)].map(
    ({ batch, simulated }): Row => ({ values: batch, hostile: simulated.attack !== undefined, weight: 1 }),
  );
  const model = fitAdditive(BATCH_FEATURE_NAMES, rows);
  const judged = [...examples(seed, "test", HALF, [attack])].map(({ batch, simulated }) => ({
    probability: explain(model, batch).probability,
    hostile: simulated.attack !== undefined,
  }));
  return measure(judged);
}

const THIRD: Size = { worlds: 40, batches: 150 };
const HALF: Size = { worlds: 24, batches: 150 };
