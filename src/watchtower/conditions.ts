// From what a round saw to what people have to know: what stands, and what happened.

import type { Receipt } from "../chain/client.ts";
import { isLuntraError, type LuntraError } from "../errors.ts";
import type { AlertKind, Condition } from "./alert.ts";
import { isPassing } from "./carry-out.ts";
import type { WatchReport } from "./policy.ts";
import type { Action } from "./table.ts";
import type { WatchRound } from "./watch.ts";

const DONE: Readonly<Partial<Record<Action, AlertKind>>> = {
  refute: "refuted",
  challenge: "challenged",
  answer: "answered",
  timeout: "timed-out",
  finalize: "finalized",
};

/** What stands by the verdicts alone, before anything is done about them. `isOwn`: of a sequencer that this watchtower audits. */
export function tellVerdicts(reports: readonly WatchReport[], isOwn: (id: string) => boolean): Condition[] {
  return reports.flatMap((its) => verdictOf(its, isOwn));
}

function verdictOf(report: WatchReport, isOwn: (id: string) => boolean): Condition[] {
  const { id, number, verdict, action, final, segment, proven } = report;
  if (verdict.kind === "invalid") {
    const { segment: wrong, claimed, computed } = verdict;
    const own = isOwn(id);
    const about = { number, segment: wrong, claimed, computed, action };
    const kind = final ? "wrong-batch-final" : own ? "own-batch-wrong" : "wrong-batch";
    const what = `${own ? "our own sequencer's batch" : "batch"} ${number} is wrong at segment ${wrong}`;
    const hopeless = action === "alert" ? ", and nothing that this watchtower may do stops it" : "";
    const message = `${what}${final ? ", and final" : hopeless}`;
    const despite = `${what}, but L1 took a proof of it: show the contradiction (dispute contradict)`;
    return [
      plain(kind, id, message, about),
      ...(proven ? [plain("wrong-batch-proven", id, despite, about)] : []),
    ];
  }
  if (action !== "alert") return [];
  if (verdict.kind === "cannot-tell") {
    const { reason } = verdict;
    if (reason !== "ancestor-invalid")
      return [plain("cannot-tell", id, `batch ${number} cannot be judged: ${reason}`, { number, reason })];
    return [
      plain("wrong-batch-final", id, `batch ${number} stands on a wrong batch that is final`, { number }),
    ];
  }
  const message = `batch ${number} is right, but nobody here may answer the challenge of segment ${segment}`;
  return [plain("challenge-unanswered", `${id} ${segment}`, message, { number, segment })];
}

export interface RoundTold {
  readonly standing: readonly Condition[];
  readonly happened: readonly Condition[];
}

/** What stands and what happened by what a round did. */
export function tellRound(round: WatchRound): RoundTold {
  const { reports, refunds = [], freeze, frozen, paused } = round;
  const standing = [
    ...reports.flatMap(({ id, number, action, error, insteadOf }) => [
      ...(insteadOf === undefined ? [] : failureOf(insteadOf.action, id, number, insteadOf.error)),
      ...failureOf(action, id, number, error),
    ]),
    ...refunds.flatMap(({ number, id, error }) => failureOf("refund", id, number, error)),
    ...(frozen === undefined ? [] : [plain("frozen", "", "the rollup is frozen", { cause: frozen })]),
    ...(paused ? [plain("paused", "", "the guardian has stopped the protocol's time")] : []),
    ...(freeze?.freezable && freeze.receipt === undefined
      ? [plain("unserved", `${freeze.index}`, `item ${freeze.index} is not served: the rollup can be frozen`)]
      : []),
    ...(freeze === undefined ? [] : failureOf("freeze", `item ${freeze.index}`, undefined, freeze.error)),
  ];
  const happened = [
    ...reports.flatMap(({ id, number, action, segment, receipt }) => {
      const kind = DONE[action];
      if (kind === undefined || receipt === undefined) return [];
      return [plain(kind, id, `batch ${number}: ${kind}`, { number, segment, ...costOf(receipt) })];
    }),
    ...refunds.flatMap(({ id, number, receipt }) =>
      receipt === undefined
        ? []
        : [plain("refunded", id, `the bond of batch ${number} is back`, { number, ...costOf(receipt) })],
    ),
    ...(freeze?.receipt === undefined
      ? []
      : [plain("froze-rollup", "", `froze the rollup for item ${freeze.index}`, costOf(freeze.receipt))]),
  ];
  return { standing, happened };
}

/** Nothing for what another round may end otherwise: somebody was faster, or L1 did not answer. */
function failureOf(action: string, subject: string, number: bigint | undefined, error: unknown): Condition[] {
  if (error === undefined || isPassing(error)) return [];
  const { code, message } = describe(error);
  const kind: AlertKind = code === "LIMIT_REACHED" ? "limit-reached" : "action-failed";
  return [plain(kind, `${action} ${subject}`, `${action} failed: ${message}`, { number, code, action })];
}

function describe(error: unknown): { readonly code: string; readonly message: string } {
  if (isLuntraError(error)) return { code: (error as LuntraError).code, message: error.message };
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error) };
}

function costOf({ transaction, gasUsed, fee }: Receipt) {
  return { transaction, gasUsed, fee };
}

function plain(
  kind: AlertKind,
  subject: string,
  message: string,
  data: Readonly<Record<string, unknown>> = {},
): Condition {
  return { kind, subject, message, data };
}
