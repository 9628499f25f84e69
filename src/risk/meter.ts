// The risk of a running node's batches, and what to do about it: which right batches to prove before anybody asks, and how many provers to
// hold. Nothing rests on it but money and minutes.

import type { DerivedBatch, Hex } from "../chain/types.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import { larger } from "../chain/economics.ts";
import { ask } from "../chain/l1.ts";
import type { Node } from "../node/node.ts";
import { type Demand, type Held, workersToHold } from "./capacity.ts";
import { DEFAULT_RISK_POLICY, delayCost, type RiskPolicy, waitingValue } from "./decide.ts";
import { type RiskModel, readModel } from "./model.ts";
import { type Pending, type PlannedBatch, planProofs } from "./plan.ts";
import { type RiskScore, type Scored, Scores } from "./scores.ts";

export interface RiskOptions {
  /** The one that is committed here if left out. */
  readonly model?: RiskModel;
  readonly prior?: number;
  readonly policy?: Partial<RiskPolicy>;
  /** Proofs that are made at a time; default 1. */
  readonly workers?: number;
  /** Most that may be held; default 64. */
  readonly mostWorkers?: number;
  /** Proofs that go before those that are decided on: answers to challenges. */
  readonly queue?: () => number;
}

/** A decision with what it was made from. */
export interface BatchDecision extends PlannedBatch {
  readonly probability: number;
  /** Wei that waits for its finality. */
  readonly value: bigint;
  /** Segments without a proof. */
  readonly segments: bigint;
  readonly l1BaseFee: bigint;
}

const FEE_MS = 1_000;
const MOST_WORKERS = 64;
/** Batches from which the need for proofs is told. */
const RECENT = 32;

export class RiskMeter {
  readonly policy: RiskPolicy;
  readonly #node: Node;
  readonly #options: RiskOptions;
  readonly #scores: Scores;
  #l1BaseFee = 0n;
  #decided:
    | {
        readonly view: View;
        readonly scored: number;
        readonly fee: bigint;
        readonly waiting: number;
        readonly decisions: ReadonlyMap<Hex, BatchDecision>;
      }
    | undefined;
  #fee: { readonly askedAt: number; readonly answer: Promise<void> } | undefined;

  constructor(node: Node, options: RiskOptions = {}) {
    const { model = readModel(), prior } = options;
    this.#node = node;
    this.#options = options;
    this.policy = { ...DEFAULT_RISK_POLICY, ...options.policy };
    this.#scores = new Scores(node, { model, ...(prior === undefined ? {} : { prior }) });
  }

  /** Scores what is new on L1, and looks at what L1 costs now. Throws L1_UNAVAILABLE: then things stand as they did. */
  async follow(): Promise<void> {
    await this.#scores.follow();
    // However many ask, L1 is asked once a second, also while it is slow or fails.
    const askedAt = performance.now();
    if (this.#fee === undefined || askedAt - this.#fee.askedAt >= FEE_MS) {
      this.#fee = { askedAt, answer: this.#askFee() };
    }
    await this.#fee.answer;
  }

