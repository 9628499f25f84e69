// What `watchtower start` prints: a line an event.

import type { AuditAnswer } from "../../src/node/audit-protocol.ts";
import type { Alert } from "../../src/watchtower/alert.ts";
import type { WatchtowerService } from "../../src/watchtower/service.ts";
import type { Context } from "../support/action.ts";
import { describeError, short } from "../support/output.ts";

/** The same failure is told again after this long. */
const REPEAT_MS = 60_000;

export function teller({ emit }: Context) {
  const say = (event: string, about: object, line: string) =>
    emit({ json: { event, ...about }, lines: [line] });
  let last = "";
  let toldAt = 0;
  const failed = (what: string, error: unknown) => {
    const { code, message } = describeError(error);
    if (last === `${what} ${code}` && Date.now() - toldAt < REPEAT_MS) return;
    last = `${what} ${code}`;
    toldAt = Date.now();
    say("failed", { what, code, message }, `Failed ${what}, and goes on: ${code}: ${message}`);
  };
  return {
    trouble: (what: string) => (error: unknown) => failed(what, error),
    alert: (alert: Alert) => {
      const { kind, severity, message } = alert;
      say("alert", { alert }, `${severity === "info" ? "" : "ALERT "}${kind}: ${message}`);
    },
    audited: ({ id, verdict, reason }: AuditAnswer, ms: number) =>
      say("audited", { id, verdict, reason, ms }, `Audited ${short(id)}: ${verdict}, in ${ms} ms`),
    undelivered: (reason: string, { id, kind }: Alert, tries: number) =>
      say(
        "undelivered",
        { reason, id, kind, tries },
        `Alert ${kind} not delivered (try ${tries}): ${reason}`,
      ),
    delivered: ({ id, kind }: Alert, tries: number) =>
      say("delivered", { id, kind, tries }, `Alert ${kind} delivered`),
    events: ({ events }: WatchtowerService) => {
      events.on("failed", failed);
      events.on("verdict", ({ number, id, verdict }, ms) => {
        const why = verdict.kind === "invalid" ? ` at segment ${verdict.segment}` : "";
        const about = { number, id, verdict: verdict.kind, ms };
        say("verdict", about, `Batch ${number} (${short(id)}): ${verdict.kind}${why}, after ${ms} ms`);
      });
    },
  };
}
