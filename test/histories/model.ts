// The L1 protocol as a state machine: what each call of a history does, or with which error it reverts. Nothing here comes from
// the contracts' clients; the second layer's verdicts come with the commit.

import type { Parameters } from "../../src/chain/presets.ts";
import type { Actor, Asset, Call, Ordinal, Step, User } from "./calls.ts";
import { BONDED, USERS } from "./calls.ts";
import { Clock } from "./clock.ts";
import type { Verdict } from "./layer2.ts";

/** What the second layer says about a batch. */
export interface Facts {
  readonly verdicts: readonly Verdict[];
  /** Of exits and fees, if the batch and all before it are right. */
  readonly exits: readonly { readonly asset: Asset; readonly to: User; readonly amount: bigint }[];
  readonly fees: bigint;
  readonly balances: Readonly<Record<Asset, Readonly<Record<User, bigint>>>>;
}

export type Fate = "pending" | "final" | "pruned" | "refuted";

export interface ModelBatch {
  readonly ordinal: Ordinal;
  readonly number: number;
  readonly parent: Ordinal;
  readonly committer: Actor | undefined;
  readonly at: bigint;
  readonly queueEnd: number;
  readonly facts: Facts;
  fate: Fate;
  refunded: boolean;
  opened: boolean;
  readonly proven: Set<number>;
  readonly recorded: Set<number>;
  readonly challenges: Map<number, ModelChallenge>;
  readonly claimed: Set<number>;
}

export interface ModelChallenge {
  readonly challenger: Actor;
  readonly deadline: bigint;
  readonly bond: bigint;
  outcome: "open" | "answered" | "timed-out" | "refunded";
}

export interface ModelItem {
  readonly kind: "deposit" | "transfer" | "withdraw";
  readonly asset: Asset;
  readonly sender: User;
  readonly to: User;
  readonly amount: bigint;
  readonly at: bigint;
  reclaimed: boolean;
}

/** How a call ends: reverted with an error, or done; a payment is made, or put off. */
export interface Outcome {
  readonly error?: string;
  readonly paid?: boolean;
}

const DONE: Outcome = {};
const BPS = 10_000n;
const GWEI = 10n ** 9n;
const refuse = (error: string): Outcome => ({ error });
const larger = (a: bigint, b: bigint) => (a < b ? b : a);
const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;

/** Calls that work while time stands still. */
const ANY_TIME: ReadonlySet<Call["kind"]> = new Set(["recordValid", "contradict", "pause", "resume"]);

export class Model {
  readonly parameters: Parameters;
  readonly n: number;
  readonly clock: Clock;
  readonly batches: ModelBatch[];
  /** By number. */
  readonly live: ModelBatch[];
  finalized = 0;
  frozen = false;
  primarySlashed = false;
  readonly queue: ModelItem[] = [];
  readonly available: Record<string, bigint> = Object.fromEntries(BONDED.map((actor) => [actor, 0n]));
  readonly locked: Record<string, bigint> = Object.fromEntries(BONDED.map((actor) => [actor, 0n]));
  burnedBonds = 0n;
  burnedPrices = 0n;
  readonly custody: Record<Asset, bigint> = { eth: 0n, token: 0n };
  fees = 0n;
  feesPutOff = 0n;
  /** Payments that wait, with the second in which they are free of the limit. */
  readonly waiting = new Map<string, bigint>();
  readonly flows: Record<Asset, { window: bigint; paid: bigint }> = {
    eth: { window: 0n, paid: 0n },
    token: { window: 0n, paid: 0n },
  };
  stateOpened = false;
  /** Records that escaped, by asset and owner, with what is still to be paid. */
  readonly escaped = new Map<string, bigint>();

  constructor(parameters: Parameters, n: number, wall: bigint, genesis: Facts) {
    this.parameters = parameters;
    this.n = n;
    this.clock = new Clock(wall, parameters.longestPause, parameters.pauseCooldown);
    const first = newBatch({
      ordinal: 0,
      number: 0,
      parent: 0,
      committer: undefined,
      at: 0n,
      queueEnd: 0,
      facts: genesis,
    });
    first.fate = "final";
    this.batches = [first];
    this.live = [first];
  }

