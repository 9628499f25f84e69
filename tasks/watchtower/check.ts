import { setTimeout as sleep } from "node:timers/promises";
import type { AddressBook } from "../../src/chain/address-book.ts";
import type { Receipt } from "../../src/chain/client.ts";
import { type Pause, wallOf } from "../../src/chain/protocol-time.ts";
import type { FreezeCause } from "../../src/chain/types.ts";
import { LuntraError } from "../../src/errors.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import {
  type Shelf,
  type Verdict,
  type WatchPolicy,
  type WatchReport,
  type WatchRound,
  watchOnce,
  watchThrough,
} from "../../src/watchtower/watch.ts";
import { action, type Context } from "../support/action.ts";
import { parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { type Answer, count, describeError, short, table } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { openWorkspace } from "../support/workspace.ts";
import { parsePolicy, PROVING } from "./policy.ts";

type Args = DeploymentArgs & {
  from: string;
  act: string;
  confirmations: string;
  watch: boolean;
  interval: string;
};

export default action<Args>(async (args, context) => {
  const may = parsePolicy(args.act, "--act");
  const seconds = parseNatural(args.interval, "--interval");
  const { node, book, signer } = await openWorkspace(context, args);
  const proving = may.some((its) => PROVING.includes(its));
  const { prover, alert } = proving ? await proverOrAlert(context, book, args) : {};
  const policy: WatchPolicy = {
    may,
    confirmations: Number(parseNatural(args.confirmations, "--confirmations")),
    // Who only looks needs no key.
    ...(may.length > 0 && { signer: await signer(args.from) }),
    ...(prover && { prover }),
  };
  const shelf: Shelf = new Map();
  const round = async () => {
    context.progress("re-executing the pending batches");
    const seen = await (args.watch ? watchOnce(node, policy, shelf) : watchThrough(node, policy));
    const answer = answerOf(seen, node.derivation.view.pauses, alert === undefined ? [] : [alert]);
    return { answer, more: seen.more ?? false };
  };
  for (;;) {
    const { answer, more } = await round();
    if (!args.watch) return answer;
    context.emit(answer);
    if (!more) await sleep(Number(seconds) * 1000);
  }
});

/** Challenges and timeouts need no prover, so a prover that cannot be opened must not stop them. */
async function proverOrAlert(
  context: Context,
  book: AddressBook,
  args: Args,
): Promise<{ readonly prover?: Prover; readonly alert?: string }> {
  try {
    return { prover: await openProver(context, book, args) };
  } catch (error) {
    const { code, message } = describeError(error);
    const alert = `no prover, so nothing is refuted or answered until a restart: ${code}: ${message}`;
    context.progress(alert);
    return { alert };
  }
}

/** `standing`: alerts that hold whatever the round saw. */
function answerOf(
  { l1, trouble, reports, refunds = [], freeze, frozen, paused }: WatchRound,
  pauses: readonly Pause[],
  standing: readonly string[],
): Answer {
  const alerts = [
    ...standing,
    ...(trouble?.kind === "cannot-tell" ? [`L1 cannot be read: ${trouble.reason}`] : []),
    ...(frozen === undefined ? [] : [`the rollup is frozen: ${causeOf(frozen)}`]),
    ...reports.flatMap(alertOf),
    ...refunds.flatMap(({ number, error }) => failureOf(`the refund for batch ${number}`, error)),
    ...failureOf("the freeze", freeze?.error),
    ...(freeze?.freezable && freeze.receipt === undefined
      ? [`item ${freeze.index} is not served: the rollup can be frozen`]
      : []),
  ];
  const [first] = alerts;
  return {
    json: {
      l1,
      trouble,
      reports: reports.map(documentOf),
      refunds: refunds.map(documentOf),
      ...(freeze === undefined ? {} : { freeze: documentOf(freeze) }),
      ...(frozen === undefined ? {} : { frozen }),
      paused: paused ?? false,
      alerts,
    },
    lines: [
      ...(reports.length === 0 ? ["No pending batch."] : reportTable(reports)),
      ...(paused ? ["Time stands still: proofs are made, and sent when it runs again."] : []),
      ...refunds.map(
        (its) => `Bond of batch ${its.number} ${its.receipt ? "taken back" : "not taken back"}.`,
      ),
      ...(freeze === undefined
        ? []
        : [`Item ${freeze.index} waits; freezable from L1 time ${wallOf(pauses, freeze.freezableFrom)}.`]),
      ...alerts.map((alert) => `ALERT: ${alert}`),
    ],
    ...(first === undefined
      ? {}
      : { failure: new LuntraError("WATCHTOWER_ALERT", { alerts: alerts.length, first }) }),
  };
}

function alertOf({ number, verdict, action: its, final, error, insteadOf }: WatchReport): string[] {
  const failed = [
    ...(insteadOf ? [insteadOf] : []),
    ...(error === undefined ? [] : [{ action: its, error }]),
  ];
  return [
    ...failed.map((one) => `batch ${number}: ${one.action} failed: ${describeError(one.error).message}`),
    ...(its === "alert" ? [troubleOf(number, verdict, final)] : []),
  ];
}

function troubleOf(number: bigint, verdict: Verdict, final = false): string {
  if (verdict.kind === "invalid")
    return `batch ${number} is wrong at segment ${verdict.segment}${final ? ", and final" : ""}`;
  if (verdict.kind === "cannot-tell" && verdict.reason === "ancestor-invalid")
    return `batch ${number} stands on a wrong batch that is final`;
  if (verdict.kind === "cannot-tell") return `batch ${number} cannot be judged: ${verdict.reason}`;
  return `batch ${number} is right, but a challenge of it is open`;
}

function causeOf(cause: FreezeCause): string {
  if (cause.kind === "unserved") return `nobody served item ${cause.index}`;
  return `two results of segment ${cause.segment} of batch ${cause.id} were proven`;
}

function failureOf(what: string, error: unknown): string[] {
  return error === undefined ? [] : [`${what} failed: ${describeError(error).message}`];
}

function documentOf<Report extends { readonly receipt?: Receipt }>({ receipt, ...report }: Report) {
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
