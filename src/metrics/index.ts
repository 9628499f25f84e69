// Metrics and health of any service: a registry, checks, and where they are asked.

export { type Check, createHealth, type Health, type Readiness } from "./health.ts";
export { Counter, Histogram, openRegistry, readGauge, readGauges, type Registry } from "./registry.ts";
export { type Monitoring, monitoringRoutes } from "./routes.ts";
export { type MonitoringServer, openMonitoringServer } from "./server.ts";
