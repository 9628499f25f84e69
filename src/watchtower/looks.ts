// What limits a watchtower's waiting: looks at L1 while it waits, and the longest that it waits for a proof or for L1.

import { slowProof } from "../chain/economics.ts";
import type { Parameters } from "../chain/presets.ts";
import { fail } from "../errors.ts";
import type { Node } from "../node/node.ts";

const LOOK_MS = 5000;
/** L1 takes nothing sooner than in a few of its blocks, whatever a local deployment says. */
const LEAST_SEND_SECONDS = 60n;
/** Beyond that a timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** Three times what was measured; no less than L1 grants for an answer. In ms. */
export function longestProof({ chain }: Pick<Node, "chain">): number {
  const { proofTime, provingWindow } = chain.book.parameters;
  return milliseconds(proofTime * 3n > provingWindow ? proofTime * 3n : provingWindow);
}

/** The time in which L1 certainly takes a transaction. In ms. */
export function longestSend({ chain }: Pick<Node, "chain">): number {
  const { inclusionTime } = chain.book.parameters;
  return milliseconds(inclusionTime > LEAST_SEND_SECONDS ? inclusionTime : LEAST_SEND_SECONDS);
}

/** Whether a proof that is begun now may come after the window's end. */
export function isHasty(
  now: bigint,
  windowEnd: bigint,
  parameters: Pick<Parameters, "proofTime" | "inclusionTime">,
): boolean {
  return now + slowProof(parameters) + parameters.inclusionTime >= windowEnd;
}

export interface Looks {
  readonly lookMs?: number;
  /** After each sync that worked. */
  readonly onLook: () => Promise<void>;
}

/** Works, and meanwhile looks at L1 again and again, one look at a time. Ends when the work and the last look have ended. */
export async function whileLooking<T>(
  { derivation }: Pick<Node, "derivation">,
  { lookMs = LOOK_MS, onLook }: Looks,
  work: () => Promise<T>,
): Promise<T> {
  let last: Promise<void> | undefined;
  const look = async () => {
    try {
      await derivation.sync();
      await onLook();
    } catch {
      // The next look, or the next round, says so if L1 stays away.
    }
    last = undefined;
  };
  const timer = setInterval(() => {
    last ??= look();
  }, lookMs);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    await last;
  }
}

/** The work's result, or what `overdue` returns or throws: then the work goes on, and nobody waits for it. */
export async function within<T, Late = never>(
  ms: number,
  work: Promise<T>,
  overdue: () => Late,
): Promise<T | Late> {
  const late = abortAfter(ms);
  const { promise, resolve } = Promise.withResolvers<void>();
  late.signal.addEventListener("abort", () => resolve(), { once: true });
  work.catch(() => undefined);
  try {
    return await Promise.race([work, promise.then(overdue)]);
  } finally {
    late.clear();
  }
}

export interface Insistence {
  readonly what: string;
  /** Longest that it may take. */
  readonly sendMs: number;
  /** So often what L1 does not take is sent again; never if left out. */
  readonly resendMs?: number;
}

/**
 * Sends, and sends again as long as L1 does not take it: who sends gives it the nonce of what is stuck, and a higher price. Throws
 * TRANSACTION_OVERDUE, or what the last try that is not over fails for.
 */
export async function insist<T>(
  { what, sendMs, resendMs = LONGEST_TIMER_MS }: Insistence,
  send: () => Promise<T>,
): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  let open = 0;
  const attempt = () => {
    open += 1;
    send().then(resolve, (error: unknown) => {
      open -= 1;
      if (open === 0) reject(error);
    });
  };
  attempt();
  const timer = setInterval(attempt, resendMs);
  try {
    return await within(sendMs, promise, () => fail("TRANSACTION_OVERDUE", { what, seconds: sendMs / 1000 }));
  } finally {
    clearInterval(timer);
  }
}

/** A signal that aborts after that long, unless cleared. */
export function abortAfter(ms: number): { readonly signal: AbortSignal; clear(): void } {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), Math.min(ms, LONGEST_TIMER_MS));
  return { signal: controller.signal, clear: () => clearTimeout(timer) };
}

function milliseconds(seconds: bigint): number {
  return Number(seconds) * 1000;
}
