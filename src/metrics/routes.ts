// Where metrics and health are asked: /metrics, /health/live, /health/ready, on whatever server they are put.

import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Health } from "./health.ts";
import type { Registry } from "./registry.ts";

export interface Monitoring {
  /** Left out where strangers may ask: then there is no /metrics. */
  readonly registry?: Registry | undefined;
  readonly health: Health;
  /** Whether /health/ready says why not; strangers learn only that. */
  readonly reasons: boolean;
  /** Whether this machine alone is to ask; default false. */
  readonly local?: boolean;
}

/** No web page reads them: that is what `cors: false` is for where the server's other routes may be read. */
const PRIVATE = { config: { cors: false } } as const;

/** A page whose name was made to lead to this machine reads what is its own origin's to the browser; it asks by that name. */
const OWN_NAME = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;

export function monitoringRoutes(
  app: FastifyInstance,
  { registry, health, reasons, local = false }: Monitoring,
): void {
  const isMeant = ({ headers: { host = "" } }: FastifyRequest) => !local || OWN_NAME.test(host);
  // An answer needs no more than a live event loop: that is what it says.
  app.get("/health/live", PRIVATE, () => ({ live: true, uptimeSeconds: Math.round(process.uptime()) }));
  app.get("/health/ready", PRIVATE, async (request, reply) => {
    const { ready, checks } = await health.ready();
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send(reasons && isMeant(request) ? { ready, checks } : { ready });
  });
  if (registry === undefined) return;
  app.get("/metrics", PRIVATE, async (request, reply) => {
    if (!isMeant(request)) return reply.callNotFound();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}
