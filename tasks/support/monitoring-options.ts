// Options of services about being watched. Apart from what they open, which no other task has to load.

import { optional } from "./define.ts";

export const LOG_LEVEL = {
  name: "logLevel",
  description: "Log on standard error: silent, error, warn, info or debug",
  defaultValue: "silent",
} as const;

export const LOG_FORMAT = {
  name: "logFormat",
  description: "json, or pretty for people",
  defaultValue: "json",
} as const;

export const METRICS_PORT = optional(
  "metricsPort",
  "Metrics and health on a port of their own; 0: a free one",
);

export const METRICS_HOST = {
  name: "metricsHost",
  description: "Address that this port listens on",
  defaultValue: "127.0.0.1",
} as const;

export type MonitoringArgs = {
  logLevel: string;
  logFormat: string;
  metricsPort: string | undefined;
  metricsHost: string;
};
