// What the watchtower's table says about the batches of the current view, pending and final.

import type { DerivedBatch, Hex } from "../chain/types.ts";
import { disputeOf, finalityOf, lastFinalOf, pendingOf } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import { isFinalizable } from "../node/dispute.ts";
import type { Node } from "../node/node.ts";
import { judge, judgeAll, type Verdict } from "./verdict.ts";
import { isHasty } from "./looks.ts";
import { type Action, decide, type Situation } from "./table.ts";

export interface Plan {
  readonly batch: DerivedBatch;
  readonly verdict: Verdict;
  readonly situation: Situation;
  readonly action: Action;
  readonly segment?: number;
  /** The transaction by which L1 took a proof of the wrong segment. */
  readonly proof?: Hex;
  /** Of the challenge to be answered. */
  readonly deadline?: bigint;
}

export const NEEDS_PROVER: readonly Action[] = ["refute", "answer"];

/** Refutations first, then answers by their deadlines: what L1's deadlines count on. */
export function byUrgency(a: Plan, b: Plan): number {
  if (a.action !== b.action) return a.action === "refute" ? -1 : 1;
  return Number((a.deadline ?? 0n) - (b.deadline ?? 0n));
}

/** What is final first. */
export async function planAll(
  node: Node,
  can: ReadonlySet<Action>,
  finalizeAfter?: bigint,
): Promise<readonly Plan[]> {
  return [...(await planFinal(node, can)), ...(await planPending(node, can, finalizeAfter))];
}

/** `finalizeAfter`: seconds that others have for making a batch final. */
export async function planPending(
  node: Node,
  can: ReadonlySet<Action>,
  finalizeAfter = 0n,
): Promise<readonly Plan[]> {
  const pending = pendingOf(node.derivation.view);
  const ids = pending.map(({ id }) => id);
  if (ids.length === 0) return [];
  const verdicts = await judgeAll(node, ids);
  return pending.flatMap((batch, i) => plan(node, batch, verdicts[i] as Verdict, can, finalizeAfter));
}

/**
 * What has to be said about final batches. The last stands on all others, so judging it judges them: if one of them is wrong,
 * it is the one that the judgement names.
 */
export async function planFinal(node: Node, can: ReadonlySet<Action>): Promise<readonly Plan[]> {
  const { derivation } = node;
  const last = lastFinalOf(derivation.view);
  if (last.header.number === 0n) return [];
  const verdict = await judge(node, last.id);
  const wrong = wrongAncestor(node, verdict);
  const below = wrong === undefined ? [] : plan(node, wrong, await judge(node, wrong.id), can);
  return [...below, ...plan(node, last, verdict, can)].filter(({ action }) => action !== "none");
}

/**
 * One plan, or one for each challenged segment of a valid batch, the most urgent first. Of a wrong batch, it is about a
 * challenge that nobody answered in time, whichever segment that is of, or else about the first wrong segment.
 */
function plan(
  node: Node,
  batch: DerivedBatch,
  verdict: Verdict,
  can: ReadonlySet<Action>,
  finalizeAfter = 0n,
): readonly Plan[] {
  const { view } = node.derivation;
  const { challenges, proofs } = disputeOf(view, batch.id);
  const open = challenges.filter(({ outcome }) => outcome === "open");
  const challenged = open.sort((a, b) => Number(a.deadline - b.deadline)).map(({ segment }) => segment);
  const deadlines = new Map(open.map(({ segment, deadline }) => [segment, deadline]));
  const about = (segment: number | undefined): Plan => {
    const situation = situationOf(node, batch, verdict, segment, can, finalizeAfter);
    const deadline = segment === undefined ? undefined : deadlines.get(segment);
    const proof = verdict.kind === "invalid" ? proofs.get(verdict.segment) : undefined;
    return {
      batch,
      verdict,
      situation,
      action: decide(situation),
      ...(segment === undefined ? {} : { segment }),
      ...(deadline === undefined ? {} : { deadline }),
      ...(proof === undefined ? {} : { proof }),
    };
  };
  if (verdict.kind === "invalid") {
    const [first, ...others] = [verdict.segment, ...challenged].map(about) as [Plan, ...Plan[]];
    return [[first, ...others].find(({ action }) => action === "timeout") ?? first];
  }
  return verdict.kind === "valid" && challenged.length > 0 ? challenged.map(about) : [about(undefined)];
}

function situationOf(
  node: Node,
  batch: DerivedBatch,
  verdict: Verdict,
  segment: number | undefined,
  can: ReadonlySet<Action>,
  finalizeAfter: bigint,
): Situation {
  const { view, chain } = node.derivation;
  const { parameters } = chain.book;
  const now = view.time;
  const { challenges, proven } = disputeOf(view, batch.id);
  const its = challenges.find((one) => one.segment === segment && one.outcome === "open");
  const challengeState = its === undefined ? "none" : now < its.deadline ? "open" : "expired";
  const windowEnd = batch.committedAt + parameters.challengeWindow;
  const ancestor = wrongAncestor(node, verdict)?.status;
  return {
    life: batch.status,
    verdict: verdict.kind,
    ...(verdict.kind === "cannot-tell" ? { reason: verdict.reason } : {}),
    ...(ancestor === undefined ? {} : { ancestor }),
    challenge: challengeState,
    proven: segment !== undefined && proven.has(segment),
    window: now < windowEnd ? "open" : "closed",
    haste: isHasty(now, windowEnd, parameters),
    finalizable:
      isFinalizable(node, batch) && now >= (finalityOf(view, batch, parameters) ?? 0n) + finalizeAfter,
    can,
  };
}

/** The batch for which nobody can judge this one. */
function wrongAncestor({ derivation }: Node, verdict: Verdict): DerivedBatch | undefined {
  if (verdict.kind !== "cannot-tell" || !isLuntraError(verdict.cause, "ANCESTOR_INVALID")) return undefined;
  return derivation.batch(verdict.cause.args.ancestor);
}