  async #askFee(): Promise<void> {
    const { provider } = this.#node.chain;
    const block = await ask("L1's base fee", () => provider.getBlock("latest"));
    this.#l1BaseFee = block?.baseFeePerGas ?? 0n;
  }

  /** Undefined for batches that `follow` has not seen, and for those on a wrong one. */
  score(id: Hex): RiskScore | undefined {
    return this.scored(id);
  }

  /** A score with what else was seen of the batch. */
  scored(id: Hex): Scored | undefined {
    return this.#scores.get(id);
  }

  /** Of a pending batch that is right, its ancestors being right. */
  decision(id: Hex): BatchDecision | undefined {
    return this.decisions().get(id);
  }

  /** All of them, as things stand now. */
  decisions(): ReadonlyMap<Hex, BatchDecision> {
    const { view } = this.#node.derivation;
    const { queue = () => 0 } = this.#options;
    // However many ask, nothing is weighed twice.
    const known = this.#decided;
    const scored = this.#scores.count;
    const [fee, waiting] = [this.#l1BaseFee, queue()];
    if (known?.view === view && known.scored === scored && known.fee === fee && known.waiting === waiting) {
      return known.decisions;
    }
    const decisions = this.#decide(waiting);
    this.#decided = { view, scored, fee, waiting, decisions };
    return decisions;
  }

  #decide(queue: number): ReadonlyMap<Hex, BatchDecision> {
    const batches = this.#right();
    const pending = batches.map(({ batch, scored }) => this.#pending(batch, scored));
    const { workers = 1 } = this.#options;
    const capacity = {
      queue: BigInt(queue),
      workers: BigInt(workers),
      l1BaseFee: this.#l1BaseFee,
    };
    const planned = planProofs(pending, capacity, this.#node.chain.book.parameters, this.policy);
    return new Map(
      planned.map((decision, i) => {
        const { probability, value, segments } = pending[i] as Pending;
        const id = batches[i]?.batch.id as Hex;
        return [id, { ...decision, probability, value, segments, l1BaseFee: this.#l1BaseFee }];
      }),
    );
  }

  /** How many provers to hold. */
  capacity(): Held {
    return workersToHold(this.#demand());
  }

  /** Pending batches up to the first wrong one, as far as they are scored. */
  #right(): readonly { readonly batch: DerivedBatch; readonly scored: Scored }[] {
    const right: { batch: DerivedBatch; scored: Scored }[] = [];
    for (const batch of pendingOf(this.#node.derivation.view)) {
      const scored = this.#scores.get(batch.id);
      if (scored === undefined || this.#node.execute(batch.id).wrong !== undefined) break;
      right.push({ batch, scored });
    }
    return right;
  }

  #pending({ id, committedAt, checkpoints }: DerivedBatch, { probability, flow }: Scored): Pending {
    const { view, chain } = this.#node.derivation;
    const { challengeWindow, earliestFinality } = chain.book.parameters;
    const { proven, challenges } = disputeOf(view, id);
    const deadlines = challenges.filter(({ outcome }) => outcome === "open").map(({ deadline }) => deadline);
    const ends = [committedAt + challengeWindow, ...deadlines].reduce(larger);
    const left = (second: bigint) => (second > view.time ? second - view.time : 0n);
    return {
      probability,
      value: waitingValue(flow, this.policy),
      segments: BigInt(checkpoints.length - proven.size),
      waits: left(ends),
      earliest: left(committedAt + earliestFinality),
    };
  }

  #demand(): Demand {
    const { view, chain } = this.#node.derivation;
    const { proofTime, provingCost, provingWindow } = chain.book.parameters;
    const decisions = this.decisions();
    const recent = view.live.slice(1).slice(-RECENT);
    const wanted = recent.reduce((sum, { id, checkpoints }) => {
      const proven = disputeOf(view, id).proven.size;
      return sum + (decisions.get(id)?.prove ? checkpoints.length : proven);
    }, 0);
    const elapsed = Number(view.time - (recent[0]?.committedAt ?? view.time));
    const pending = [...decisions.values()];
    const segments = pending.reduce((sum, its) => sum + its.segments, 0n);
    const value = pending.reduce((sum, its) => sum + its.value, 0n);
    const open = [...view.disputes.values()].flatMap(({ challenges }) =>
      challenges.filter(({ outcome }) => outcome === "open"),
    ).length;
    const doubted = pending.reduce((sum, its) => sum + its.probability * Number(its.segments), 0);
    const day = delayCost(value, DAY, this.policy);
    return {
      arrivals: elapsed > 0 ? wanted / elapsed : 0,
      proofSeconds: Number(proofTime),
      waitCost: segments > 0n ? Number(day) / Number(segments) / Number(DAY) : 0,
      workerCost: Number(provingCost) / Number(proofTime),
      answers: open + doubted,
      answerSeconds: Number(provingWindow),
      least: 1,
      most: this.#options.mostWorkers ?? MOST_WORKERS,
    };
  }
}

const DAY = 86_400n;
