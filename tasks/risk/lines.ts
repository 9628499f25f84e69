// Measured probabilities as tables.

import type { Bin, Metrics } from "../../src/risk/metrics.ts";
import { count, table } from "../support/output.ts";

export function metricsTable(metrics: { readonly batch: Metrics; readonly transaction: Metrics }): string[] {
  const row = (what: string, its: Metrics) => [
    what,
    count(its.count),
    count(its.hostile),
    its.auc.toFixed(3),
    its.brier.toFixed(4),
    its.brierOfPrior.toFixed(4),
    its.calibrationError.toFixed(4),
    percent(its.foundAtOnePercent),
  ];
  return table(
    [
      "held out",
      "number",
      "hostile",
      "ROC AUC",
      "Brier",
      "of the prior",
      "calibration error",
      "found at 1% alarms",
    ],
    [row("batches", metrics.batch), row("transactions", metrics.transaction)],
  );
}

export function binTable(bins: readonly Bin[]): string[] {
  return table(
    ["said", "was", "number"],
    bins.map((bin) => [percent(bin.said), percent(bin.was), count(bin.count)]),
  );
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 2 : 1)}%`;
}
