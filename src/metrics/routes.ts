// Where metrics and health are asked: /metrics, /health/live, /health/ready, on whatever server they are put.

import type { FastifyInstance } from "fastify";
import type { Health } from "./health.ts";
import type { Registry } from "./registry.ts";

export interface Monitoring {
  /** Left out where strangers may ask: then there is no /metrics. */
  readonly registry?: Registry | undefined;
  readonly health: Health;
  /** Whether /health/ready says why not; strangers learn only that. */
  readonly reasons: boolean;
}

/** No web page reads them: that is what `cors: false` is for where the server's other routes may be read. */
const PRIVATE = { config: { cors: false } } as const;

export function monitoringRoutes(app: FastifyInstance, { registry, health, reasons }: Monitoring): void {
  // An answer needs no more than a live event loop: that is what it says.
  app.get("/health/live", PRIVATE, () => ({ live: true, uptimeSeconds: Math.round(process.uptime()) }));
  app.get("/health/ready", PRIVATE, async (_request, reply) => {
    const { ready, checks } = await health.ready();
    return reply
      .code(ready ? 200 : 503)
      .header("cache-control", "no-store")
      .send(reasons ? { ready, checks } : { ready });
  });
  if (registry === undefined) return;
  app.get("/metrics", PRIVATE, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
