// Answers sequencers that ask for an audit, one after the other, and alerts when it does not approve.

import fastify from "fastify";
import type { Hex } from "../chain/types.ts";
import {
  AUDIT_MAC,
  AUDIT_PATH,
  type AuditAnswer,
  type AuditRequest,
  auditMac,
  auditRequest,
  isAuditMac,
} from "../node/audit-protocol.ts";
import { Turns } from "../node/turns.ts";

export interface AuditServerOptions {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
  /** Shared with the sequencers. */
  readonly secret: string;
  readonly audit: (request: AuditRequest) => Promise<Omit<AuditAnswer, "nonce">>;
  readonly onAudited?: (answer: AuditAnswer, ms: number, committer: Hex) => void;
}

export interface AuditServer {
  readonly url: string;
  close(): Promise<void>;
}

/** The largest transaction that L1's pools take, in hex, with room to spare. */
const BODY_BYTES = 1_000_000;
/** Sequencers that wait. */
const MOST_WAITING = 16;
/** Requests that are not answered again: those of days. */
const MOST_SEEN = 100_000;

export async function openAuditServer(options: AuditServerOptions): Promise<AuditServer> {
  const { host, port, secret, audit, onAudited } = options;
  const app = fastify({ bodyLimit: BODY_BYTES, forceCloseConnections: true, requestTimeout: 10_000 });
  const turns = new Turns();
  const seen = new Set<string>();
  let waiting = 0;
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
  app.post(AUDIT_PATH, async (request, reply) => {
    const body = String(request.body ?? "");
    if (!isAuditMac(secret, "request", body, request.headers[AUDIT_MAC])) return reply.code(401).send();
    const asked = parse(body);
    if (asked === undefined) return reply.code(400).send();
    // Whoever has seen a request must not take up the time for another.
    if (seen.has(asked.nonce)) return reply.code(409).send();
    if (waiting >= MOST_WAITING) return reply.code(503).send();
    waiting += 1;
    seen.add(asked.nonce);
    const [oldest] = seen;
    if (seen.size > MOST_SEEN && oldest !== undefined) seen.delete(oldest);
    try {
      const started = performance.now();
      const answer = { ...(await turns.run(() => audit(asked))), nonce: asked.nonce };
      onAudited?.(answer, Math.round(performance.now() - started), asked.committer);
      const text = JSON.stringify(answer);
      return await reply
        .header(AUDIT_MAC, auditMac(secret, "answer", text))
        .type("application/json")
        .send(text);
    } finally {
      waiting -= 1;
    }
  });
  const url = await app.listen({ host, port });
  return { url, close: () => app.close() };
}

function parse(body: string): AuditRequest | undefined {
  try {
    return auditRequest.parse(JSON.parse(body));
  } catch {
    return undefined;
  }
}
