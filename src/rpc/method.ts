// A method: what it takes, what it costs, and what it answers.

import type { z } from "zod";
import type { Hex } from "../chain/types.ts";

/** Who asks, and over what. */
export interface Session {
  readonly address: string;
  /** Name of the request, or of the connection, in the log. */
  readonly request?: string;
  /** Another node passed it on: it is not passed on again. */
  readonly forwarded: boolean;
  /** Of a WebSocket connection. */
  readonly subscriptions?: Subscriptions;
}

/** What a connection is told without asking. */
export interface Subscriptions {
  add(listen: (notify: (result: unknown) => void) => () => void): Hex;
  remove(id: Hex): boolean;
}

export interface Method {
  readonly params: z.ZodType<unknown>;
  /** Calls that it counts as. */
  readonly cost: number;
  /** The answer is JSON. It waits only where it must: an answer at once keeps a batch within its bounds. */
  handle(params: unknown, session: Session): unknown;
}

export type Methods = Readonly<Record<string, Method>>;

export function method<Schema extends z.ZodType>(
  params: Schema,
  handle: (params: z.output<Schema>, session: Session) => unknown,
  cost = 1,
): Method {
  return { params, cost, handle: (its, session) => handle(its as z.output<Schema>, session) };
}
