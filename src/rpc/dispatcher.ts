// From the text of a request to the text of its answer: single requests, batches, notifications. Never throws.

import { z } from "zod";
import { fail, LuntraError } from "../errors.ts";
import type { CallBudget } from "./budget.ts";
import { failureOf } from "./failure.ts";
import type { RpcLimits } from "./limits.ts";
import type { Method, Methods, Session } from "./method.ts";

/** Undefined: there is nothing to say to a notification. */
type Answer = string | undefined;

/** Bytes that results may still have; those of a batch share it. */
interface Room {
  left: number;
}

/** A call that was answered. */
export interface Answered {
  /** Of this server; undefined for what is none. */
  readonly method: string | undefined;
  readonly ms: number;
  /** Why it failed. */
  readonly error?: unknown;
  readonly session: Session;
}

export type Observer = (call: Answered) => void;

export interface Dispatcher {
  answer(text: string, session: Session): Answer | Promise<Answer>;
}

const envelope = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number(), z.null()]).optional(),
  method: z.string(),
  params: z.union([z.array(z.unknown()), z.record(z.string(), z.unknown())]).nullish(),
});

type Envelope = z.output<typeof envelope>;

export function createDispatcher(
  methods: Methods,
  limits: RpcLimits,
  budget: CallBudget,
  observe: Observer = () => undefined,
): Dispatcher {
  const table = new Map<string, Method>(Object.entries(methods));

  function call({ method, params }: Envelope, session: Session, room: Room): unknown {
    const entry = table.get(method);
    budget.take(session.address, entry?.cost ?? 1);
    if (entry === undefined) return fail("RPC_METHOD", { method: method.slice(0, 100) });
    if (room.left <= 0) tooLong(0, room);
    if (params != null && !Array.isArray(params)) {
      return fail("RPC_PARAMS", { method, reason: "they are given by position, not by name" });
    }
    const parsed = entry.params.safeParse(params ?? []);
    if (!parsed.success) return fail("RPC_PARAMS", { method, reason: reasonOf(parsed.error) });
    return entry.handle(parsed.data, session);
  }

  function tooLong(length: number, room: Room): never {
    const { responseBytes: most } = limits;
    const { left } = room;
    // Nothing more is worked out for a batch whose answer is too long.
    room.left = 0;
    return fail("RPC_LIMIT", { what: "bytes of answer", most, actual: most - left + length });
  }

  function resultText({ id }: Envelope, result: unknown, room: Room): string {
    const text = JSON.stringify(result ?? null);
    if (text.length > room.left) tooLong(text.length, room);
    room.left -= text.length;
    return `{"jsonrpc":"2.0","id":${JSON.stringify(id ?? null)},"result":${text}}`;
  }

  function single(request: unknown, session: Session, room: Room): Answer | Promise<Answer> {
    const parsed = envelope.safeParse(request);
    if (!parsed.success) {
      return errorText(idOf(request), new LuntraError("RPC_REQUEST", { reason: reasonOf(parsed.error) }));
    }
    const its = parsed.data;
    const began = performance.now();
    const method = table.has(its.method) ? its.method : undefined;
    const seen = (outcome: { readonly error?: unknown }) =>
      observe({ method, ms: performance.now() - began, session, ...outcome });
    const unlessSilent = (text: () => string) => (its.id === undefined ? undefined : text());
    const failed = (error: unknown) => {
      seen({ error });
      return unlessSilent(() => errorText(its.id ?? null, error));
    };
    const told = (result: unknown) => {
      try {
        const text = unlessSilent(() => resultText(its, result, room));
        seen({});
        return text;
      } catch (error) {
        return failed(error);
      }
    };
    try {
      const result = call(its, session, room);
      return result instanceof Promise ? result.then(told, failed) : told(result);
    } catch (error) {
      return failed(error);
    }
  }

  function batch(requests: readonly unknown[], session: Session): Answer | Promise<Answer> {
    const { batchLength: most } = limits;
    const actual = requests.length;
    if (actual === 0) {
      return errorText(null, new LuntraError("RPC_REQUEST", { reason: "the batch is empty" }));
    }
    if (actual > most) {
      return errorText(null, new LuntraError("RPC_LIMIT", { what: "calls in a batch", most, actual }));
    }
    const room = { left: limits.responseBytes };
    // In their order, and none waits for another: transactions reach the pool as they stand here.
    const answers = requests.map((request) => single(request, session, room));
    if (answers.some((answer) => answer instanceof Promise)) return Promise.all(answers).then(joined);
    return joined(answers as Answer[]);
  }

  return {
    answer(text, session) {
      let body: unknown;
      try {
        body = JSON.parse(text);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        return errorText(null, new LuntraError("RPC_PARSE", { reason }));
      }
      return Array.isArray(body)
        ? batch(body, session)
        : single(body, session, { left: limits.responseBytes });
    },
  };
}

export function errorText(id: string | number | null, error: unknown): string {
  return JSON.stringify({ jsonrpc: "2.0", id, error: failureOf(error) });
}

function joined(answers: readonly Answer[]): Answer {
  const said = answers.filter((answer) => answer !== undefined);
  return said.length === 0 ? undefined : `[${said.join(",")}]`;
}

/** Of a request that is none, for the answer: null unless it is a good id. */
function idOf(request: unknown): string | number | null {
  const id = typeof request === "object" && request !== null && "id" in request ? request.id : null;
  return typeof id === "string" || typeof id === "number" ? id : null;
}

function reasonOf({ issues: [issue] }: z.ZodError): string {
  if (issue === undefined) return "it has another shape";
  return issue.path.length === 0 ? issue.message : `${issue.path.join(".")}: ${issue.message}`;
}
