// What a request is called in the log, and in the answer's header `x-request-id`.

import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";

/** A client's own name is taken if it is harmless in a log: whoever asks through several services finds it in all of them. */
const HARMLESS = /^[\w.-]{1,64}$/;

export function requestId({ headers }: Pick<IncomingMessage, "headers">): string {
  const named = headers["x-request-id"];
  return typeof named === "string" && HARMLESS.test(named) ? named : randomUUID();
}
