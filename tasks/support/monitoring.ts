// How services are watched: their log, metrics and health, as docs/observability.md has them.

import type { FastifyInstance } from "fastify";
import { LOG_FORMATS, LOG_LEVELS, type Logger, openLog } from "../../src/log.ts";
import {
  type Check,
  createHealth,
  monitoringRoutes,
  openMonitoringServer,
  type Registry,
} from "../../src/metrics/index.ts";
import { parseChoice, parsePort } from "./arguments.ts";
import type { MonitoringArgs } from "./monitoring-options.ts";

export function logOf({ logLevel, logFormat }: MonitoringArgs): Logger {
  return openLog({
    level: parseChoice(logLevel, "--log-level", LOG_LEVELS),
    format: parseChoice(logFormat, "--log-format", LOG_FORMATS),
  });
}

export interface Watched {
  /** For the service's own server: health, and where only this machine can ask, metrics. */
  readonly routes: (app: FastifyInstance) => void;
  /** Where metrics are, if on a port of their own. */
  readonly url?: string;
  close(): Promise<void>;
}

const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/**
 * On a port of its own if one is asked for; else on the service's, which for other machines says only whether it is ready. `host`
 * is what the service listens on; without one, there is only the port of its own.
 */
export async function watch(
  { metricsPort, metricsHost }: MonitoringArgs,
  registry: Registry,
  checks: readonly Check[],
  host?: string,
): Promise<Watched> {
  const health = createHealth(checks);
  if (metricsPort === undefined) {
    const open = host !== undefined && LOOPBACK.test(host);
    const monitoring = { registry: open ? registry : undefined, health, reasons: open, local: open };
    return { routes: (app) => monitoringRoutes(app, monitoring), close: async () => undefined };
  }
  const place = { host: metricsHost, port: parsePort(metricsPort, "--metrics-port") };
  const server = await openMonitoringServer(place, {
    registry,
    health,
    reasons: true,
    local: LOOPBACK.test(metricsHost),
  });
  return {
    routes: (app) => monitoringRoutes(app, { health, reasons: false }),
    url: server.url,
    close: () => server.close(),
  };
}
