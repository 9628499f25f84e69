// The watchtower: judges each pending batch from L1 data alone and does what the table says.

import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { DerivedBatch, Hex, L1Block } from "../chain/types.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import { challenge, finalize, isFinalizable, timeout } from "./dispute.ts";
import type { Node } from "./node.ts";
import { type ProveOptions, sendFraud, sendValid } from "./prover.ts";
import type { Prover } from "./segment-run.ts";
import { cannotTell, judge, type Verdict } from "./verdict.ts";
import { proofOf, type Shelf, shelfName } from "./watch-shelf.ts";
import { type Action, decide, type Situation } from "./watch-table.ts";
import {
  type FreezeReport,
  freezeReport,
  type RefundReport,
  takeBack,
  type WatchAct,
} from "./watch-upkeep.ts";

export { type CannotTell, judge, type Verdict } from "./verdict.ts";
export type { Shelf } from "./watch-shelf.ts";
export { type Action, decide, type Situation } from "./watch-table.ts";
export type { FreezeReport, RefundReport, WatchAct } from "./watch-upkeep.ts";

export interface WatchPolicy {
  /** Proves; without it the watchtower can only challenge, time out and alert. */
  readonly prover?: Prover;
  /** Sends; without it the watchtower only alerts. */
  readonly signer?: Signer;
  /** What it may do; default: refute, challenge, answer, timeout, refund. */
  readonly may?: readonly WatchAct[];
  /** How often a proof in the making is asked whether its batch still stands; default 5000. */
  readonly lookMs?: number;
  /** Blocks of L1 for which a freeze must have been possible; default 0. */
  readonly confirmations?: number;
  /** A pool to share the machine with other provers; a round makes one proof at most in any case. */
  readonly prove?: ProveOptions;
}

/** What the watchtower saw, decided and did about one batch. */
export interface WatchReport {
  readonly number: bigint;
  readonly id: Hex;
  readonly verdict: Verdict;
  readonly action: Action;
  /** Segment that the action is about. */
  readonly segment?: number;
  readonly receipt?: Receipt;
  /** The action failed; the next round looks at the situation anew. */
  readonly error?: unknown;
  /** The table's first choice, which failed for want of a proof: `action` is what it says without that. */
  readonly insteadOf?: { readonly action: Action; readonly error: unknown };
  /** The action waits for a later round: this one has made its proof already, or time stands still. */
  readonly deferred?: true;
  /** Its proof is ready. */
  readonly ready?: true;
  /** The batch left the chain while its proof was made, so that the proof was given up. */
  readonly dropped?: true;
}

export interface WatchRound {
  /** The block that the round is about; absent if L1 could not be read. */
  readonly l1?: L1Block;
  /** Why L1 could not be read: a cannot-tell verdict for everything. */
  readonly trouble?: Verdict;
  readonly reports: readonly WatchReport[];
  readonly refunds?: readonly RefundReport[];
  readonly freeze?: FreezeReport;
  /** Time stands still: proofs are made, but nothing is sent. */
  readonly paused?: true;
  /** Actions were deferred: the next round should follow at once. */
  readonly more?: boolean;
}

const DEFAULT_MAY: readonly WatchAct[] = ["refute", "challenge", "answer", "timeout", "refund"];
const NEEDS_PROVER: readonly Action[] = ["refute", "answer"];

/**
 * One round: sync, judge every pending batch, act, take own bonds back. Never throws. While time stands still, proofs are made
 * and put on the shelf, and everything that has to be sent waits.
 */
export async function watchOnce(
  node: Node,
  policy: WatchPolicy = {},
  shelf: Shelf = new Map(),
): Promise<WatchRound> {
  let view: View;
  try {
    view = await node.derivation.sync();
  } catch (error) {
    return { trouble: cannotTell(error), reports: [] };
  }
  const may = policy.may ?? DEFAULT_MAY;
  const can = new Set(
    may.filter(
      (action): action is Action =>
        action !== "refund" &&
        action !== "freeze" &&
        policy.signer !== undefined &&
        (policy.prover !== undefined || !NEEDS_PROVER.includes(action)),
    ),
  );
  const pending = pendingOf(view);
  for (const [name, { id }] of shelf) if (pending.every((batch) => batch.id !== id)) shelf.delete(name);
  const plans: Plan[] = [];
  for (const batch of pending) plans.push(...plan(node, batch, await judge(node, batch.id), can));
  const { reports, more } = await (view.paused ? prepare : carryOut)(node, policy, plans, shelf);
  return {
    l1: view.l1,
    reports,
    ...(await takeBack(node, policy, may)),
    ...(await freezeReport(node, policy, may)),
    ...(view.paused ? { paused: true as const } : {}),
    more,
  };
}

