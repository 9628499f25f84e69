// Metrics of JSON-RPC: how long calls take, by method, and how they fail, by code.

import { isLuntraError } from "../errors.ts";
import { Counter, Histogram, type Registry } from "../metrics/index.ts";
import type { Observer } from "./dispatcher.ts";

/** From a balance in memory to a search through thousands of blocks. */
const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

export function rpcMetrics(registry: Registry): Observer {
  const registers = [registry];
  const seconds = new Histogram({
    name: "luntra_rpc_call_duration_seconds",
    help: "Time to answer a JSON-RPC call, failed ones included, by method",
    labelNames: ["method"],
    buckets: BUCKETS,
    registers,
  });
  const errors = new Counter({
    name: "luntra_rpc_errors_total",
    help: "JSON-RPC calls that failed, by Luntra's error code",
    labelNames: ["code"],
    registers,
  });
  return ({ method, ms, error }) => {
    // Names that clients make up are no label.
    seconds.observe({ method: method ?? "unknown" }, ms / 1000);
    if (error !== undefined) errors.inc({ code: isLuntraError(error) ? error.code : "RPC_INTERNAL" });
  };
}
