// Metrics of proof jobs: what waits in the database, and what the workers of a process do.

import { isLuntraError } from "../errors.ts";
import { Counter, Histogram, readGauge, readGauges, type Registry } from "../metrics/index.ts";
import type { ProofJobs } from "./jobs.ts";
import type { WorkerEvent } from "./workers.ts";

/** From the smallest instance to several large proof systems at once. */
const SECONDS = [0.5, 1, 2.5, 5, 10, 20, 40, 60, 120, 300, 600, 900];

/** Read from the database at each scrape. */
export function jobMetrics(registry: Registry, jobs: ProofJobs): void {
  readGauges(
    registry,
    {
      name: "luntra_proof_jobs",
      help: "Proof jobs of the last hour, by state: created, retry, active, completed, failed, cancelled",
      label: "state",
    },
    () => jobs.counts(),
  );
  readGauge(
    registry,
    {
      name: "luntra_proof_job_oldest_wait_seconds",
      help: "How long the oldest job waits that no worker has; 0 if none waits",
    },
    () => jobs.oldestWaitSeconds(),
  );
}

/** To be told what workers do. */
export function workerMetrics(registry: Registry): (event: WorkerEvent) => void {
  const registers = [registry];
  const events = new Counter({
    name: "luntra_prover_events_total",
    help: "What workers did: proving, proved, failed, lost, handed-back, waiting (for the database)",
    labelNames: ["event"],
    registers,
  });
  const failures = new Counter({
    name: "luntra_prover_failures_total",
    help: "Tries that failed, by Luntra's error code",
    labelNames: ["code"],
    registers,
  });
  const seconds = new Histogram({
    name: "luntra_proof_duration_seconds",
    help: "From taking a job to its verified proof",
    buckets: SECONDS,
    registers,
  });
  return (event) => {
    events.inc({ event: event.event });
    if (event.event === "proved") seconds.observe(event.ms / 1000);
    if (event.event === "failed") {
      failures.inc({ code: isLuntraError(event.error) ? event.error.code : "UNEXPECTED" });
    }
  };
}
