import { setTimeout as sleep } from "node:timers/promises";
import { LuntraError } from "../../src/errors.ts";
import {
  type Action,
  type WatchPolicy,
  type WatchReport,
  type WatchRound,
  watchOnce,
  watchThrough,
} from "../../src/node/watchtower.ts";
import { action } from "../support/action.ts";
import { parseChoices, parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { type Answer, count, describeError, short, table } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; act: string; watch: boolean; interval: string };

const ACTIONS = ["refute", "challenge", "answer", "timeout", "finalize"] as const satisfies readonly Action[];
const PROVING: readonly Action[] = ["refute", "answer"];

export default action<Args>(async (args, context) => {
  const may = args.act === "all" ? ACTIONS : parseChoices(args.act, "--act", ACTIONS);
  const seconds = parseNatural(args.interval, "--interval");
  const { node, book, signer } = await openWorkspace(context, args);
  const proving = may.some((its) => PROVING.includes(its));
  const policy: WatchPolicy = {
    may,
    signer: await signer(args.from),
    ...(proving ? { prover: await openProver(context, book) } : {}),
  };
  const round = async () => {
    context.progress("re-executing the pending batches");
    return answerOf(await (args.watch ? watchOnce : watchThrough)(node, policy));
  };
  for (let last = await round(); ; last = await round()) {
    if (!args.watch) return last;
    context.emit(last);
    await sleep(Number(seconds) * 1000);
  }
});

function answerOf({ l1, trouble, reports }: WatchRound): Answer {
  const alerts = [
    ...(trouble?.kind === "cannot-tell" ? [`L1 cannot be read: ${trouble.reason}`] : []),
    ...reports.flatMap(alertOf),
  ];
  const [first] = alerts;
  return {
    json: { l1, trouble, reports: reports.map(documentOf), alerts },
    lines: [
      ...(reports.length === 0 ? ["No pending batch."] : reportTable(reports)),
      ...alerts.map((alert) => `ALERT: ${alert}`),
    ],
    ...(first === undefined
      ? {}
      : { failure: new LuntraError("WATCHTOWER_ALERT", { alerts: alerts.length, first }) }),
  };
}

function alertOf({ number, verdict, action: its, error }: WatchReport): string[] {
  if (error !== undefined) return [`batch ${number}: ${its} failed: ${describeError(error).message}`];
  if (its !== "alert") return [];
  if (verdict.kind === "invalid") return [`batch ${number} is wrong at segment ${verdict.segment}`];
  if (verdict.kind === "cannot-tell") return [`batch ${number} cannot be judged: ${verdict.reason}`];
  return [`batch ${number} is right, but a challenge of it is open`];
}

function documentOf({ receipt, ...report }: WatchReport) {
  return receipt === undefined
    ? report
    : { ...report, transaction: receipt.transaction, gasUsed: receipt.gasUsed };
}

function reportTable(reports: readonly WatchReport[]): string[] {
  return table(
    ["batch", "id", "verdict", "segment", "action", "gas"],
    reports.map(({ number, id, verdict, action: its, segment, receipt }) => [
      number,
      short(id),
      verdict.kind === "cannot-tell" ? `cannot tell: ${verdict.reason}` : verdict.kind,
      verdict.kind === "invalid" ? verdict.segment : (segment ?? "–"),
      its,
      receipt === undefined ? "–" : count(receipt.gasUsed),
    ]),
  );
}
