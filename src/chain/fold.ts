// Folds L1's events into a view. One handler an event; whatever can be recomputed is, and must agree.

import { getBytes, type Interface, type Result } from "ethers";
import { fail, LuntraError } from "../errors.ts";
import { type QueueItem, queueChain } from "../model/batch.ts";
import { committedBatch, genesisBatch } from "./committed.ts";
import type { L1Log, L1Record } from "./l1.ts";
import type { DerivedBatch, DerivedChallenge, DerivedDispute, Hex, L1Block, QueueEntry } from "./types.ts";
import { exitName, headOf, NO_DISPUTE, type View } from "./view.ts";

export interface FoldContext {
  /** ABI by contract address (lower case). */
  readonly interfaces: ReadonlyMap<Hex, Interface>;
  readonly genesisCheckpoint: Hex;
  /** Records in a segment. */
  readonly n: number;
}

interface Fold {
  live: DerivedBatch[];
  dead: DerivedBatch[];
  finalized: bigint;
  frozen: boolean;
  commitCounter: bigint;
  queue: QueueEntry[];
  disputes: Map<Hex, DerivedDispute>;
  opened: Set<bigint>;
  claimed: Set<string>;
}

interface Event {
  readonly args: Result;
  readonly log: L1Log;
  readonly record: L1Record;
}

type Handler = (fold: Fold, event: Event, context: FoldContext) => void;

const HANDLERS: Readonly<Record<string, Handler>> = {
  Enqueued: (fold, { args, log, record }) => {
    const { kind, recipient, token, amount } = args;
    const sender = lower(args.sender);
    const item: QueueItem = { kind, sender, recipient: lower(recipient), token: lower(token), amount };
    const chain = queueChain([item], fold.queue[fold.queue.length - 1]?.chain);
    same("the index of a queue item", BigInt(fold.queue.length), args.index);
    same(`the queue's hash after item ${args.index}`, chain, args.chain);
    const place = { enqueuedAt: record.timestamp, block: record.number, transaction: log.transaction };
    fold.queue.push({ ...item, index: args.index, chain, ...place });
  },

  BatchCommitted: (fold, { args, log, record }, { n }) => {
    const input = record.inputs[log.transaction];
    if (input === undefined) fail("L1_DATA_MISSING", { what: `the input of ${log.transaction}` });
    const { number, id, counter, segments } = args;
    same("the commit counter", fold.commitCounter + 1n, counter);
    const event = { number, id, counter, segments, committer: lower(args.committer) };
    const place = { transaction: log.transaction, block: record.number, timestamp: record.timestamp };
    fold.live.push(committedBatch(event, getBytes(input as Hex), place, headOf(fold), fold.queue, n));
    fold.commitCounter = counter;
  },

  BatchFinalized: (fold, { args: { number, id } }) => {
    const batch = fold.live[Number(number)];
    same("the number of the batch made final", fold.finalized + 1n, number);
    same(`the id of final batch ${number}`, batch?.id, id);
    fold.live[Number(number)] = { ...(batch as DerivedBatch), status: "final" };
    fold.finalized = number;
  },

  RolledBack: (fold, { args: { number, id } }) => {
    same(`the id of rolled-back batch ${number}`, fold.live[Number(number)]?.id, id);
    drop(fold, Number(number));
  },

  Frozen: (fold) => {
    fold.frozen = true;
    drop(fold, Number(fold.finalized) + 1);
  },

  CheckpointOpened: (fold, { args }) => {
    fold.opened.add(args.number);
  },

  Claimed: (fold, { args }) => {
    fold.claimed.add(exitName(args.number, args.index));
  },

  Challenged: (fold, { args, record }) => {
    const { id, deadline, bond } = args;
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
      live: [genesisBatch(context.genesisCheckpoint)],
      dead: [],
      finalized: 0n,
      frozen: false,
      commitCounter: 0n,
      queue: [],
      disputes: new Map(),
      opened: new Set(),
      claimed: new Set(),
    };
  }

  /** Throws L1_INCONSISTENT at the first event that cannot be; the folding is then of no further use. */
  apply(record: L1Record): void {
    for (const log of record.logs) {
      const parsed = this.#context.interfaces.get(log.address)?.parseLog(log);
      const handler = parsed ? HANDLERS[parsed.name] : undefined;
      if (!parsed || handler === undefined) continue;
      try {
        handler(this.#fold, { args: parsed.args, log, record }, this.#context);
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
    const { live, dead, queue, disputes, opened, claimed, ...rest } = this.#fold;
    return {
      l1,
      ...rest,
      head: BigInt(live.length - 1),
      live: [...live],
      dead: [...dead],
      queue: [...queue],
      disputes: new Map(disputes),
      opened: new Set(opened),
      claimed: new Set(claimed),
    };
  }
}

function drop(fold: Fold, from: number): void {
  const dropped = fold.live.splice(from);
  fold.dead.push(...dropped.map((batch): DerivedBatch => ({ ...batch, status: "dead" })));
}

function change(fold: Fold, id: Hex, how: (dispute: DerivedDispute) => DerivedDispute): void {
  fold.disputes.set(id, how(fold.disputes.get(id) ?? NO_DISPUTE));
}

function end(fold: Fold, id: Hex, segment: bigint, outcome: DerivedChallenge["outcome"]): void {
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
