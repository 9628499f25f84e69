// Scores of a node's batches as L1 brings them: each once, in the order of the commits, from what was known at its commit. What L1 takes back
// is forgotten.

import { setImmediate as turn } from "node:timers/promises";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import type { View } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { explain, logOdds, priorShift, probabilityOf } from "./additive.ts";
import type { BatchFacts } from "./facts.ts";
import { History } from "./history.ts";
import { type Flow, flowOf } from "./flow.ts";
import type { RiskModel } from "./model.ts";
import { conditionsAt, factsOf } from "./observe.ts";

/** How unusual a batch is, and why. Never a verdict: whether it is right, re-execution says. */
export interface RiskScore {
  /** That it belongs to an attack. */
  readonly probability: number;
  /** Name of the model. */
  readonly model: string;
  /** What each feature adds to the log-odds; what adds most, or takes away most, first. */
  readonly reasons: readonly {
    readonly feature: string;
    readonly value: number;
    readonly contribution: number;
  }[];
  readonly transactions: readonly { readonly hash: Hex; readonly probability: number }[];
}

export interface Scored extends RiskScore {
  readonly id: Hex;
  readonly flow: Flow;
  readonly l1BaseFee: bigint | undefined;
}

export interface ScoresOptions {
  readonly model: RiskModel;
  /** Share of batches that belong to attacks here, if it is known; the model's own if left out. */
  readonly prior?: number;
}

export class Scores {
  readonly #node: Node;
  readonly #model: RiskModel;
  readonly #shift: number;
  readonly #scored = new Map<Hex, Scored>();
  /** Ids in the order of their commits, as far as they were looked at. */
  #order: Hex[] = [];
  #history = new History();
  #last: Promise<unknown> = Promise.resolve();
  /** A look that has not begun: whoever asks by then shares it. */
  #next: Promise<void> | undefined;
  /** What was looked at to its end. */
  #seen: View | undefined;

  constructor(node: Node, { model, prior }: ScoresOptions) {
    this.#node = node;
    this.#model = model;
    this.#shift = prior === undefined ? 0 : priorShift(model.batch.prior, prior);
  }

  get(id: Hex): Scored | undefined {
    return this.#scored.get(id);
  }

  /** Batches that were looked at. */
  get count(): number {
    return this.#order.length;
  }

  /** Looks at what is new on L1. Others may work meanwhile. */
  follow(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const next = this.#last.then(() => {
      this.#next = undefined;
      return this.#follow();
    });
    this.#next = next;
    this.#last = next.catch(() => undefined);
    return next;
  }

  async #follow(): Promise<void> {
    const { view } = this.#node.derivation;
    // Anybody may ask, and all commits are gone through: once a view.
    if (view === this.#seen) return;
    const commits = [...view.dead, ...view.live.slice(1)].sort((a, b) => Number(a.counter - b.counter));
    if (this.#order.some((id, i) => commits[i]?.id !== id)) this.#forget();
    for (const batch of commits.slice(this.#order.length)) {
      await this.#look(batch);
      await turn();
    }
    this.#history.settle(view.finalized);
    this.#seen = view;
  }

  #forget(): void {
    this.#order = [];
    this.#history = new History();
    this.#scored.clear();
  }

  async #look(batch: DerivedBatch): Promise<void> {
    const l1 = await conditionsAt(this.#node, batch.block);
    let facts: BatchFacts | undefined;
    try {
      facts = factsOf(this.#node, batch, l1);
    } catch (error) {
      if (!isLuntraError(error, "ANCESTOR_INVALID")) throw error;
    }
    if (facts === undefined) {
      this.#history.skip({ number: batch.header.number, committer: batch.committer });
    } else this.#scored.set(batch.id, this.#score(batch.id, facts));
    this.#order.push(batch.id);
  }

  #score(id: Hex, facts: BatchFacts): Scored {
    const { batch, transactions } = this.#history.add(facts);
    const { transaction, name } = this.#model;
    return {
      id,
      model: name,
      ...explain(this.#model.batch, batch, this.#shift),
      transactions: transactions.map((values, i) => ({
        hash: facts.records[i]?.hash ?? "0x",
        probability: probabilityOf(logOdds(transaction, values) + this.#shift),
      })),
      flow: flowOf(facts),
      l1BaseFee: facts.l1?.baseFee,
    };
  }
}
