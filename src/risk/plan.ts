// Which of the pending batches to prove. A batch is final after its parent, so that proofs of one may pay only for those after it: a run of
// batches is decided on as a whole.

import { larger } from "../chain/economics.ts";
import { type Decision, decide, type ProofTerms, type RiskPolicy, type Situation } from "./decide.ts";

/** A batch as `decide` takes it, without what follows from those before it. */
export type Pending = Pick<Situation, "probability" | "value" | "segments" | "waits" | "earliest">;

export interface Capacity {
  /** Proofs that wait or are being made already. */
  readonly queue: bigint;
  readonly workers: bigint;
  readonly l1BaseFee: bigint;
}

export interface PlannedBatch extends Decision {
  /** itself: its own gain pays. run: it is proven for those after it. */
  readonly because: "itself" | "run" | "nothing";
}

/** Batches of a run are looked at together up to this many. */
export const LONGEST_RUN = 64;

/** One decision a batch, in their order; the first one's parent is final. */
export function planProofs(
  pending: readonly Pending[],
  capacity: Capacity,
  terms: ProofTerms,
  policy: RiskPolicy,
): readonly PlannedBatch[] {
  const planned: PlannedBatch[] = [];
  let { queue } = capacity;
  let parentWaits = 0n;
  while (planned.length < pending.length) {
    const ahead = pending.slice(planned.length, planned.length + LONGEST_RUN);
    const run = bestRun(ahead, { ...capacity, queue }, parentWaits, terms, policy);
    if (run.length === 0) {
      const [first] = ahead as [Pending];
      const alone = decide({ ...first, ...capacity, queue, parentWaits }, terms, policy);
      planned.push({ ...alone, prove: false, because: "nothing" });
      parentWaits = alone.waitsFor;
      continue;
    }
    for (const [i, decision] of run.entries()) {
      planned.push({ ...decision, prove: true, because: decision.prove ? "itself" : "run" });
      queue += (ahead[i] as Pending).segments;
      parentWaits = decision.provenIn;
    }
  }
  return planned;
}

/** The beginning of `ahead` whose proofs gain most together; empty if none gains. */
function bestRun(
  ahead: readonly Pending[],
  capacity: Capacity,
  from: bigint,
  terms: ProofTerms,
  policy: RiskPolicy,
): readonly Decision[] {
  const run: Decision[] = [];
  let { queue } = capacity;
  let parentWaits = from;
  let [sum, best, length] = [0n, 0n, 0];
  for (const batch of ahead) {
    // What its parent waits is known only if the run reaches so far.
    const waits = larger(batch.waits, parentWaits);
    const decision = decide({ ...batch, waits, ...capacity, queue, parentWaits }, terms, policy);
    run.push(decision);
    sum += decision.gain;
    queue += batch.segments;
    parentWaits = decision.provenIn;
    if (sum > best) [best, length] = [sum, run.length];
  }
  return run.slice(0, length);
}
