// What a node has proven: by the workers of its pool, as the database has it, or by itself.

import type { JobReport, ProofJobs, ProofWork } from "../jobs/index.ts";
import type { SequencerService } from "./service.ts";
import type { Proving } from "./upkeep.ts";

/** Jobs in a report. */
const MOST = 100;

export type ProofWorkReader = () => Promise<ProofWork>;

export function workOfPool(jobs: ProofJobs): ProofWorkReader {
  return async () => {
    const [report, typicalMs] = await Promise.all([jobs.report(MOST), jobs.typicalMs()]);
    return { prover: "pool", jobs: report, ...(typicalMs === undefined ? {} : { typicalMs }) };
  };
}

export function workOfNode({ proofs }: Pick<SequencerService, "proofs">): ProofWorkReader {
  return async () => {
    const { proving, typicalMs } = proofs;
    const jobs = proving.slice(0, MOST).map(reportOf);
    return { prover: "here", jobs, ...(typicalMs === undefined ? {} : { typicalMs }) };
  };
}

function reportOf({ purpose, deadline, id, segment, asked, started }: Proving): JobReport {
  return {
    state: started === undefined ? "created" : "active",
    purpose: purpose === "answer" ? "dispute" : "finality",
    deadline,
    about: { batchId: id, segment },
    ...(started === undefined ? {} : { worker: "this node", started }),
    tries: 0,
    created: asked,
  };
}
