// Which of the pending batches to prove. A batch is final after its parent, so that proofs of one may pay only for those after it: what is
// proven is a run of batches, and is decided on as a whole.

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
  /** itself: its own gain pays. run: it is proven for those after it. nothing: it waits. */
  readonly because: "itself" | "run" | "nothing";
}

/**
 * One decision a batch, in their order; the first one's parent is final. Those that time alone makes final before proofs could are left to it.
 * From the next one on, so many are proven as gain most together.
 */
export function planProofs(
  pending: readonly Pending[],
  capacity: Capacity,
  terms: ProofTerms,
  policy: RiskPolicy,
): readonly PlannedBatch[] {
  const weigh = (batch: Pending, queue: bigint, parentWaits: bigint) =>
    decide({ ...batch, ...capacity, queue, parentWaits }, terms, policy);
  const planned: PlannedBatch[] = [];
  let parentWaits = 0n;
  const wait = (batch: Pending) => {
    const decision = weigh(batch, capacity.queue, parentWaits);
    planned.push({ ...decision, prove: false, because: "nothing" });
    parentWaits = decision.waitsFor;
  };
  const first = pending.findIndex((batch) => {
    const { provenIn, waitsFor } = weigh(batch, capacity.queue, parentWaits);
    if (provenIn < waitsFor) return true;
    wait(batch);
    return false;
  });
  if (first === -1) return planned;
  for (const decision of bestRun(pending.slice(first), capacity.queue, parentWaits, weigh)) {
    planned.push({ ...decision, prove: true, because: decision.prove ? "itself" : "run" });
    parentWaits = decision.provenIn;
  }
  for (const batch of pending.slice(planned.length)) wait(batch);
  return planned;
}

/** The beginning of `batches` whose proofs gain most together; empty if none gains. */
function bestRun(
  batches: readonly Pending[],
  ahead: bigint,
  from: bigint,
  weigh: (batch: Pending, queue: bigint, parentWaits: bigint) => Decision,
): readonly Decision[] {
  const run: Decision[] = [];
  let [queue, parentWaits] = [ahead, from];
  let [sum, best, length] = [0n, 0n, 0];
  for (const batch of batches) {
    // Without the run, its parent would wait as it does, or less.
    const decision = weigh({ ...batch, waits: larger(batch.waits, parentWaits) }, queue, parentWaits);
    run.push(decision);
    sum += decision.gain;
    queue += batch.segments;
    parentWaits = decision.provenIn;
    if (sum > best) [best, length] = [sum, run.length];
  }
  return run.slice(0, length);
}
