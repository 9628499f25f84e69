// The watchtower: judges each pending batch from L1 data alone and does what the table says.

import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { DerivedBatch, Hex, L1Block } from "../chain/types.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import { challenge, finalize, isFinalizable, timeout } from "./dispute.ts";
import type { Node } from "./node.ts";
import { type ProveOptions, proveSegment, sendFraud, sendValid } from "./prover.ts";
import type { Prover } from "./segment-run.ts";
import { cannotTell, judge, type Verdict } from "./verdict.ts";
import { type Action, decide, type Situation } from "./watch-table.ts";

export { type CannotTell, judge, type Verdict } from "./verdict.ts";
export { type Action, decide, type Situation } from "./watch-table.ts";

export interface WatchPolicy {
  /** Proves; without it the watchtower can only challenge, time out and alert. */
  readonly prover?: Prover;
  /** Sends; without it the watchtower only alerts. */
  readonly signer?: Signer;
  /** What it may do; default: refute, challenge, answer, timeout. */
  readonly may?: readonly Action[];
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
  /** The action waits for a later round, as this one has made its proof. */
  readonly deferred?: true;
}

export interface WatchRound {
  /** The block that the round is about; absent if L1 could not be read. */
  readonly l1?: L1Block;
  /** Why L1 could not be read: a cannot-tell verdict for everything. */
  readonly trouble?: Verdict;
  readonly reports: readonly WatchReport[];
  /** Actions were deferred: the next round should follow at once. */
  readonly more?: boolean;
}

const DEFAULT_MAY: readonly Action[] = ["refute", "challenge", "answer", "timeout"];
const NEEDS_PROVER: readonly Action[] = ["refute", "answer"];

/** One round: sync, judge every pending batch, act. Never throws. */
export async function watchOnce(node: Node, policy: WatchPolicy = {}): Promise<WatchRound> {
  let view: View;
  try {
    view = await node.derivation.sync();
  } catch (error) {
    return { trouble: cannotTell(error), reports: [] };
  }
  const can = new Set(
    (policy.may ?? DEFAULT_MAY).filter(
      (action) => policy.signer && (policy.prover || !NEEDS_PROVER.includes(action)),
    ),
  );
  const plans: Plan[] = [];
  for (const batch of pendingOf(view)) plans.push(...plan(node, batch, await judge(node, batch.id), can));

  // A round makes one proof at most, the most urgent, and looks at L1 anew before the next: however many challenges
  // are open, a wrong batch that comes meanwhile is seen after one proof and refuted before anything else is answered.
  // A proof that fails does not hold the others up.
  const done = new Map<Plan, WatchReport>();
  for (const its of plans)
    if (!NEEDS_PROVER.includes(its.action)) done.set(its, await act(node, policy, its));
  for (const its of plans.filter(({ action }) => NEEDS_PROVER.includes(action)).sort(byUrgency)) {
    const report = await act(node, policy, its);
    done.set(its, report);
    if (report.error === undefined) break;
  }
  const reports = plans.map((its) => done.get(its) ?? { ...reportOf(its), deferred: true as const });
  return { l1: view.l1, reports, more: done.size < plans.length };
}

interface Plan {
  readonly batch: DerivedBatch;
  readonly verdict: Verdict;
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
    const action = decide(situationOf(node, batch, verdict, segment, can));
    const deadline = segment === undefined ? undefined : deadlines.get(segment);
    return {
      batch,
      verdict,
      action,
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

async function act(node: Node, { signer, prover, prove }: WatchPolicy, its: Plan): Promise<WatchReport> {
  const report = reportOf(its);
  if (signer === undefined) return report;
  const { id } = its.batch;
  const at = its.segment ?? 0;
  const proof = async (by: Prover) => proveSegment(node, by, id, at, await signer.getAddress(), prove);
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
    return receipt === undefined ? report : { ...report, receipt };
  } catch (error) {
    return { ...report, error };
  }
}

/** Rounds until nothing is deferred any more, told as one. */
export async function watchThrough(node: Node, policy: WatchPolicy = {}): Promise<WatchRound> {
  const acted: WatchReport[] = [];
  for (;;) {
    const round = await watchOnce(node, policy);
    if (!round.more) return { ...round, reports: [...acted, ...round.reports] };
    acted.push(...round.reports.filter(({ receipt, error }) => receipt !== undefined || error !== undefined));
  }
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
  while (!signal?.aborted) {
    const round = await watchOnce(node, policy);
    onRound?.(round);
    if (round.more) continue;
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