  get head(): ModelBatch {
    return this.live.at(-1) as ModelBatch;
  }

  get lastFinal(): ModelBatch {
    return this.live[this.finalized] as ModelBatch;
  }

  get open(): number {
    return this.batches.reduce((sum, batch) => sum + openOf(batch), 0);
  }

  get price(): bigint {
    const doublings = BigInt(this.queue.length - this.head.queueEnd) / this.parameters.maxForced;
    return this.parameters.baseEnqueuePrice * 2n ** (doublings < 20n ? doublings : 20n);
  }

  batch(ordinal: Ordinal): ModelBatch {
    return this.batches[ordinal] as ModelBatch;
  }

  /** By definition: the last live commit of a primary that was never refuted is younger than the timeout. */
  get primaryUntil(): bigint {
    if (this.primarySlashed) return 0n;
    const own = this.live.filter(({ committer }) => committer === "primary").map(({ at }) => at);
    return own.length === 0 ? 0n : (own.at(-1) as bigint) + this.parameters.primaryTimeout;
  }

  challengeBond(baseFee: bigint): bigint {
    const { provingCost, answerGas, burnShareBps, minChallengeBond } = this.parameters;
    const bond = ceilDiv((provingCost + 2n * answerGas * baseFee) * BPS, BPS - burnShareBps);
    return ceilDiv(larger(bond, minChallengeBond), GWEI) * GWEI;
  }

  finalFrom(batch: ModelBatch): bigint {
    const { earliestFinality, challengeWindow } = this.parameters;
    return (
      batch.at + (batch.proven.size === batch.facts.verdicts.length ? earliestFinality : challengeWindow)
    );
  }

  isFinalizable(batch: ModelBatch | undefined): boolean {
    return batch !== undefined && openOf(batch) === 0 && this.clock.now >= this.finalFrom(batch);
  }

  /** First item that a commit on the head may leave behind now. */
  get dueEnd(): number {
    const { queueEnd } = this.head;
    let end = queueEnd;
    const most = queueEnd + Number(this.parameters.maxForced);
    const isDue = ({ at }: ModelItem) => this.clock.now >= at + this.parameters.forceInclusionDelay;
    while (end < Math.min(this.queue.length, most) && isDue(this.queue[end] as ModelItem)) end++;
    return end;
  }

  room(asset: Asset): bigint {
    const { exitLimitBps } = this.parameters;
    const { paid } = this.#flowOf(asset);
    const share = ((this.custody[asset] + paid) * exitLimitBps) / BPS;
    return share > paid ? share - paid : 0n;
  }

  /** @param facts of a commit */
  apply({ from, wait, baseFee, call }: Step, facts?: Facts): Outcome {
    this.clock.wall += wait;
    return this.#run(from, baseFee, call, facts);
  }

