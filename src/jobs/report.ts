// A proof job as those see it who look on: what it is for, how far it is, who has it. Nothing of the run.

import { z } from "zod";
import { urgencyOf } from "./priority.ts";

export interface JobReport {
  /** pg-boss's: created, retry (it waits after a failed try), active, completed, failed, cancelled. */
  readonly state: string;
  readonly purpose: "dispute" | "finality";
  readonly deadline: Date;
  /** Undefined for what an older node asked for. */
  readonly about?: { readonly batchId: string; readonly segment: number };
  /** Who has it. */
  readonly worker?: string;
  /** Of failed tries, the last one's code. */
  readonly failure?: string;
  /** Failed tries so far. */
  readonly tries: number;
  readonly created: Date;
  readonly started?: Date;
  readonly ended?: Date;
}

/** All there is to be told about proofs at a node. */
export interface ProofWork {
  /** Who proves: a pool of workers, the node itself, or nobody. */
  readonly prover: "pool" | "here" | "none";
  /** What a proof took lately, on average. */
  readonly typicalMs?: number;
  readonly jobs: readonly JobReport[];
}

const time = z.number().transform((seconds) => new Date(seconds * 1000));

const row = z.object({
  state: z.string(),
  priority: z.coerce.number(),
  retry_count: z.coerce.number(),
  about: z.object({ batchId: z.string(), segment: z.number() }).nullish(),
  output: z.object({ worker: z.string().optional(), code: z.string().optional() }).nullish().catch(null),
  created: time,
  started: time.nullish(),
  ended: time.nullish(),
});

export function reportOf(raw: unknown): JobReport {
  const { state, priority, retry_count: tries, about, output, created, started, ended } = row.parse(raw);
  const { dispute, deadline } = urgencyOf(priority);
  return {
    state,
    purpose: dispute ? "dispute" : "finality",
    deadline,
    ...(about == null ? {} : { about }),
    ...(state === "active" && output?.worker !== undefined ? { worker: output.worker } : {}),
    ...(output?.code === undefined ? {} : { failure: output.code }),
    tries,
    created,
    ...(started == null ? {} : { started }),
    ...(ended == null ? {} : { ended }),
  };
}
