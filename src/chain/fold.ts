// Folds L1's events into a view. One handler an event; whatever can be recomputed is, and must agree. Events are stamped
// with the protocol's time of their block: the contracts read no other.

import { getBytes, type Interface, type Result } from "ethers";
import { fail, LuntraError } from "../errors.ts";
import { type QueueItem, queueChain } from "../model/batch.ts";
import { committedBatch, genesisBatch } from "./committed.ts";
import type { L1Log, L1Record } from "./l1.ts";
import type { Parameters } from "./presets.ts";
import { type Pause, pauseAt, timeAt } from "./protocol-time.ts";
import { deadlineOf, dueAt, finalFrom, placePrice, primaryLiveUntil } from "./timing.ts";
import type {
  DelayedPayment,
  DerivedBatch,
  DerivedChallenge,
  DerivedDispute,
  EscapedRecord,
  FreezeCause,
  Hex,
  L1Block,
  QueueEntry,
} from "./types.ts";
import {
  exitName,
  exitPayment,
  feePayment,
  headOf,
  lastFinalOf,
  NO_DISPUTE,
  recordName,
  type View,
} from "./view.ts";

export interface FoldContext {
  /** ABI by contract address (lower case). */
  readonly interfaces: ReadonlyMap<Hex, Interface>;
  readonly genesisCheckpoint: Hex;
  /** Records in a segment. */
  readonly n: number;
  readonly parameters: Parameters;
}

interface Fold {
  pauses: Pause[];
  live: DerivedBatch[];
  dead: DerivedBatch[];
  finalized: bigint;
  frozen: boolean;
  freeze: FreezeCause | undefined;
  primarySlashed: boolean;
  commitCounter: bigint;
  queue: QueueEntry[];
  disputes: Map<Hex, DerivedDispute>;
  opened: Set<bigint>;
  claimed: Set<string>;
  delayed: Map<Hex, DelayedPayment>;
  /** Of all batches, those of dead ones included until they are refunded. */
  openChallenges: bigint;
  root: Hex | undefined;
  escaped: Map<string, EscapedRecord>;
  reclaimed: Set<bigint>;
}

interface Event {
  readonly args: Result;
  readonly log: L1Log;
  readonly record: L1Record;
  /** Protocol time. */
  readonly time: bigint;
}