  #run(from: Actor, baseFee: bigint, call: Call, facts: Facts | undefined): Outcome {
    const early = this.#beforeTheClock(call);
    if (early !== undefined) return refuse(early);
    if (this.clock.paused && !ANY_TIME.has(call.kind)) return refuse("ClockPaused");
    switch (call.kind) {
      case "commit":
        return this.#commit(from, call, facts as Facts);
      case "finalize":
        return this.#finalize(this.batch(call.batch));
      case "freezeUnserved":
        return this.#freezeUnserved(call.batch);
      case "challenge":
        return this.#challenge(from, baseFee, call);
      case "proveValid":
      case "proveFraud":
      case "recordValid":
        return this.#prove(call);
      case "contradict":
        return this.#contradict(call);
      case "timeout":
        return this.#timeout(this.batch(call.batch), call.segment);
      case "refundBatch":
        return this.#refundBatch(this.batch(call.batch));
      case "refundChallenge":
        return this.#refundChallenge(this.batch(call.batch), call.segment);
      case "depositBond":
        if (call.account === undefined) return refuse("ZeroAccount");
        this.available[call.account] = this.#availableOf(call.account) + call.amount;
        return DONE;
      case "withdrawBond":
        if (this.#availableOf(from) < call.amount) return refuse("InsufficientBond");
        this.available[from] = this.#availableOf(from) - call.amount;
        return DONE;
      case "deposit":
      case "force":
        return this.#enqueue(from as User, call);
      case "openCheckpoint":
        return this.#openCheckpoint(this.batch(call.batch), call.forged);
      case "claim":
        return this.#claim(call);
      case "claimFees":
        return this.#claimFees(call.amount);
      case "openState":
        return this.#openState(this.batch(call.batch), call.forged);
      case "escape":
        return this.#escape(call);
      case "payEscapes":
        return this.#payEscapes(call);
      case "reclaim":
        return this.#reclaim(call);
      case "pause":
      case "resume": {
        if (from !== "guardian") return refuse("OnlyGuardian");
        const error = call.kind === "pause" ? this.clock.pause(call.length) : this.clock.resume();
        return error === undefined ? DONE : refuse(error);
      }
    }
  }

