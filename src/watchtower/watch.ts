// The watchtower: judges each pending batch from L1 data alone and does what the table says.

import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { FreezeCause, Hex, L1Block } from "../chain/types.ts";
import { pendingOf, type View } from "../chain/view.ts";
import { fail, isLuntraError } from "../errors.ts";
import { challenge, finalize, timeout } from "../node/dispute.ts";
import type { Node } from "../node/node.ts";
import { type ProveOptions, sendFraud, sendValid } from "../node/prover.ts";
import type { Prover } from "../node/segment-run.ts";
import { cannotTell, type Verdict } from "./verdict.ts";
import { longestProof, longestSend, whileLooking, within } from "./looks.ts";
import { byUrgency, NEEDS_PROVER, type Plan, planFinal, planPending } from "./plan.ts";
import { proofOf, type Shelf, shelfName } from "./shelf.ts";
import { type Action, decide } from "./table.ts";
import { type FreezeReport, freezeReport, type RefundReport, takeBack, type WatchAct } from "./upkeep.ts";

export { type CannotTell, judge, type Verdict } from "./verdict.ts";
export type { Shelf } from "./shelf.ts";
export { type Action, decide, type Situation } from "./table.ts";
export type { FreezeReport, RefundReport, WatchAct } from "./upkeep.ts";

export interface WatchPolicy {
  /** Proves; without it the watchtower can only challenge, time out and alert. */
  readonly prover?: Prover;
  /** Sends; without it the watchtower only alerts. */
  readonly signer?: Signer;
  /** What it may do; default: refute, challenge, answer, timeout, refund. */
  readonly may?: readonly WatchAct[];
  /** How often it looks at L1 while it waits for a proof or a transaction; default 5000. */
  readonly lookMs?: number;
  /** Longest that a proof may take before it counts as failed; default: `longestProof`. */
  readonly proofMs?: number;
  /** Longest that a transaction of its own is waited for; default: `longestSend`. */
  readonly sendMs?: number;
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
  /** The batch is final. */
  readonly final?: true;
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
  /** Why the rollup is frozen. */
  readonly frozen?: FreezeCause;
  /** Time stands still: proofs are made, but nothing is sent. */
  readonly paused?: true;
  /** Actions were deferred: the next round should follow at once. */
  readonly more?: boolean;
}

const DEFAULT_MAY: readonly WatchAct[] = ["refute", "challenge", "answer", "timeout", "refund"];

/** What one round has at hand. */
interface Watch {
  readonly node: Node;
  readonly policy: WatchPolicy;
  readonly can: ReadonlySet<Action>;
  readonly shelf: Shelf;
  /** What was done while a proof or a transaction was waited for. */
  readonly meanwhile: Map<string, WatchReport>;
  /** What is on its way: a look must not send it again. */
  readonly sending: Set<string>;
}

/**
 * One round: sync, judge every pending batch and what is final, act, take own bonds back. Never throws. While time stands
 * still, proofs are made and put on the shelf, and everything that has to be sent waits.
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
  const watch: Watch = { node, policy, can, shelf, meanwhile: new Map(), sending: new Set() };
  const plans = [...(await planFinal(node, can)), ...(await planPending(node, can))];
  const { reports, more } = await (view.paused ? prepare : carryOut)(watch, plans);
  const upkeep = await looking(watch, undefined, async () => ({
    ...(await takeBack(node, policy, may)),
    ...(await freezeReport(node, policy, may)),
  }));
  return {
    l1: view.l1,
    reports: [...reports, ...watch.meanwhile.values()],
    ...upkeep,
    ...(view.freeze === undefined ? {} : { frozen: view.freeze }),
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
async function carryOut(watch: Watch, plans: readonly Plan[]): Promise<Carried> {
  const done = new Map<Plan, WatchReport>();
  for (const its of plans) if (!NEEDS_PROVER.includes(its.action)) done.set(its, await act(watch, its));
  const halfDone = [...done].some(([its, report]) => isHalfDone(its, report));
  const proved = [...done.values()].some(
    ({ action, error }) => NEEDS_PROVER.includes(action) && error === undefined,
  );
  const proofs = plans.filter((its) => NEEDS_PROVER.includes(its.action)).sort(byUrgency);
  for (const its of halfDone || proved ? [] : proofs) {
    const report = await act(watch, its);
    done.set(its, report);
    if (report.error === undefined && report.insteadOf === undefined) break;
  }
  const reports = plans.map((its) => done.get(its) ?? { ...reportOf(its), deferred: true as const });
  return { reports, more: halfDone || done.size < plans.length };
}

/** Whether the batch was challenged in haste only: its refutation is what comes next, before any answer. */
function isHalfDone({ situation }: Plan, { action, error }: WatchReport): boolean {
  const posted = action === "challenge" && error === undefined;
  return posted && decide({ ...situation, challenge: "open" }) === "refute";
}