type Handler = (fold: Fold, event: Event, context: FoldContext) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  Paused: (fold, { args: { from, until }, record }) => {
    same("the start of a pause", record.timestamp, from);
    fold.pauses.push({ from, until });
  },

  Resumed: (fold, { args: { until }, record }) => {
    const running = pauseAt(fold.pauses, record.timestamp);
    same("the end of a pause", record.timestamp, until);
    same("whether there was a pause to end", true, running !== undefined);
    fold.pauses = fold.pauses.map((pause) => (pause === running ? { ...pause, until } : pause));
  },

  Enqueued: (fold, { args, log, record, time }, { parameters }) => {
    const { kind, recipient, token, amount } = args;
    const sender = lower(args.sender);
    const item: QueueItem = { kind, sender, recipient: lower(recipient), token: lower(token), amount };
    const chain = queueChain([item], fold.queue[fold.queue.length - 1]?.chain);
    same("the index of a queue item", BigInt(fold.queue.length), args.index);
    same(`the queue's hash after item ${args.index}`, chain, args.chain);
    const price = placePrice(args.index - headOf(fold).header.queueEnd, parameters);
    const place = { enqueuedAt: time, price, block: record.number, transaction: log.transaction };
    fold.queue.push({ ...item, index: args.index, chain, ...place });
  },

  BatchCommitted: (fold, { args, log, record, time }, { n, parameters }) => {
    const input = record.inputs[log.transaction];
    if (input === undefined) fail("L1_DATA_MISSING", { what: `the input of ${log.transaction}` });
    const { number, id, counter, segments } = args;
    same("the commit counter", fold.commitCounter + 1n, counter);
    const event = { number, id, counter, segments, committer: lower(args.committer) };
    const place = { transaction: log.transaction, block: record.number, timestamp: time };
    const batch = committedBatch(event, getBytes(input as Hex), place, headOf(fold), fold.queue, n);
    same(`whether it was the turn of the committer of ${id}`, true, isTurn(fold, batch, parameters));
    same(`whether ${id} takes what is due`, true, takesDueItems(fold, batch, parameters));
    fold.live.push(batch);
    fold.commitCounter = counter;
  },

  BatchFinalized: (fold, { args: { number, id }, time }, { parameters }) => {
    const batch = fold.live[Number(number)];
    same("the number of the batch made final", fold.finalized + 1n, number);
    same(`the id of final batch ${number}`, batch?.id, id);
    const from = finalFrom(batch as DerivedBatch, fold.disputes.get(id) ?? NO_DISPUTE, parameters);
    same(`whether batch ${number} could be final`, true, from !== undefined && time >= from);
    fold.live[Number(number)] = { ...(batch as DerivedBatch), status: "final", finalizedAt: time };
    fold.finalized = number;
  },

  RolledBack: (fold, { args: { number, id, oldHead } }, { parameters }) => {
    const batch = fold.live[Number(number)];
    same(`the id of rolled-back batch ${number}`, batch?.id, id);
    same(`the head before ${id} was rolled back`, headOf(fold).header.number, oldHead);
    if (batch?.committer === parameters.primary.toLowerCase()) fold.primarySlashed = true;
    drop(fold, Number(number));
  },

  PrimarySlashed: (fold, { args: { id } }) => {
    same(`whether ${id} was the primary's`, true, fold.primarySlashed && isDead(fold, id));
  },

  Unserved: (fold, { args: { index, enqueuedAt }, time }, { parameters }) => {
    same("the oldest item that no final batch took", lastFinalOf(fold).header.queueEnd, index);
    same(`when item ${index} was enqueued`, fold.queue[Number(index)]?.enqueuedAt, enqueuedAt);
    same(`whether item ${index} is unserved`, true, time >= enqueuedAt + parameters.escapeDelay);
    fold.freeze = { kind: "unserved", index, enqueuedAt };
  },

  Contradiction: (fold, { args: { id, segment, first, second } }) => {
    same("whether a contradiction is one", false, first === second);
    fold.freeze = { kind: "contradiction", id: batchOf(fold, id).id, segment: Number(segment) };
  },

  Frozen: (fold, { args: { finalized, oldHead } }) => {
    same("the last final batch of the freeze", fold.finalized, finalized);
    same("the head before the freeze", headOf(fold).header.number, oldHead);
    same("whether the freeze has a cause", true, fold.freeze !== undefined);
    fold.frozen = true;
    drop(fold, Number(fold.finalized) + 1);
  },

  CheckpointOpened: (fold, { args }) => {
    fold.opened.add(args.number);
  },

  Claimed: (fold, { args: { number, index } }) => {
    fold.claimed.add(exitName(number, index));
    fold.delayed.delete(exitPayment(number, index));
  },

  FeesClaimed: (fold, { args: { recipient, amount } }) => {
    fold.delayed.delete(feePayment(recipient, amount));
  },

  PaymentDelayed: (fold, { args: { payment, token, amount, payableFrom }, time }, { parameters }) => {
    same(`when payment ${payment} is due`, time + parameters.exitDelay, payableFrom);
    fold.delayed.set(payment, { token: lower(token), amount, payableFrom });
  },

  StateOpened: (fold, { args: { number, stateRoot } }) => {
    same("whether the state is opened of a frozen rollup", true, fold.frozen);
    same("the number of the last final batch", fold.finalized, number);
    fold.root = stateRoot;
  },

  Escaped: (fold, { args: { token, account, amount } }) => {
    const record = { token: lower(token), account: lower(account), amount, paid: false };
    const name = recordName(record.token, record.account);
    same(`whether record ${name} escapes once`, false, fold.root === undefined || fold.escaped.has(name));
    fold.escaped.set(name, record);
  },

  EscapePaid: (fold, { args: { token, account, amount } }) => {
    const name = recordName(lower(token), lower(account));
    const record = fold.escaped.get(name);
    same(`what is owed for record ${name}`, record?.paid === false ? record.amount : 0n, amount);
    fold.escaped.set(name, { ...(record as EscapedRecord), paid: true });
  },

  Reclaimed: (fold, { args: { index, depositor, token, amount } }) => {
    const item = fold.queue[Number(index)];
    const of = `of reclaimed item ${index}`;
    same(`whether no final batch took item ${index}`, true, index >= lastFinalOf(fold).header.queueEnd);
    same(`whether item ${index} returns once`, false, fold.reclaimed.has(index));
    same(`the depositor ${of}`, item?.sender, lower(depositor));
    same(`the token ${of}`, item?.token, lower(token));
    same(`the amount ${of}`, item?.amount, amount);
    fold.reclaimed.add(index);
  },

  Challenged: (fold, { args, record, time }, { parameters }) => {
    const { id, deadline, bond } = args;
    same(`a deadline of batch ${id}`, deadlineOf(time, fold.openChallenges, parameters), deadline);
    fold.openChallenges += 1n;
    const number = batchOf(fold, id).header.number;
    const challenger = lower(args.challenger);
    const opened = { id, number, segment: Number(args.segment), challenger, deadline, bond };
    change(fold, id, (dispute) => ({
      ...dispute,
      challenges: [...dispute.challenges, { ...opened, outcome: "open", block: record.number }],
    }));
  },

  SegmentProven: (fold, { args: { id, segment } }) =>
    change(fold, id, (dispute) => ({ ...dispute, proven: new Set([...dispute.proven, Number(segment)]) })),

  SegmentRecorded: (fold, { args: { id, segment } }) => {
    batchOf(fold, id);
    change(fold, id, (dispute) => ({
      ...dispute,
      recorded: new Set([...dispute.recorded, Number(segment)]),
    }));
  },

  ChallengeAnswered: (fold, { args: { id, segment } }) => end(fold, id, segment, "answered"),
  ChallengeTimedOut: (fold, { args: { id, segment } }) => end(fold, id, segment, "timed-out"),
  ChallengeRefunded: (fold, { args: { id, segment } }) => end(fold, id, segment, "refunded"),

  FraudProven: (fold, { args: { id, segment, beneficiary, computed } }) =>
    change(fold, id, (dispute) => ({
      ...dispute,
      fraud: { segment: Number(segment), computed, beneficiary: lower(beneficiary) },
    })),

  BatchRefunded: (fold, { args: { id } }) => change(fold, id, (dispute) => ({ ...dispute, refunded: true })),
};

