// Asks somebody independent to judge a batch before it is committed. Whatever is no approval holds it back.

import { randomBytes } from "node:crypto";
import type { Hex } from "../chain/types.ts";
import { fail, isLuntraError, LuntraError } from "../errors.ts";
import { AUDIT_MAC, AUDIT_PATH, auditAnswer, auditMac, isAuditMac } from "../node/audit-protocol.ts";

export interface CommitToAudit {
  readonly id: Hex;
  readonly calldata: Hex;
  readonly committer: Hex;
  readonly counter: bigint;
}

/** Returns if the commit may be sent. Throws AUDIT_REFUSED or AUDIT_SILENT. */
export type Auditor = (commit: CommitToAudit) => Promise<void>;

export interface AuditorOptions {
  readonly url: string;
  readonly secret: string;
  /** Longest that an answer may take; default 15 s. */
  readonly timeoutMs?: number;
  /** What happens without an answer, or if it cannot tell; default hold. What is found wrong is held back in any case. */
  readonly silence?: "hold" | "pass";
  /** Told of what passed without an audit. */
  readonly onPassed?: (error: LuntraError) => void;
}

const DEFAULT_TIMEOUT_MS = 15_000;

export function openAuditor({ silence = "hold", onPassed, ...options }: AuditorOptions): Auditor {
  return async (commit) => {
    try {
      await audit(commit, options);
    } catch (error) {
      const wrong = isLuntraError(error, "AUDIT_REFUSED") && error.args.verdict === "invalid";
      if (silence === "hold" || wrong || !(error instanceof LuntraError)) throw error;
      onPassed?.(error);
    }
  };
}

async function audit(
  { id, calldata, committer, counter }: CommitToAudit,
  { url, secret, timeoutMs = DEFAULT_TIMEOUT_MS }: Pick<AuditorOptions, "url" | "secret" | "timeoutMs">,
): Promise<void> {
  const silent = (reason: string, cause?: unknown) => fail("AUDIT_SILENT", { url, reason }, cause);
  const nonce = randomBytes(16).toString("hex");
  const body = JSON.stringify({ calldata, committer, counter: String(counter), nonce });
  const headers = { "content-type": "application/json", [AUDIT_MAC]: auditMac(secret, "request", body) };
  const signal = AbortSignal.timeout(timeoutMs);
  let text: string;
  try {
    const request = { method: "POST", headers, body, signal, redirect: "error" } as const;
    const response = await fetch(new URL(AUDIT_PATH, url), request);
    if (!response.ok) return silent(`HTTP status ${response.status}`);
    text = await response.text();
    if (!isAuditMac(secret, "answer", text, response.headers.get(AUDIT_MAC)))
      return silent("its answer is not signed with our secret");
  } catch (error) {
    if (isLuntraError(error)) throw error;
    return silent(error instanceof Error ? error.message : String(error), error);
  }
  const answer = auditAnswer.safeParse(JSON.parse(text));
  if (!answer.success || answer.data.nonce !== nonce) return silent("its answer is not one to our question");
  const { verdict, reason, id: judged } = answer.data;
  if (verdict !== "valid") fail("AUDIT_REFUSED", { id, verdict, reason });
  if (judged !== id) fail("AUDIT_REFUSED", { id, verdict: "invalid", reason: `it judged batch ${judged}` });
}
