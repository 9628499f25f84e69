// Does what was planned: proves, sends, and looks at L1 meanwhile.

import type { Receipt } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import { disputeOf, pendingOf } from "../chain/view.ts";
import { isLuntraError, LuntraError } from "../errors.ts";
import { challenge, finalize, timeout } from "../node/dispute.ts";
import type { Node } from "../node/node.ts";
import { type ProvenSegment, sendFraud, sendValid } from "../node/prover.ts";
import type { Prover } from "../node/segment-run.ts";
import { insist, longestProof, longestSend, whileLooking } from "./looks.ts";
import { byUrgency, NEEDS_PROVER, type Plan, planAll } from "./plan.ts";
import type { WatchPolicy, WatchReport } from "./policy.ts";
import { proofOf, type Shelf, shelfName } from "./shelf.ts";
import { type Action, decide } from "./table.ts";
import { cannotTell } from "./verdict.ts";

/** What one round has at hand. */
export interface Watch {
  readonly node: Node;
  readonly policy: WatchPolicy;
  readonly can: ReadonlySet<Action>;
  readonly shelf: Shelf;
  /** What was done while a proof or a transaction was waited for. */
  readonly meanwhile: Map<string, WatchReport>;
  /** What is on its way: a look must not send it again. */
  readonly sending: Set<string>;
}

export interface Carried {
  readonly reports: readonly WatchReport[];
  readonly more: boolean;
}

/**
 * A round makes one proof at most, the most urgent, and looks at L1 anew before the next: however many challenges are open, a
 * wrong batch that comes meanwhile is seen after one proof and refuted before anything else is answered. A proof that fails
 * does not hold the others up.
 */
export async function carryOut(watch: Watch, plans: readonly Plan[]): Promise<Carried> {
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
export async function prepare(watch: Watch, plans: readonly Plan[]): Promise<Carried> {
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

export function reportOf({ batch, verdict, action, segment, proof }: Plan): WatchReport {
  const about = segment === undefined ? {} : { segment };
  const final = batch.status === "final" ? { final: true as const } : {};
  const proven = proof === undefined ? {} : { proven: proof };
  return { number: batch.header.number, id: batch.id, verdict, action, ...final, ...proven, ...about };
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
const FASTER: readonly string[] = ["NotLive", "SegmentAlreadyProven", "AlreadyChallenged"];

/** Whether another round may end otherwise: told to stop, overtaken, or trouble with L1 rather than with the proof. */
export function isPassing(error: unknown): boolean {
  if (isLuntraError(error, "PROVER_CANCELLED") || isLuntraError(error, "OVERTAKEN")) return true;
  if (isLuntraError(error, "CALL_REVERTED")) return FASTER.includes(error.args.error);
  const verdict = cannotTell(error);
  return verdict.kind === "cannot-tell" && verdict.reason !== "internal-error";
}

/** Works, and looks at L1 meanwhile: gives up what is about a batch that is gone, and does what cannot wait. */
export async function looking<T>(
  watch: Watch,
  id: Hex | undefined,
  work: (gone: AbortSignal) => Promise<T>,
): Promise<T> {
  const { node, policy } = watch;
  const gone = new AbortController();
  const onLook = async () => {
    if (pendingOf(node.derivation.view).every((batch) => batch.id !== id)) gone.abort();
    const plans = await planAll(node, watch.can, policy.finalizeAfter);
    // Nobody waits for a proof or a transaction to hear that another batch is wrong.
    policy.onJudged?.(plans.map(reportOf));
    await doUrgent(watch, plans);
  };
  return await whileLooking(node, { ...policy, onLook }, () => work(gone.signal));
}

/** What takes one transaction and has a deadline, or ends the matter. */
const URGENT: readonly Action[] = ["challenge", "timeout"];

async function doUrgent(watch: Watch, plans: readonly Plan[]): Promise<void> {
  const { node, can, sending, meanwhile } = watch;
  if (node.derivation.view.paused || !URGENT.some((its) => can.has(its))) return;
  for (const its of plans) {
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

/** What others do as well: it suffices that one does. */
const IN_TURN: readonly Action[] = ["refute", "challenge", "answer", "timeout", "finalize"];

async function perform(watch: Watch, its: Plan, gone?: AbortSignal): Promise<WatchReport> {
  const { node, policy, shelf } = watch;
  const report = reportOf(its);
  const { signer, prover, sendMs = longestSend(node) } = policy;
  if (signer === undefined) return report;
  const { id } = its.batch;
  const at = its.segment ?? 0;
  const by = policy.signerFor?.(its.action, `segment ${at} of batch ${id}`) ?? signer;
  // What a clock presses for, or only this watchtower gains by, waits for nobody.
  const turn = IN_TURN.includes(its.action) && !its.situation.haste ? policy.turn?.(id) : undefined;
  const place = { id, segment: at, beneficiary: await signer.getAddress() };
  const proofMs = policy.proofMs ?? longestProof(node);
  const proof = (by: Prover) => proofOf(node, place, { ...policy, prover: by, gone, proofMs }, shelf);
  const sent = async (sending: () => Promise<Receipt>) => {
    await turn;
    return await insist({ ...policy, sendMs, what: `${its.action} ${at} of batch ${id}` }, sending);
  };
  const inTurn = (send: typeof sendFraud, proven: ProvenSegment) => sent(() => send(node, by, proven));
  const actions: Readonly<Partial<Record<Action, () => Promise<Receipt>>>> = {
    ...(prover && {
      refute: async () => await inTurn(sendFraud, await proof(prover)),
      answer: async () => await inTurn(sendValid, await proof(prover)),
    }),
    challenge: () => sent(() => challenge(node, by, id, at)),
    timeout: () => sent(() => timeout(node, by, id, at)),
    finalize: () => sent(() => finalize(node, by, id)),
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
    return { ...report, error: await withReason(node, its, error) };
  }
}

/** What fails in a block comes back without a reason: most often somebody else's transaction stood before it in that block. */
async function withReason({ derivation }: Node, { batch, action, segment = 0 }: Plan, error: unknown) {
  if (!isLuntraError(error, "CALL_REVERTED") || error.args.error !== "NoReason") return error;
  const view = await derivation.sync().catch(() => undefined);
  if (view === undefined) return error;
  const { proven, challenges } = disputeOf(view, batch.id);
  const done =
    pendingOf(view).every(({ id }) => id !== batch.id) ||
    (action === "answer" && proven.has(segment)) ||
    (action === "challenge" && challenges.some((its) => its.segment === segment));
  if (!done) return error;
  const what = `${action} ${segment} of batch ${batch.id}`;
  return new LuntraError("OVERTAKEN", { what, reason: "it came first in the block" }, error);
}
