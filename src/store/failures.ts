// Tells a database that cannot be had right now from a statement that it refused.

import { isLuntraError, LuntraError } from "../errors.ts";

/** SQLSTATE classes that come and go: connection, resources (disk full), shutdown and start, the system's own I/O. */
const TRANSIENT = /^(08|53|57P|58)|^(25006|25P03|25P04)$/;
const SQLSTATE = /^[0-9A-Z]{5}$/;

export function unavailable(cause: unknown): LuntraError<"STORE_UNAVAILABLE"> {
  return new LuntraError("STORE_UNAVAILABLE", { reason: reasonOf(cause) }, cause);
}

/** The SQLSTATE that the server answered with, if it was the server that answered. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("severity" in error)) return undefined;
  return typeof error.code === "string" && SQLSTATE.test(error.code) ? error.code : undefined;
}

export function isTransientState(state: string): boolean {
  return TRANSIENT.test(state);
}

/** What PostgreSQL's client throws, as callers see it: no SQLSTATE means that the connection broke, not the statement. */
export function explainPostgres(error: unknown): unknown {
  if (isLuntraError(error) || isProgrammingError(error)) return error;
  const state = sqlState(error);
  return state === undefined || isTransientState(state) ? unavailable(error) : error;
}

/** A wrong use of the client, such as a value that cannot be encoded. */
function isProgrammingError(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;
}

function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError) return cause.errors.map(reasonOf).join("; ");
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}