export class Folding {
  readonly #context: FoldContext;
  readonly #fold: Fold;

  constructor(context: FoldContext) {
    this.#context = context;
    this.#fold = {
      pauses: [],
      live: [genesisBatch(context.genesisCheckpoint)],
      dead: [],
      finalized: 0n,
      frozen: false,
      freeze: undefined,
      primarySlashed: false,
      commitCounter: 0n,
      queue: [],
      disputes: new Map(),
      opened: new Set(),
      claimed: new Set(),
      delayed: new Map(),
      openChallenges: 0n,
      root: undefined,
      escaped: new Map(),
      reclaimed: new Set(),
    };
  }

  /** Of all batches, those of dead ones included until they are refunded: what a new challenge's deadline counts. */
  get openChallenges(): bigint {
    return this.#fold.openChallenges;
  }

  /** Throws L1_INCONSISTENT at the first event that cannot be; the folding is then of no further use. */
  apply(record: L1Record): void {
    for (const log of record.logs) {
      const parsed = this.#context.interfaces.get(log.address)?.parseLog(log);
      const handler = parsed ? HANDLERS[parsed.name] : undefined;
      if (!parsed || handler === undefined) continue;
      try {
        const time = timeAt(this.#fold.pauses, record.timestamp);
        handler(this.#fold, { args: parsed.args, log, record, time }, this.#context);
      } catch (error) {
        if (error instanceof LuntraError && error.code.startsWith("L1_")) throw error;
        const what = `${parsed.name} in ${log.transaction}`;
        throw new LuntraError(
          "L1_INCONSISTENT",
          { what, expected: "possible", actual: String(error) },
          error,
        );
      }
    }
  }

  view(l1: L1Block): View {
    const { live, finalized, frozen, freeze, primarySlashed, commitCounter } = this.#fold;
    const { pauses, dead, queue, disputes, opened, claimed, delayed } = this.#fold;
    const { root, escaped, reclaimed } = this.#fold;
    return {
      l1,
      time: timeAt(pauses, l1.timestamp),
      paused: pauseAt(pauses, l1.timestamp) !== undefined,
      pauses: [...pauses],
      finalized,
      frozen,
      ...(freeze === undefined ? {} : { freeze }),
      primarySlashed,
      commitCounter,
      head: BigInt(live.length - 1),
      live: [...live],
      dead: [...dead],
      queue: [...queue],
      disputes: new Map(disputes),
      opened: new Set(opened),
      claimed: new Set(claimed),
      delayed: new Map(delayed),
      escape: {
        ...(root === undefined ? {} : { root }),
        escaped: new Map(escaped),
        reclaimed: new Set(reclaimed),
      },
    };
  }
}

/** While the primary is live, only it commits. */
function isTurn(fold: Fold, { committer, committedAt }: DerivedBatch, parameters: Parameters): boolean {
  const until = primaryLiveUntil(headOf(fold), fold.primarySlashed, parameters);
  return committer === parameters.primary.toLowerCase() || committedAt >= until;
}

/** No live batch leaves a due item behind, unless it takes its fill. */
function takesDueItems({ queue }: Fold, batch: DerivedBatch, parameters: Parameters): boolean {
  const { queueEnd } = batch.header;
  const next = queue[Number(queueEnd)];
  const fill = queueEnd - batch.queueStart >= parameters.maxForced;
  return next === undefined || fill || batch.committedAt < dueAt(next, parameters);
}

function isDead({ dead }: Fold, id: Hex): boolean {
  return dead.some((batch) => batch.id === id);
}

function drop(fold: Fold, from: number): void {
  const dropped = fold.live.splice(from);
  fold.dead.push(...dropped.map((batch): DerivedBatch => ({ ...batch, status: "dead" })));
}

function change(fold: Fold, id: Hex, how: (dispute: DerivedDispute) => DerivedDispute): void {
  fold.disputes.set(id, how(fold.disputes.get(id) ?? NO_DISPUTE));
}

function end(fold: Fold, id: Hex, segment: bigint, outcome: DerivedChallenge["outcome"]): void {
  fold.openChallenges -= 1n;
  change(fold, id, (dispute) => ({
    ...dispute,
    challenges: dispute.challenges.map((challenge) =>
      challenge.segment === Number(segment) ? { ...challenge, outcome } : challenge,
    ),
  }));
}

function batchOf({ live, dead }: Fold, id: Hex): DerivedBatch {
  const found = [...live, ...dead].find((batch) => batch.id === id);
  return found ?? fail("L1_INCONSISTENT", { what: `batch ${id}`, expected: "committed", actual: "unknown" });
}

function same(what: string, expected: unknown, actual: unknown): void {
  if (expected !== actual) {
    fail("L1_INCONSISTENT", { what, expected: String(expected), actual: String(actual) });
  }
}

function lower(address: string): Hex {
  return address.toLowerCase();
}
