// Where browsers get the explorer page, and what they are told not to do with it.

import type { FastifyInstance } from "fastify";
import type { Page } from "../rpc/http.ts";
import type { Explorer } from "./bundle.ts";

/** Nothing but this server's own files and connections; nothing inline; in nobody's frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
} as const;

/** For GET / of a browser. */
export function explorerPage({ html }: Explorer): Page {
  return { html, headers: { ...HEADERS, "cache-control": "no-cache" } };
}

export function explorerRoutes(app: FastifyInstance, { assets }: Explorer): void {
  for (const [path, { type, body }] of assets) {
    app.get(path, (_request, reply) =>
      reply
        .headers({ ...HEADERS, "cache-control": "public, max-age=31536000, immutable" })
        .type(type)
        .send(Buffer.from(body)),
    );
  }
}
