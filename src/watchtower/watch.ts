// The watchtower: judges each pending batch from L1 data alone and does what the table says.

import { setTimeout as sleep } from "node:timers/promises";
import type { FreezeCause, L1Block } from "../chain/types.ts";
import { pendingOf, type View } from "../chain/view.ts";
import { fail } from "../errors.ts";
import type { Node } from "../node/node.ts";
import { carryOut, looking, prepare, reportOf, type Watch } from "./carry-out.ts";
import { within } from "./looks.ts";
import { NEEDS_PROVER, planAll } from "./plan.ts";
import type { WatchPolicy, WatchReport } from "./policy.ts";
import type { Shelf } from "./shelf.ts";
import type { Action } from "./table.ts";
import { type FreezeReport, freezeReport, type RefundReport, takeBack, type WatchAct } from "./upkeep.ts";
import { cannotTell, type Verdict } from "./verdict.ts";

export type { WatchPolicy, WatchReport } from "./policy.ts";
export { type CannotTell, judge, type Verdict } from "./verdict.ts";
export type { Shelf } from "./shelf.ts";
export { type Action, decide, type Situation } from "./table.ts";
export type { FreezeReport, RefundReport, WatchAct } from "./upkeep.ts";

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

/** Reading takes longer only the first time, or if L1 hangs: then somebody has to know. */
const READ_MS = 60_000;

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
    view = await within(READ_MS, node.derivation.sync(), () =>
      fail("L1_UNAVAILABLE", { what: "all that is new", reason: `no answer in ${READ_MS / 1000} s` }),
    );
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
  const plans = await planAll(node, can, policy.finalizeAfter);
  policy.onJudged?.(plans.map(reportOf));
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
