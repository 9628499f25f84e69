// A prover that has others prove: whatever takes a `Prover` can use the pool. Each call waits for one segment, so that whoever
// wants a batch spread over the workers calls for all of its segments at once, as `proveBatch` does given a pool wide enough.

import { isLuntraError } from "../errors.ts";
import type { Prover } from "../node/segment-run.ts";
import type { ProofJobs, Wanted } from "./jobs.ts";

export interface RemoteOptions {
  readonly purpose?: Wanted["purpose"];
  /** Asked anew for each proof. */
  readonly deadline?: () => Date;
  readonly pollMs?: number;
}

/** Throws PROOF_JOB_FAILED when all tries failed. Aborted, cancels the job and throws PROVER_CANCELLED. */
export function remoteProver(
  jobs: ProofJobs,
  { purpose = "answer", deadline = () => new Date(), pollMs }: RemoteOptions = {},
): Prover {
  return {
    async prove(run, signal) {
      const wanted = { purpose, deadline: deadline() };
      const options = { signal, ...(pollMs === undefined ? {} : { pollMs }) };
      for (;;) {
        await jobs.enqueue(run, wanted);
        try {
          return await jobs.result(run.context, options);
        } catch (error) {
          if (!isLuntraError(error, "PROVER_CANCELLED")) throw error;
          // By somebody else who wanted it: then it is ours to ask for again.
          if (!signal?.aborted) continue;
          await jobs.cancel(run.context).catch(() => undefined);
          throw error;
        }
      }
    },
  };
}
