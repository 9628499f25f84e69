// Metrics and health on a port of their own.

import type { AddressInfo } from "node:net";
import fastify from "fastify";
import { type Monitoring, monitoringRoutes } from "./routes.ts";

export interface MonitoringServer {
  readonly url: string;
  readonly port: number;
  close(): Promise<void>;
}

export async function openMonitoringServer(
  place: { readonly host: string; readonly port: number },
  monitoring: Monitoring,
): Promise<MonitoringServer> {
  const app = fastify({ forceCloseConnections: true, requestTimeout: 10_000, bodyLimit: 1024 });
  monitoringRoutes(app, monitoring);
  await app.listen(place);
  const { address, family, port } = app.server.address() as AddressInfo;
  const name = family === "IPv6" ? `[${address}]` : address;
  return { url: `http://${name}:${port}`, port, close: () => app.close() };
}
