// The watchtower: judges each pending batch from L1 data alone and does what the table says.

import { setTimeout as sleep } from "node:timers/promises";
import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import type { DerivedBatch, Hex, L1Block } from "../chain/types.ts";
import { disputeOf, pendingOf, type View } from "../chain/view.ts";
import { challenge, finalize, isFinalizable, timeout } from "./dispute.ts";
import type { Node } from "./node.ts";
import { type ProvenSegment, type ProveOptions, proveSegment, sendFraud, sendValid } from "./prover.ts";
import { openProverPool } from "./prover-pool.ts";
import type { Prover } from "./segment-job.ts";
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
  /** Without a pool, one proof at a time. */
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
}

export interface WatchRound {
  /** The block that the round is about; absent if L1 could not be read. */
  readonly l1?: L1Block;
  /** Why L1 could not be read: a cannot-tell verdict for everything. */
  readonly trouble?: Verdict;
  readonly reports: readonly WatchReport[];
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

  // Proofs are made side by side as far as the pool allows; transactions go out one after the other.
  const prove = { pool: openProverPool(1), ...policy.prove };
  const proofs = plans.map((its) => startProof(node, { ...policy, prove }, its));
  const reports: WatchReport[] = [];
  for (const [i, its] of plans.entries()) reports.push(await act(node, policy, its, proofs[i]));
  return { l1: view.l1, reports };
}

interface Plan {
  readonly batch: DerivedBatch;
  readonly verdict: Verdict;
  readonly action: Action;
  readonly segment?: number;
}

/** One plan, or one for each challenged segment of a valid batch, the most urgent first. */
function plan(node: Node, batch: DerivedBatch, verdict: Verdict, can: ReadonlySet<Action>): readonly Plan[] {
  const { view } = node.derivation;
  const open = disputeOf(view, batch.id).challenges.filter(({ outcome }) => outcome === "open");
  const challenged = open.sort((a, b) => Number(a.deadline - b.deadline)).map(({ segment }) => segment);
  const segments = {
    valid: challenged.length > 0 ? challenged : [undefined],
    invalid: [verdict.kind === "invalid" ? verdict.segment : undefined],
    "cannot-tell": [undefined],
  }[verdict.kind];
  return segments.map((segment) => {
    const action = decide(situationOf(node, batch, verdict, segment, can));
    return { batch, verdict, action, ...(segment === undefined ? {} : { segment }) };
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
  const now = view.l1.timestamp;
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

function startProof(
  node: Node,
  { prover, signer, prove }: WatchPolicy,
  { batch, action, segment }: Plan,
): Promise<ProvenSegment> | undefined {
  if (!NEEDS_PROVER.includes(action) || !prover || !signer || segment === undefined) return undefined;
  const proof = signer
    .getAddress()
    .then((beneficiary) => proveSegment(node, prover, batch.id, segment, beneficiary, prove));
  // Awaited in its turn; until then a failure is nobody's.
  proof.catch(() => undefined);
  return proof;
}

async function act(
  node: Node,
  { signer }: WatchPolicy,
  { batch, verdict, action, segment }: Plan,
  proof: Promise<ProvenSegment> | undefined,
): Promise<WatchReport> {
  const { id, header } = batch;
  const about = segment === undefined ? {} : { segment };
  const report = { number: header.number, id, verdict, action, ...about };
  if (signer === undefined) return report;
  const at = segment ?? 0;
  const actions: Readonly<Partial<Record<Action, () => Promise<Receipt>>>> = {
    refute: async () => sendFraud(node, signer, await (proof as Promise<ProvenSegment>)),
    answer: async () => sendValid(node, signer, await (proof as Promise<ProvenSegment>)),
    challenge: () => challenge(node, signer, id, at),
    timeout: () => timeout(node, signer, id, at),
    finalize: () => finalize(node, signer, id),
  };
  try {
    const receipt = await actions[action]?.();
    return receipt === undefined ? report : { ...report, receipt };
  } catch (error) {
    return { ...report, error };
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
    onRound?.(await watchOnce(node, policy));
    await sleep(intervalMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
