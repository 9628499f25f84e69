// How a sequencer asks for an audit of a batch before it commits it, and is answered: JSON over HTTP, each way with a MAC under a
// secret that both have, so that nobody else asks, and nobody else approves.

import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";

export const AUDIT_PATH = "/audit";
export const AUDIT_MAC = "x-luntra-audit-mac";

const hex = z.string().regex(/^0x([0-9a-f]{2})*$/);

/** The commit exactly as it would be sent. */
export const auditRequest = z.object({
  calldata: hex,
  committer: z.string().regex(/^0x[0-9a-f]{40}$/),
  /** That L1 would give it. */
  counter: z.string().regex(/^\d+$/),
  /** Makes each answer one of its own. */
  nonce: z.string().min(16).max(64),
});
export type AuditRequest = z.infer<typeof auditRequest>;

export const auditAnswer = z.object({
  id: z.string(),
  verdict: z.enum(["valid", "invalid", "cannot-tell"]),
  /** The first wrong segment. */
  segment: z.number().optional(),
  reason: z.string(),
  nonce: z.string(),
});
export type AuditAnswer = z.infer<typeof auditAnswer>;

/** Requests and answers are not to be taken for each other. */
export function auditMac(secret: string, way: "request" | "answer", body: string): string {
  return createHmac("sha256", secret).update(`luntra audit ${way}\n${body}`).digest("hex");
}

export function isAuditMac(secret: string, way: "request" | "answer", body: string, mac: unknown): boolean {
  if (typeof mac !== "string") return false;
  const [expected, actual] = [Buffer.from(auditMac(secret, way, body)), Buffer.from(mac)];
  return expected.length === actual.length && timingSafeEqual(expected, actual);
}