type Carried = Required<Pick<WatchRound, "reports" | "more">>;

/**
 * A round makes one proof at most, the most urgent, and looks at L1 anew before the next: however many challenges are open, a
 * wrong batch that comes meanwhile is seen after one proof and refuted before anything else is answered. A proof that fails
 * does not hold the others up.
 */
async function carryOut(
  node: Node,
  policy: WatchPolicy,
  plans: readonly Plan[],
  shelf: Shelf,
): Promise<Carried> {
  const done = new Map<Plan, WatchReport>();
  for (const its of plans)
    if (!NEEDS_PROVER.includes(its.action)) done.set(its, await act(node, policy, its, shelf));
  for (const its of plans.filter(({ action }) => NEEDS_PROVER.includes(action)).sort(byUrgency)) {
    const report = await act(node, policy, its, shelf);
    done.set(its, report);
    if (report.error === undefined && report.insteadOf === undefined) break;
  }
  const reports = plans.map((its) => done.get(its) ?? { ...reportOf(its), deferred: true as const });
  return { reports, more: done.size < plans.length };
}

/** In a pause: one more proof for the shelf; nothing is sent. */
async function prepare(
  node: Node,
  policy: WatchPolicy,
  plans: readonly Plan[],
  shelf: Shelf,
): Promise<Carried> {
  const { signer, prover } = policy;
  const account = await signer?.getAddress();
  const ready = ({ batch, segment }: Plan) =>
    account !== undefined &&
    shelf.has(shelfName({ id: batch.id, segment: segment ?? 0, beneficiary: account }));
  const failed = new Map<Plan, unknown>();
  const missing = plans.filter((its) => NEEDS_PROVER.includes(its.action) && !ready(its)).sort(byUrgency);
  for (const its of missing) {
    if (prover === undefined || account === undefined) break;
    const place = { id: its.batch.id, segment: its.segment ?? 0, beneficiary: account };
    try {
      await proofOf(node, place, { ...policy, prover }, shelf);
      break;
    } catch (error) {
      failed.set(its, error);
    }
  }
  const reports = plans.map((its): WatchReport => {
    if (its.action === "none" || its.action === "alert") return reportOf(its);
    const error = failed.get(its);
    const state = ready(its) ? { ready: true as const } : error === undefined ? {} : { error };
    return { ...reportOf(its), deferred: true, ...state };
  });
  return { reports, more: missing.some((its) => !ready(its) && !failed.has(its)) };
}

interface Plan {
  readonly batch: DerivedBatch;
  readonly verdict: Verdict;
  readonly situation: Situation;
  readonly action: Action;
  readonly segment?: number;
  /** Of the challenge to be answered. */
  readonly deadline?: bigint;
}

/** Refutations first, then answers by their deadlines: what L1's deadlines count on. */
function byUrgency(a: Plan, b: Plan): number {
  if (a.action !== b.action) return a.action === "refute" ? -1 : 1;
  return Number((a.deadline ?? 0n) - (b.deadline ?? 0n));
}

/** One plan, or one for each challenged segment of a valid batch, the most urgent first. */
function plan(node: Node, batch: DerivedBatch, verdict: Verdict, can: ReadonlySet<Action>): readonly Plan[] {
  const { view } = node.derivation;
  const open = disputeOf(view, batch.id).challenges.filter(({ outcome }) => outcome === "open");
  const challenged = open.sort((a, b) => Number(a.deadline - b.deadline)).map(({ segment }) => segment);
  const deadlines = new Map(open.map(({ segment, deadline }) => [segment, deadline]));
  const segments = {
    valid: challenged.length > 0 ? challenged : [undefined],
    invalid: [verdict.kind === "invalid" ? verdict.segment : undefined],
    "cannot-tell": [undefined],
  }[verdict.kind];
  return segments.map((segment) => {
    const situation = situationOf(node, batch, verdict, segment, can);
    const deadline = segment === undefined ? undefined : deadlines.get(segment);
    return {
      batch,
      verdict,
      situation,
      action: decide(situation),
      ...(segment === undefined ? {} : { segment }),
      ...(deadline === undefined ? {} : { deadline }),
    };
  });
}

