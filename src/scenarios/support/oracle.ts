// An independent run of the L2: it hears what users did, never what a node made of it, and replays it through the
// model from genesis, with the model's own hash.

import type { Hex } from "../../chain/types.ts";
import {
  applySegment,
  INSTANCES,
  type InstanceName,
  type QueueItem,
  type RecordWords,
  State,
  toBytes32,
  wordsOfItems,
} from "../../model/index.ts";
import type { SignedCall } from "./l2-calls.ts";

export interface PredictedExit {
  readonly number: bigint;
  readonly index: bigint;
  readonly token: bigint;
  readonly recipient: bigint;
  readonly amount: bigint;
}

export interface PredictedBatch {
  readonly number: bigint;
  /** One after each segment. */
  readonly checkpoints: readonly Hex[];
  readonly exits: readonly PredictedExit[];
  readonly fees: bigint;
  readonly statuses: Readonly<Record<string, number>>;
}

export class Oracle {
  readonly state: State;
  readonly batches: PredictedBatch[] = [];
  readonly #n: number;
  #queue: RecordWords[] = [];
  #calls: SignedCall[] = [];
  #consumed = 0n;

  constructor(instance: InstanceName) {
    const { n, D, E } = INSTANCES[instance];
    this.#n = n;
    this.state = State.genesis({ D, E });
  }

  /** Queue items and transactions that no batch holds. */
  get waiting(): { readonly items: readonly RecordWords[]; readonly calls: readonly SignedCall[] } {
    return { items: this.#queue, calls: this.#calls };
  }

  /** Queue items that batches hold: the place of the first that waits. */
  get consumed(): bigint {
    return this.#consumed;
  }

  enqueue(item: QueueItem): void {
    this.#queue.push(...wordsOfItems([item], 1));
  }

  submit(call: SignedCall): void {
    this.#calls.push(call);
  }

  /**
   * The batch that an honest sequencer has to commit now: all queue items, then all transactions in the order in which
   * they came, or in the given order of the same transactions. One that censors takes fewer queue items.
   */
  commit(
    order: readonly Hex[] = this.#calls.map(({ hash }) => hash),
    items = this.#queue.length,
  ): PredictedBatch {
    const calls = order.map((hash) => this.#calls.find((call) => call.hash === hash));
    const words = calls.flatMap((call) => (call === undefined ? [] : [call.words]));
    if (words.length !== this.#calls.length || new Set(order).size !== this.#calls.length) {
      throw new RangeError(
        `expected the ${this.#calls.length} waiting transactions, got ${order.length} others`,
      );
    }
    const segments = [...cut(this.#queue.slice(0, items), this.#n), ...cut(words, this.#n)];
    this.#queue = this.#queue.slice(items);
    this.#calls = [];
    this.#consumed += BigInt(items);
    return this.#run(segments);
  }

  #run(segments: readonly RecordWords[][]): PredictedBatch {
    const number = BigInt(this.batches.length + 1);
    const checkpoints: Hex[] = [];
    const exits: PredictedExit[] = [];
    const statuses: Record<string, number> = {};
    for (const [i, records] of segments.entries()) {
      const { checkpoint, receipts } = applySegment(this.state, { first: i === 0, records });
      checkpoints.push(toBytes32(checkpoint));
      for (const { status, exit } of receipts) {
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (exit !== undefined) exits.push({ ...exit, number, index: BigInt(exit.index) });
      }
    }
    const batch = { number, checkpoints, exits, fees: this.state.fees, statuses };
    this.batches.push(batch);
    return batch;
  }
}

function cut<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, i) =>
    list.slice(i * size, (i + 1) * size),
  );
}
