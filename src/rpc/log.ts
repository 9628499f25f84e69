// What the log says of JSON-RPC: each call at level debug, slow ones as warnings, failures of the server itself as errors. Never
// what a call was given.

import { isLuntraError } from "../errors.ts";
import type { Logger } from "../log.ts";
import type { Observer } from "./dispatcher.ts";

const SLOW_MS = 1_000;

export function rpcLog(log: Logger, slowMs = SLOW_MS): Observer {
  return ({ method = "unknown", ms, error, session }) => {
    const about = { request: session.request, method, ms: Math.round(ms * 100) / 100 };
    if (error !== undefined && !isLuntraError(error))
      log.error({ ...about, err: error }, "a call failed inside");
    else if (ms >= slowMs) log.warn({ ...about, code: codeOf(error) }, "a slow call");
    else log.debug({ ...about, code: codeOf(error) }, "a call");
  };
}

function codeOf(error: unknown): string | undefined {
  return isLuntraError(error) ? error.code : undefined;
}
