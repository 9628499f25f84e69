// Proof jobs: the pool of provers that share a database with the nodes.

export {
  type JobsOptions,
  openJobs,
  ProofJobs,
  type ProofKey,
  type ResultOptions,
  type Wanted,
} from "./jobs.ts";
export type { JobDeployment, JobPayload } from "./payload.ts";
export { jobMetrics, workerMetrics } from "./metrics.ts";
export type { JobReport, ProofWork } from "./report.ts";
export { type JobProver, proverProcess, type ProverSpec } from "./prover-process.ts";
export { remoteProver, type RemoteOptions } from "./remote-prover.ts";
export { startWorkers, type WorkerEvent, type Workers, type WorkersOptions } from "./workers.ts";
