// Re-executes batches from genesis on and keeps results by batch id: an id pins all that execution reads, so
// neither a rollback nor a reorg ever makes a kept result wrong.

import type { Derivation } from "../chain/derive.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import {
  applySegment,
  type CheckpointPreimage,
  type DecodeContext,
  type ExitTree,
  type Hash,
  INSTANCES,
  type SegmentWords,
  State,
} from "../model/index.ts";
import { type Execution, executeBatch, segmentWords } from "./execution.ts";

/** What is known of a batch once it has run. */
export interface Executed {
  readonly execution: Execution;
  readonly preimage: CheckpointPreimage;
  readonly exits: ExitTree;
  /** The state after the batch; forgotten once the batch lies far behind finality. */
  after: State | undefined;
}

/** All that a proof of one segment starts from. */
export interface SegmentStart {
  readonly batch: DerivedBatch;
  readonly segment: number;
  /** A copy: the prover runs the segment on it. */
  readonly state: State;
  readonly words: SegmentWords;
  readonly n: number;
}

export class Executor {
  readonly #derivation: Derivation;
  readonly #genesis: State;
  readonly #kept = new Map<Hex, Executed>();
  /** States of final batches before this number have been forgotten. */
  #statesFrom = 1n;

  constructor(derivation: Derivation, hash: Hash) {
    const { D, E } = INSTANCES[derivation.chain.book.instance];
    this.#derivation = derivation;
    this.#genesis = State.genesis({ D, E, hash });
  }

  run(id: Hex): Executed {
    for (const batch of this.#missing(id)) {
      const state = this.#before(batch).clone();
      const execution = executeBatch(batch, state, this.#context(batch));
      const kept = { execution, preimage: state.preimage(), exits: state.exits.clone(), after: state };
      this.#kept.set(batch.id, kept);
    }
    this.#forget();
    return this.#kept.get(id) ?? this.#genesisResult(id);
  }

  /** Takes over what the sequencer worked out when it built the batch, whose id pins it. */
  adopt(id: Hex, executed: Executed): void {
    if (!this.#kept.has(id)) this.#kept.set(id, executed);
  }

  /** As `run`, for a batch whose claims must all be right. */
  valid(id: Hex): Executed {
    const kept = this.run(id);
    const { wrong } = kept.execution;
    return wrong === undefined ? kept : fail("BATCH_INVALID", { id, segment: wrong });
  }

  after(id: Hex): State {
    const kept = this.valid(id);
    if (kept.after !== undefined) return kept.after;
    this.#kept.delete(id);
    return this.valid(id).after as State;
  }

  segmentStart(id: Hex, segment: number): SegmentStart {
    const batch = this.#derivation.batch(id);
    const count = batch.checkpoints.length;
    if (segment < 0 || segment >= count) fail("SEGMENT_INDEX", { segment, count });
    const first = this.run(id).execution.wrong;
    if (first !== undefined && segment > first) fail("SEGMENT_UNPROVABLE", { id, segment, first });

    const state = this.#before(batch).clone();
    const context = this.#context(batch);
    for (let i = 0; i < segment; i++) applySegment(state, segmentWords(batch, i, context));
    return { batch, segment, state, words: segmentWords(batch, segment, context), n: context.n };
  }

  /** The state that a batch starts from. */
  #before(batch: DerivedBatch): State {
    const { parent, number } = batch.header;
    if (number === 1n) return this.#genesis;
    const wrong = this.#kept.get(parent)?.execution.wrong;
    if (wrong !== undefined) fail("ANCESTOR_INVALID", { id: batch.id, ancestor: parent, segment: wrong });
    return this.after(parent);
  }

  /** The batch and its ancestors that have to be run, oldest first. */
  #missing(id: Hex): DerivedBatch[] {
    const missing: DerivedBatch[] = [];
    for (let batch = this.#derivation.batch(id); batch.header.number > 0n; ) {
      const kept = this.#kept.get(batch.id);
      if (kept !== undefined && (missing.length === 0 || this.#usable(kept))) break;
      missing.unshift(batch);
      batch = this.#derivation.batch(batch.header.parent);
    }
    return missing;
  }

  /** Whether a child can start from it, or learn that it cannot. */
  #usable({ after, execution }: Executed): boolean {
    return after !== undefined || execution.wrong !== undefined;
  }

  /** Keeps the states of the last final batch and of all after it. */
  #forget(): void {
    const { live, finalized } = this.#derivation.view;
    for (; this.#statesFrom < finalized; this.#statesFrom++) {
      const kept = this.#kept.get(live[Number(this.#statesFrom)]?.id ?? "");
      if (kept !== undefined) kept.after = undefined;
    }
  }

  #genesisResult(id: Hex): Executed {
    const state = this.#genesis;
    const execution: Execution = { id, segments: [], computed: [], exits: [], records: [] };
    return { execution, preimage: state.preimage(), exits: state.exits, after: state };
  }

  #context({ header }: DerivedBatch): DecodeContext {
    const { l2ChainId, instance } = this.#derivation.chain.book;
    return { chainId: l2ChainId, baseFee: header.baseFee, n: INSTANCES[instance].n };
  }
}
