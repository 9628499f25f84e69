// What a watchtower tells people: the kinds of alerts, and the document that each one is.

import { z } from "zod";

/** How soon somebody should look. critical: money is at stake, now. */
export type Severity = "info" | "warning" | "critical";

export const KINDS = {
  // Stand as long as what they are about does; `recovered` ends each.
  "wrong-batch": "critical",
  "own-batch-wrong": "critical",
  "wrong-batch-final": "critical",
  "wrong-batch-proven": "critical",
  "challenge-unanswered": "critical",
  "action-failed": "critical",
  "limit-reached": "critical",
  frozen: "critical",
  "audit-refused": "critical",
  unserved: "warning",
  "cannot-tell": "warning",
  "l1-stale": "warning",
  behind: "warning",
  "low-balance": "warning",
  "low-bond": "warning",
  "no-prover": "warning",
  paused: "info",
  // Happen once.
  refuted: "info",
  challenged: "info",
  answered: "info",
  "timed-out": "info",
  finalized: "info",
  refunded: "info",
  "froze-rollup": "critical",
  "alerts-dropped": "warning",
  recovered: "info",
} as const satisfies Readonly<Record<string, Severity>>;

export type AlertKind = keyof typeof KINDS;

const kinds = Object.keys(KINDS) as [AlertKind, ...AlertKind[]];

/** What is sent. Fields may be added; none changes its meaning without another version. */
export const alertSchema = z.object({
  version: z.literal(1),
  id: z.string().describe("Of this alert: the same again if it is delivered twice"),
  kind: z.enum(kinds),
  severity: z.enum(["info", "warning", "critical"]),
  at: z.iso.datetime().describe("When it was raised, by the watchtower's clock"),
  since: z.iso.datetime().optional().describe("Of a reminder, or of recovered: when it was first raised"),
  watchtower: z.string().describe("Account on L1"),
  chainId: z.string(),
  rollup: z.string().describe("Address on L1"),
  subject: z.string().describe("What it is about, such as the id of a batch; empty: everything"),
  message: z.string().describe("For people"),
  data: z.record(z.string(), z.unknown()).describe("By kind; integers that may be large are decimal strings"),
});

export type Alert = Readonly<z.infer<typeof alertSchema>>;

/** Something that is so, and that people should know. */
export interface Condition {
  readonly kind: AlertKind;
  readonly subject: string;
  readonly message: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
