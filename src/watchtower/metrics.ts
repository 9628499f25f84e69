// Metrics and health of a watchtower: how current it is, what it judged, what stands, what it spent.

import { isLuntraError } from "../errors.ts";
import { type Check, Counter, Histogram, readGauge, readGauges, type Registry } from "../metrics/index.ts";
import type { AlertBook } from "./alert-book.ts";
import type { Purse } from "./purse.ts";
import type { WatchtowerService } from "./service.ts";

const SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** So long without knowing all that L1 has, it does not do its work. */
const MOST_SILENCE_MS = 30_000;

export interface Watched {
  readonly service: WatchtowerService;
  readonly purse: Purse;
  readonly alerts: AlertBook;
}

export function watchtowerMetrics(registry: Registry, { service, purse, alerts }: Watched): void {
  const registers = [registry];
  const gauge = (name: string, help: string, read: () => number | bigint | Promise<bigint>) =>
    readGauge(registry, { name, help }, read);
  gauge("luntra_watchtower_age_seconds", "Time since it knew all that L1 had", () => service.ageMs / 1000);
  gauge("luntra_l1_block_height", "L1's latest block as read", () => service.node.derivation.view.l1.number);
  gauge("luntra_watchtower_gas_spent_wei", "Paid for gas in this period, or yet to be", () => purse.spent);
  gauge("luntra_watchtower_locked_bond_wei", "Its bond in open challenges", () => purse.locked());
  gauge(
    "luntra_watchtower_undelivered_alerts",
    "Alerts that a receiver has not taken",
    () => alerts.undelivered,
  );
  readGauges(
    registry,
    { name: "luntra_watchtower_batches", help: "Batches that are not final, by verdict", label: "verdict" },
    () => service.verdicts,
  );
  readGauges(
    registry,
    { name: "luntra_watchtower_conditions", help: "Alerts that stand, by kind", label: "kind" },
    () => alerts.standing,
  );
  const told = new Counter({
    name: "luntra_watchtower_alerts_total",
    help: "Alerts that were raised, by kind",
    labelNames: ["kind"],
    registers,
  });
  const failures = new Counter({
    name: "luntra_failures_total",
    help: "What failed and is tried again, by Luntra's error code",
    labelNames: ["code"],
    registers,
  });
  const verdict = new Histogram({
    name: "luntra_watchtower_verdict_seconds",
    help: "From seeing a block of L1 to the verdict on a batch in it",
    buckets: SECONDS,
    registers,
  });
  alerts.events.on("alert", ({ kind }) => told.inc({ kind }));
  service.events.on("verdict", (_report, ms) => verdict.observe(ms / 1000));
  service.events.on("failed", (_what, error) =>
    failures.inc({ code: isLuntraError(error) ? error.code : "UNEXPECTED" }),
  );
}

/** Ready: it knows, or did just now, all that L1 has. */
export function watchtowerChecks(service: WatchtowerService): readonly Check[] {
  return [
    {
      name: "l1",
      run() {
        const { ageMs } = service;
        if (ageMs <= MOST_SILENCE_MS) return undefined;
        return `for ${Math.round(ageMs / 1000)} s it has not known all that L1 has`;
      },
    },
  ];
}
