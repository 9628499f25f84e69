// What a sequencer does for its batches once they are on L1: answers challenges, proves early, makes final.

import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import { wallOf } from "../chain/protocol-time.ts";
import type { DerivedBatch, DerivedChallenge, Hex } from "../chain/types.ts";
import { disputeOf, pendingOf } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import { finalize, isFinalizable } from "../node/dispute.ts";
import type { Node } from "../node/node.ts";
import { proveSegment, sendValid } from "../node/prover.ts";
import type { ProverPool } from "../node/prover-pool.ts";
import type { Prover } from "../node/segment-run.ts";
import type { Turns } from "../node/turns.ts";
import type { RiskMeter } from "../risk/index.ts";

/** What a proof is for, and when it is too late. */
export interface Urgency {
  readonly purpose: "answer" | "finality";
  readonly deadline: Date;
}

/** Batches that are proven before anybody asks. */
export const PREVENTIVE = ["none", "own", "all", "risk"] as const;
export type Preventive = (typeof PREVENTIVE)[number];

/** Proves right here, or has others prove: the most urgent first. */
export type ProverFor = (urgency: Urgency) => Prover;

export interface UpkeepOptions {
  /** Answers challenges of right segments; nobody does if left out. */
  readonly prover?: ProverFor;
  /** Proofs at a time: of those that answer, which wait for no others, and of those that make final early. */
  readonly pools: Readonly<Record<Urgency["purpose"], ProverPool>>;
  /** Which batches are proven without a challenge, for early finality: those of somebody, or those for which it pays. */
  readonly prove: Preventive;
  /** Says for which batches it pays. */
  readonly risk: RiskMeter;
  /** L1 may not take a transaction for its fee, or forget it: so long others wait for it, in milliseconds. */
  readonly patienceMs: number;
  readonly onDone: (what: string, about: Readonly<Record<string, unknown>>) => void;
  readonly onError: (what: string, error: unknown) => void;
}

/** A proof that this node waits for. */
export interface Proving extends Urgency {
  readonly id: Hex;
  readonly segment: number;
  readonly asked: Date;
  /** Undefined until its turn comes. */
  started?: Date;
}

/** Proofs that tell what one takes. */
const REMEMBERED = 20;

export class Upkeep {
  readonly #node: Node;
  readonly #signer: Signer;
  readonly #turns: Turns;
  readonly #options: UpkeepOptions;
  /** What is being proven: `purpose:id:segment`. */
  readonly #busy = new Map<string, { readonly about: Proving; readonly work: Promise<void> }>();
  readonly #took: number[] = [];
  #finalizing = false;

  constructor(node: Node, signer: Signer, turns: Turns, options: UpkeepOptions) {
    this.#node = node;
    this.#signer = signer;
    this.#turns = turns;
    this.#options = options;
  }