  /** What is refused before anybody looks at the clock. */
  #beforeTheClock(call: Call): string | undefined {
    switch (call.kind) {
      case "commit":
        return this.frozen ? "RollupFrozen" : undefined;
      case "force":
        if (call.flaw === "kind") return "UnknownKind";
        return call.flaw === "token" ? "TokenForEthKind" : undefined;
      case "claim":
        return this.#refusalOfClaim(call);
      case "claimFees": {
        const waits = this.waiting.has(`fees:${call.amount}`);
        const most = waits ? call.amount : this.fees - this.feesPutOff;
        return call.amount === 0n || call.amount > most ? "FeesOutOfRange" : undefined;
      }
      default:
        return undefined;
    }
  }

  #commit(from: Actor, call: Call & { kind: "commit" }, facts: Facts): Outcome {
    const { parent, items, data, flaw } = call;
    const { head, parameters } = this;
    if (from !== "primary" && this.clock.now < this.primaryUntil) return refuse("PrimaryHasPriority");
    if (parent !== head.ordinal) return refuse("WrongParent");
    if (flaw === "number") return refuse("WrongNumber");
    if (flaw === "queueEnd") return refuse("QueueEndOutOfRange");
    if (flaw === "queueHash") return refuse("WrongQueueHash");
    const queueEnd = head.queueEnd + items;
    if (queueEnd < this.dueEnd) return refuse("DueItemOmitted");
    if (Math.ceil(items / this.n) + data.length === 0) return refuse("NoSegments");
    if (flaw === "commitment") return refuse("WrongDataCommitment");
    if (this.#availableOf(from) < parameters.batchBond) return refuse("InsufficientBond");
    const place = { ordinal: this.batches.length, number: head.number + 1, parent };
    const batch = newBatch({ ...place, committer: from, at: this.clock.now, queueEnd, facts });
    this.batches.push(batch);
    this.live.push(batch);
    this.#lock(from, parameters.batchBond);
    return DONE;
  }

  #finalize(batch: ModelBatch): Outcome {
    if (batch.fate !== "pending" || batch.number !== this.finalized + 1) return refuse("NotLive");
    if (!this.isFinalizable(batch)) return refuse("NotFinalizable");
    batch.fate = "final";
    this.finalized++;
    this.#release(batch.committer as Actor, this.parameters.batchBond);
    return DONE;
  }

  #freezeUnserved(batch: Ordinal): Outcome {
    if (batch !== this.lastFinal.ordinal) return refuse("NotLastFinal");
    const oldest = this.queue[this.lastFinal.queueEnd];
    if (oldest === undefined) return refuse("NothingUnserved");
    if (this.clock.now < oldest.at + this.parameters.escapeDelay) return refuse("StillInTime");
    if (this.isFinalizable(this.live[this.finalized + 1])) return refuse("FinalizeFirst");
    return this.#freeze();
  }

  #freeze(): Outcome {
    if (this.frozen) return refuse("RollupFrozen");
    this.frozen = true;
    this.#prune(this.finalized + 1);
    return DONE;
  }

  #prune(from: number): void {
    for (const batch of this.live.splice(from)) batch.fate = "pruned";
  }

  #refute(batch: ModelBatch, winner: Actor): void {
    this.#prune(batch.number);
    batch.fate = "refuted";
    if (batch.committer === "primary") this.primarySlashed = true;
    this.#split(batch.committer as Actor, winner, this.parameters.batchBond);
  }

  #refusalIfNotPending({ fate }: ModelBatch): string | undefined {
    if (fate === "pending") return undefined;
    return fate === "final" ? "AlreadyFinal" : "NotLive";
  }

  #challenge(from: Actor, baseFee: bigint, call: Call & { kind: "challenge" }): Outcome {
    const { segment, tooLow, wrongNumber } = call;
    const batch = this.batch(call.batch);
    const { challengeWindow, slot, provingWindow } = this.parameters;
    const refusal = wrongNumber ? "NotLive" : this.#refusalIfNotPending(batch);
    if (refusal !== undefined) return refuse(refusal);
    if (this.clock.now >= batch.at + challengeWindow) return refuse("ChallengeWindowClosed");
    if (segment >= batch.facts.verdicts.length) return refuse("SegmentOutOfRange");
    if (batch.proven.has(segment)) return refuse("SegmentAlreadyProven");
    if (batch.challenges.has(segment)) return refuse("AlreadyChallenged");
    if (tooLow) return refuse("BondAboveMost");
    const bond = this.challengeBond(baseFee);
    if (this.#availableOf(from) < bond) return refuse("InsufficientBond");
    const deadline = this.clock.now + BigInt(this.open + 1) * slot + provingWindow;
    batch.challenges.set(segment, { challenger: from, deadline, bond, outcome: "open" });
    this.#lock(from, bond);
    return DONE;
  }

  #prove(call: Call & { kind: "proveValid" | "proveFraud" | "recordValid" }): Outcome {
    const { kind, segment, beneficiary, flaw } = call;
    const batch = this.batch(call.batch);
    const verdict = batch.facts.verdicts[segment];
    if (kind !== "recordValid") {
      const refusal = this.#refusalIfNotPending(batch);
      if (refusal !== undefined) return refuse(refusal);
      if (kind === "proveValid" && batch.proven.has(segment)) return refuse("SegmentAlreadyProven");
      if (kind === "proveFraud" && verdict === "right") return refuse("SameResult");
    }
    if (flaw === "opening") return refuse("InvalidOpening");
    const isTrue = kind === "proveFraud" ? verdict === "wrong" : verdict === "right";
    if (flaw !== undefined || !isTrue) return refuse("InvalidProof");
    if (kind === "recordValid") batch.recorded.add(segment);
    else if (kind === "proveFraud") this.#refute(batch, beneficiary);
    else {
      batch.proven.add(segment);
      const challenge = batch.challenges.get(segment);
      if (challenge?.outcome !== "open") return DONE;
      challenge.outcome = "answered";
      this.#split(challenge.challenger, beneficiary, challenge.bond);
    }
    return DONE;
  }

  #contradict({ batch: ordinal, segment, broken }: Call & { kind: "contradict" }): Outcome {
    const batch = this.batch(ordinal);
    if (this.batch(batch.parent).fate !== "final") return refuse("ParentNotFinal");
    for (let i = 0; i < segment; i++) {
      if (!batch.proven.has(i) && !batch.recorded.has(i)) return refuse("PredecessorNotProven");
    }
    return broken ? this.#freeze() : refuse("InvalidProof");
  }

  #timeout(batch: ModelBatch, segment: number): Outcome {
    const refusal = this.#refusalIfNotPending(batch);
    if (refusal !== undefined) return refuse(refusal);
    const challenge = batch.challenges.get(segment);
    if (challenge?.outcome !== "open") return refuse("NoOpenChallenge");
    if (this.clock.now < challenge.deadline) return refuse("DeadlineNotReached");
    challenge.outcome = "timed-out";
    this.#refute(batch, challenge.challenger);
    this.#release(challenge.challenger, challenge.bond);
    return DONE;
  }

  #refundBatch(batch: ModelBatch): Outcome {
    if (batch.ordinal === 0) return refuse("UnknownBatch");
    if (batch.fate === "pending" || batch.fate === "final") return refuse("BatchLive");
    if (batch.fate === "refuted") return refuse("AlreadyRefuted");
    if (batch.refunded) return refuse("AlreadyRefunded");
    batch.refunded = true;
    this.#release(batch.committer as Actor, this.parameters.batchBond);
    return DONE;
  }

  #refundChallenge(batch: ModelBatch, segment: number): Outcome {
    const challenge = batch.challenges.get(segment);
    if (challenge?.outcome !== "open") return refuse("NoOpenChallenge");
    if (batch.fate === "pending") return refuse("BatchLive");
    challenge.outcome = "refunded";
    this.#release(challenge.challenger, challenge.bond);
    return DONE;
  }

  #enqueue(sender: User, call: Call & { kind: "deposit" | "force" }): Outcome {
    const { asset, to, amount, most } = call;
    if (this.frozen) return refuse("RollupIsFrozen");
    if (amount === 0n) return refuse("ZeroAmount");
    if (most < this.price) return refuse("PriceAbovePayment");
    this.burnedPrices += this.price;
    const kind = call.kind === "deposit" ? "deposit" : call.what;
    this.queue.push({ kind, asset, sender, to, amount, at: this.clock.now, reclaimed: false });
    if (kind === "deposit") this.custody[asset] += amount;
    return DONE;
  }

  #openCheckpoint(batch: ModelBatch, forged: boolean): Outcome {
    if (batch.fate !== "final") return refuse("BatchNotFinal");
    if (batch.opened) return refuse("AlreadyOpened");
    if (forged) return refuse("WrongCheckpoint");
    batch.opened = true;
    this.fees += batch.facts.fees;
    return DONE;
  }

  #refusalOfClaim({ batch: ordinal, index, flaw }: Call & { kind: "claim" }): string | undefined {
    const { opened, claimed } = this.batch(ordinal);
    // Asked by number: what counts is whether the batch that is final there was opened.
    if (!opened) return "NotOpened";
    if (flaw === "alias") return "IndexOutOfRange";
    if (claimed.has(index)) return "AlreadyClaimed";
    return flaw === undefined ? undefined : "WrongExitProof";
  }

  #claim({ batch: ordinal, index }: Call & { kind: "claim" }): Outcome {
    const batch = this.batch(ordinal);
    const exit = batch.facts.exits[index];
    if (exit === undefined) throw new RangeError(`no exit ${index} in batch ${ordinal}`);
    const outcome = this.#pay(`exit:${batch.number}:${index}`, exit.asset, exit.amount);
    if (outcome.paid) batch.claimed.add(index);
    return outcome;
  }

  #claimFees(amount: bigint): Outcome {
    const name = `fees:${amount}`;
    const waited = this.waiting.has(name);
    const outcome = this.#pay(name, "eth", amount);
    if (outcome.paid) {
      this.fees -= amount;
      if (waited) this.feesPutOff -= amount;
    } else if (outcome.error === undefined) {
      this.feesPutOff += amount;
    }
    return outcome;
  }

  #pay(name: string, asset: Asset, amount: bigint): Outcome {
    const from = this.waiting.get(name);
    const { now } = this.clock;
    const { exitLimitBps, exitDelay } = this.parameters;
    const isLimited = exitLimitBps !== BPS && !this.frozen;
    if (isLimited && (from === undefined || now < from)) {
      const flow = this.#flowOf(asset);
      if (amount > this.room(asset)) {
        if (from !== undefined) return refuse("PaymentWaits");
        this.waiting.set(name, now + exitDelay);
        return { paid: false };
      }
      flow.paid += amount;
    }
    this.waiting.delete(name);
    this.custody[asset] -= amount;
    return { paid: true };
  }

  #flowOf(asset: Asset) {
    const flow = this.flows[asset];
    const window = this.clock.now / this.parameters.exitDelay;
    if (flow.window !== window) Object.assign(flow, { window, paid: 0n });
    return flow;
  }

  #openState(batch: ModelBatch, forged: boolean): Outcome {
    if (!this.frozen) return refuse("NotFrozen");
    if (batch !== this.lastFinal) return refuse("BatchNotFinal");
    if (this.stateOpened) return refuse("StateAlreadyOpened");
    if (forged) return refuse("WrongCheckpoint");
    this.stateOpened = true;
    return DONE;
  }

  #escape({ asset, of, flaw }: Call & { kind: "escape" }): Outcome {
    if (!this.stateOpened) return refuse("StateNotOpened");
    if (flaw !== undefined) return refuse("WrongStateProof");
    const balance = this.lastFinal.facts.balances[asset][of];
    const name = `${asset}:${of}`;
    if (balance > 0n && !this.escaped.has(name)) this.escaped.set(name, balance);
    return DONE;
  }

  #payEscapes({ asset, accounts }: Call & { kind: "payEscapes" }): Outcome {
    for (const account of accounts) {
      const name = `${asset}:${account}`;
      const unpaid = this.escaped.get(name) ?? 0n;
      if (unpaid === 0n) continue;
      this.escaped.set(name, 0n);
      this.custody[asset] -= unpaid;
    }
    return DONE;
  }

  #reclaim({ index, forged }: Call & { kind: "reclaim" }): Outcome {
    if (!this.frozen) return refuse("NotFrozen");
    if (index < this.lastFinal.queueEnd) return refuse("ItemConsumed");
    const item = this.queue[index];
    if (item === undefined) return refuse("ItemUnknown");
    if (forged) return refuse("WrongItem");
    if (item.kind !== "deposit") return refuse("NotADeposit");
    if (item.reclaimed) return refuse("AlreadyReclaimed");
    item.reclaimed = true;
    this.custody[item.asset] -= item.amount;
    return DONE;
  }

  #availableOf(actor: Actor): bigint {
    return this.available[actor] ?? 0n;
  }

  #lock(actor: Actor, amount: bigint): void {
    this.available[actor] = this.#availableOf(actor) - amount;
    this.locked[actor] = (this.locked[actor] ?? 0n) + amount;
  }

  #release(actor: Actor, amount: bigint): void {
    this.#lock(actor, -amount);
  }

  #split(loser: Actor, winner: Actor, amount: bigint): void {
    const reward = (amount * (BPS - this.parameters.burnShareBps)) / BPS;
    this.locked[loser] = (this.locked[loser] ?? 0n) - amount;
    this.available[winner] = this.#availableOf(winner) + reward;
    this.burnedBonds += amount - reward;
  }
}

export function openOf({ challenges }: ModelBatch): number {
  return [...challenges.values()].filter(({ outcome }) => outcome === "open").length;
}

export const NO_BALANCES: Facts["balances"] = {
  eth: Object.fromEntries(USERS.map((user) => [user, 0n])) as Record<User, bigint>,
  token: Object.fromEntries(USERS.map((user) => [user, 0n])) as Record<User, bigint>,
};

type NewBatch = Pick<ModelBatch, "ordinal" | "number" | "parent" | "committer" | "at" | "queueEnd" | "facts">;

function newBatch(batch: NewBatch): ModelBatch {
  return {
    ...batch,
    fate: "pending",
    refunded: false,
    opened: false,
    proven: new Set(),
    recorded: new Set(),
    challenges: new Map(),
    claimed: new Set(),
  };
}