function situationOf(
  node: Node,
  batch: DerivedBatch,
  verdict: Verdict,
  segment: number | undefined,
  can: ReadonlySet<Action>,
): Situation {
  const { view, chain } = node.derivation;
  const now = view.time;
  const { challenges, proven } = disputeOf(view, batch.id);
  const its = challenges.find((one) => one.segment === segment && one.outcome === "open");
  const challengeState = its === undefined ? "none" : now < its.deadline ? "open" : "expired";
  return {
    life: batch.status,
    verdict: verdict.kind,
    ...(verdict.kind === "cannot-tell" ? { reason: verdict.reason } : {}),
    challenge: challengeState,
    proven: segment !== undefined && proven.has(segment),
    window: now < batch.committedAt + chain.book.parameters.challengeWindow ? "open" : "closed",
    finalizable: isFinalizable(node, batch),
    can,
  };
}

function reportOf({ batch, verdict, action, segment }: Plan): WatchReport {
  const about = segment === undefined ? {} : { segment };
  return { number: batch.header.number, id: batch.id, verdict, action, ...about };
}

/**
 * Does what is planned; where no proof can be had for it, what the table says without it, in the same round. Whoever
 * waited for a proof that never comes would let a wrong batch become final.
 */
async function act(node: Node, policy: WatchPolicy, its: Plan, shelf: Shelf): Promise<WatchReport> {
  const report = await attempt(node, policy, its, shelf);
  const { action, error } = report;
  if (!NEEDS_PROVER.includes(action) || error === undefined || isPassing(error)) return report;
  const can = new Set([...its.situation.can].filter((one) => one !== action));
  const next = await attempt(node, policy, { ...its, action: decide({ ...its.situation, can }) }, shelf);
  return { ...next, insteadOf: { action, error } };
}

/** L1 refuses these because others were faster. */
const OVERTAKEN: readonly string[] = ["NotLive", "SegmentAlreadyProven"];

/** Whether another round may end otherwise: told to stop, overtaken, or trouble with L1 rather than with the proof. */
function isPassing(error: unknown): boolean {
  if (isLuntraError(error, "PROVER_CANCELLED")) return true;
  if (isLuntraError(error, "CALL_REVERTED")) return OVERTAKEN.includes(error.args.error);
  const verdict = cannotTell(error);
  return verdict.kind === "cannot-tell" && verdict.reason !== "internal-error";
}

async function attempt(node: Node, policy: WatchPolicy, its: Plan, shelf: Shelf): Promise<WatchReport> {
  const report = reportOf(its);
  const { signer, prover } = policy;
  if (signer === undefined) return report;
  const { id } = its.batch;
  const at = its.segment ?? 0;
  const place = { id, segment: at, beneficiary: await signer.getAddress() };
  const proof = (by: Prover) => proofOf(node, place, { ...policy, prover: by }, shelf);
  const actions: Readonly<Partial<Record<Action, () => Promise<Receipt>>>> = {
    ...(prover && {
      refute: async () => sendFraud(node, signer, await proof(prover)),
      answer: async () => sendValid(node, signer, await proof(prover)),
    }),
    challenge: () => challenge(node, signer, id, at),
    timeout: () => timeout(node, signer, id, at),
    finalize: () => finalize(node, signer, id),
  };
  try {
    const receipt = await actions[its.action]?.();
    shelf.delete(shelfName(place));
    return receipt === undefined ? report : { ...report, receipt };
  } catch (error) {
    const gone = pendingOf(node.derivation.view).every((batch) => batch.id !== id);
    if (gone && isLuntraError(error, "PROVER_CANCELLED")) return { ...report, dropped: true };
    return { ...report, error };
  }
}

/** Rounds until nothing is deferred any more, told as one. */
export async function watchThrough(node: Node, policy: WatchPolicy = {}): Promise<WatchRound> {
  const acted: WatchReport[] = [];
  const refunds: RefundReport[] = [];
  const shelf: Shelf = new Map();
  for (;;) {
    const round = await watchOnce(node, policy, shelf);
    refunds.push(...(round.refunds ?? []));
    if (!round.more) return { ...round, reports: [...acted, ...round.reports], refunds };
    acted.push(...round.reports.filter(hasActed));
  }
}

function hasActed({ receipt, error, insteadOf }: WatchReport): boolean {
  return [receipt, error, insteadOf].some((its) => its !== undefined);
}

export interface WatchOptions {
  /** Pause between rounds; default 5000. */
  readonly intervalMs?: number;
  readonly signal?: AbortSignal;
  readonly onRound?: (round: WatchRound) => void;
}

const DEFAULT_INTERVAL_MS = 5000;

/** Round after round until the signal aborts. */
export async function watch(node: Node, policy: WatchPolicy, options: WatchOptions = {}): Promise<void> {
  const { intervalMs = DEFAULT_INTERVAL_MS, signal, onRound } = options;
  const shelf: Shelf = new Map();
  while (!signal?.aborted) {
    const round = await watchOnce(node, policy, shelf);
    onRound?.(round);
    if (round.more) continue;
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