  /** Starts what there is to do and does not wait for proofs. */
  async step(): Promise<void> {
    const { view } = this.#node.derivation;
    if (view.paused || view.frozen) return;
    await this.#finalize();
    const pending = pendingOf(view);
    for (const { id } of pending) {
      const open = disputeOf(view, id).challenges.filter(({ outcome }) => outcome === "open");
      for (const challenge of open) this.#start(id, challenge.segment, challenge);
    }
    const worthIt = await this.#worthIt();
    for (const batch of pending) {
      if (!worthIt.has(batch.id) && !(await this.#isToBeProven(batch))) continue;
      const { proven } = disputeOf(view, batch.id);
      for (const segment of batch.checkpoints.keys()) {
        if (!proven.has(segment)) this.#start(batch.id, segment, undefined);
      }
    }
  }

  /** Waits for what was started. */
  async settled(): Promise<void> {
    await Promise.all([...this.#busy.values()].map(({ work }) => work));
  }

  get proving(): readonly Proving[] {
    return [...this.#busy.values()].map(({ about }) => about);
  }

  /** What the last proofs took, on average; undefined if there was none. */
  get typicalMs(): number | undefined {
    const { length } = this.#took;
    return length === 0 ? undefined : this.#took.reduce((sum, ms) => sum + ms, 0) / length;
  }

  async #finalize(): Promise<void> {
    const { derivation } = this.#node;
    const [next] = pendingOf(derivation.view);
    if (next === undefined || this.#finalizing || !isFinalizable(this.#node, next)) return;
    this.#finalizing = true;
    try {
      const { transaction } = await this.#inTurn(() => finalize(this.#node, this.#signer, next.id));
      this.#options.onDone("finalized", { batch: next.header.number, id: next.id, transaction });
    } catch (error) {
      this.#tell("making a batch final", error);
    } finally {
      this.#finalizing = false;
    }
  }

  /** Batches and other answers do not wait without end for a transaction, and what is still to be done is tried again. */
  #inTurn(send: () => Promise<Receipt>): Promise<Receipt> {
    const { patienceMs } = this.#options;
    return this.#turns.run(async () => {
      const timer = new AbortController();
      const late = sleep(patienceMs, undefined, { signal: timer.signal, ref: false }).then(() =>
        fail("L1_UNAVAILABLE", {
          what: "a transaction",
          reason: `it is not mined after ${patienceMs / 1000} s`,
        }),
      );
      late.catch(() => undefined);
      try {
        return await Promise.race([send(), late]);
      } finally {
        timer.abort();
      }
    });
  }

  /** Batches whose proofs gain more than they cost. As many proofs are asked for at a time as leave provers for answers. */
  async #worthIt(): Promise<ReadonlySet<Hex>> {
    const { prove, prover, risk, pools } = this.#options;
    if (prove !== "risk" || prover === undefined) return new Set();
    try {
      await risk.follow();
    } catch (error) {
      // Challenges are answered all the same.
      this.#options.onError("weighing what to prove", error);
      return new Set();
    }
    const { workers, forAnswers } = risk.capacity();
    pools.finality.resize(Math.max(1, workers - forAnswers));
    const wanted = [...risk.decisions()].filter(([, decision]) => decision.prove);
    return new Set(wanted.map(([id]) => id));
  }

  async #isToBeProven({ committer }: DerivedBatch): Promise<boolean> {
    const { prove } = this.#options;
    if (prove !== "own") return prove === "all";
    return committer === (await this.#signer.getAddress()).toLowerCase();
  }

  #urgency(id: Hex, challenge: DerivedChallenge | undefined): Urgency {
    const { view, chain } = this.#node.derivation;
    const { challengeWindow } = chain.book.parameters;
    const second = challenge?.deadline ?? this.#node.derivation.batch(id).committedAt + challengeWindow;
    const deadline = new Date(Number(wallOf(view.pauses, second)) * 1000);
    return { purpose: challenge === undefined ? "finality" : "answer", deadline };
  }

  #start(id: Hex, segment: number, challenge: DerivedChallenge | undefined): void {
    const { prover } = this.#options;
    const key = `${challenge === undefined ? "finality" : "answer"}:${id}:${segment}`;
    if (prover === undefined || this.#busy.has(key)) return;
    const about: Proving = { ...this.#urgency(id, challenge), id, segment, asked: new Date() };
    const work = this.#prove(prover, about)
      .catch((error: unknown) => this.#tell(`proving segment ${segment} of batch ${id}`, error))
      .finally(() => this.#busy.delete(key));
    this.#busy.set(key, { about, work });
  }

  /** What was given up for the end has not failed. */
  #tell(what: string, error: unknown): void {
    if (!this.#node.chain.ending?.aborted) this.#options.onError(what, error);
  }

  async #prove(proverFor: ProverFor, about: Proving): Promise<void> {
    const { id, segment, purpose, deadline } = about;
    const { wrong } = this.#node.execute(id);
    // A wrong one has no such proof, and those after it are nobody's to prove.
    if (wrong !== undefined && segment >= wrong) return;
    const beneficiary = await this.#signer.getAddress();
    // The run is made when it is its turn: it takes much more room than the batch.
    const proven = await this.#options.pools[purpose].run(async (signal) => {
      about.started = new Date();
      const { proven: already } = disputeOf(this.#node.derivation.view, id);
      if (already.has(segment)) return undefined;
      return await proveSegment(this.#node, proverFor({ purpose, deadline }), id, segment, beneficiary, {
        signal,
      });
    });
    if (proven === undefined) return;
    this.#took.push(proven.provingMs);
    this.#took.splice(0, this.#took.length - REMEMBERED);
    if (disputeOf(this.#node.derivation.view, id).proven.has(segment)) return;
    try {
      const { transaction } = await this.#inTurn(() => sendValid(this.#node, this.#signer, proven));
      const what = purpose === "finality" ? "proven" : "answered";
      this.#options.onDone(what, { id, segment, provingMs: proven.provingMs, transaction });
    } catch (error) {
      // Somebody was faster, or the batch is gone: nothing is left to do.
      const settled = isLuntraError(error, "CALL_REVERTED") && SETTLED.has(error.args.error);
      if (!settled) throw error;
    }
  }
}

const SETTLED: ReadonlySet<string> = new Set(["SegmentAlreadyProven", "NotLive", "AlreadyFinal"]);