/** In a pause: one more proof for the shelf; nothing is sent. */
async function prepare(watch: Watch, plans: readonly Plan[]): Promise<Carried> {
  const { node, policy, shelf } = watch;
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
      await looking(watch, place.id, (gone) => proofOf(node, place, { ...policy, prover, gone }, shelf));
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

function reportOf({ batch, verdict, action, segment }: Plan): WatchReport {
  const about = segment === undefined ? {} : { segment };
  const final = batch.status === "final" ? { final: true as const } : {};
  return { number: batch.header.number, id: batch.id, verdict, action, ...final, ...about };
}

/** What something else does as well, if it fails. A timeout may be about a segment that cannot be refuted. */
const REPLACEABLE: readonly Action[] = ["refute", "challenge", "answer"];

/**
 * Does what is planned; where no proof can be had for it, or the challenge that was to come before the proof fails, what the
 * table says without it, in the same round. Whoever waited for a proof that never comes would let a wrong batch become final.
 */
async function act(watch: Watch, its: Plan): Promise<WatchReport> {
  const report = await attempt(watch, its);
  const { action, error } = report;
  if (!REPLACEABLE.includes(action) || error === undefined || isPassing(error)) return report;
  const can = new Set([...its.situation.can].filter((one) => one !== action));
  const next = decide({ ...its.situation, can });
  if (action === "challenge" && !NEEDS_PROVER.includes(next)) return report;
  return { ...(await attempt(watch, { ...its, action: next })), insteadOf: { action, error } };
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

/** Works, and looks at L1 meanwhile: gives up what is about a batch that is gone, and does what cannot wait. */
async function looking<T>(
  watch: Watch,
  id: Hex | undefined,
  work: (gone: AbortSignal) => Promise<T>,
): Promise<T> {
  const { node, policy } = watch;
  const gone = new AbortController();
  const onLook = async () => {
    if (pendingOf(node.derivation.view).every((batch) => batch.id !== id)) gone.abort();
    await doUrgent(watch);
  };
  return await whileLooking(node, { ...policy, onLook }, () => work(gone.signal));
}

/** What takes one transaction and has a deadline, or ends the matter. */
const URGENT: readonly Action[] = ["challenge", "timeout"];

async function doUrgent(watch: Watch): Promise<void> {
  const { node, can, sending, meanwhile } = watch;
  if (node.derivation.view.paused || !URGENT.some((its) => can.has(its))) return;
  for (const its of await planPending(node, can)) {
    const name = placeOf(its);
    if (!URGENT.includes(its.action) || sending.has(name)) continue;
    meanwhile.set(name, await perform(watch, its));
  }
}

function placeOf({ batch, segment, action }: Plan): string {
  return `${action} ${batch.id}:${segment}`;
}

async function attempt(watch: Watch, its: Plan): Promise<WatchReport> {
  watch.sending.add(placeOf(its));
  try {
    return await looking(watch, its.batch.id, (gone) => perform(watch, its, gone));
  } finally {
    watch.sending.delete(placeOf(its));
  }
}

async function perform(watch: Watch, its: Plan, gone?: AbortSignal): Promise<WatchReport> {
  const { node, policy, shelf } = watch;
  const report = reportOf(its);
  const { signer, prover, sendMs = longestSend(node) } = policy;
  if (signer === undefined) return report;
  const { id } = its.batch;
  const at = its.segment ?? 0;
  const place = { id, segment: at, beneficiary: await signer.getAddress() };
  const proofMs = policy.proofMs ?? longestProof(node);
  const proof = (by: Prover) => proofOf(node, place, { ...policy, prover: by, gone, proofMs }, shelf);
  const sent = (sending: Promise<Receipt>) =>
    within(sendMs, sending, () =>
      fail("TRANSACTION_OVERDUE", { what: `${its.action} ${at} of batch ${id}`, seconds: sendMs / 1000 }),
    );
  const actions: Readonly<Partial<Record<Action, () => Promise<Receipt>>>> = {
    ...(prover && {
      refute: async () => sent(sendFraud(node, signer, await proof(prover))),
      answer: async () => sent(sendValid(node, signer, await proof(prover))),
    }),
    challenge: () => sent(challenge(node, signer, id, at)),
    timeout: () => sent(timeout(node, signer, id, at)),
    finalize: () => sent(finalize(node, signer, id)),
  };
  try {
    const receipt = await actions[its.action]?.();
    if (NEEDS_PROVER.includes(its.action)) shelf.delete(shelfName(place));
    return receipt === undefined ? report : { ...report, receipt };
  } catch (error) {
    // Another proof may do.
    if (isLuntraError(error, "CALL_REVERTED") && error.args.error === "InvalidProof")
      shelf.delete(shelfName(place));
    const left = pendingOf(node.derivation.view).every((batch) => batch.id !== id);
    if (left && isLuntraError(error, "PROVER_CANCELLED")) return { ...report, dropped: true };
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
