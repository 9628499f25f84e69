// Delivers alerts to a URL, in the form of the Standard Webhooks specification: at least once, in order, tried again for ever with
// longer and longer pauses. Nobody waits for it.

import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import type { Alert } from "./alert.ts";
import type { AlertBook } from "./alert-book.ts";

export interface WebhookOptions {
  readonly url: string;
  /** Signs what is sent; unsigned if left out. */
  readonly secret?: string;
  /** An answer that takes longer is none; default 10 s. */
  readonly timeoutMs?: number;
  /** After the first failure, and at most; default 1 s and 5 min. */
  readonly pauseMs?: { readonly first: number; readonly most: number };
  /** Told of each failure. The URL may be a secret, and is not in it. */
  readonly onFailure?: (reason: string, alert: Alert, tries: number) => void;
  readonly onDelivered?: (alert: Alert, tries: number) => void;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_PAUSE_MS = { first: 1_000, most: 300_000 };

/** Names a URL without telling it: many hold a token. */
export function targetOf(url: string): string {
  return createHash("sha256").update(url).digest("hex").slice(0, 16);
}

const SECRET = "whsec_";

/**
 * `v1,` and the base64 of an HMAC over id, time and body, as receivers' libraries check it. A secret as they make them, `whsec_` and
 * base64, stands for its bytes; any other for itself.
 */
export function signatureOf(secret: string, id: string, timestamp: number, body: string): string {
  const key = secret.startsWith(SECRET) ? Buffer.from(secret.slice(SECRET.length), "base64") : secret;
  const mac = createHmac("sha256", key).update(`${id}.${timestamp}.${body}`).digest("base64");
  return `v1,${mac}`;
}

/** Until the signal aborts. What is not delivered by then stays in the book, and what is delivered is written down. */
export async function deliverAlerts(
  book: AlertBook,
  options: WebhookOptions,
  signal: AbortSignal,
): Promise<void> {
  const target = targetOf(options.url);
  const { first, most } = options.pauseMs ?? DEFAULT_PAUSE_MS;
  let tries = 0;
  while (!signal.aborted) {
    const alert = book.next(target);
    if (alert === undefined) {
      await once(book.events, "added", { signal }).catch(() => undefined);
      continue;
    }
    tries += 1;
    const failure = await deliver(alert, options, signal);
    if (failure === undefined) {
      void book.delivered(alert.id, target);
      options.onDelivered?.(alert, tries);
      tries = 0;
      continue;
    }
    if (signal.aborted) break;
    options.onFailure?.(failure, alert, tries);
    // Receivers that come back are not met by everybody at once.
    const pause = Math.min(first * 2 ** (tries - 1), most) * (0.5 + Math.random() / 2);
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
  await book.settled();
}

/** Why it was not taken; undefined if it was. */
async function deliver(
  alert: Alert,
  { url, secret, timeoutMs = DEFAULT_TIMEOUT_MS }: WebhookOptions,
  signal: AbortSignal,
): Promise<string | undefined> {
  const body = JSON.stringify(alert);
  const timestamp = Math.floor(Date.now() / 1000);
  const signature =
    secret === undefined ? {} : { "webhook-signature": signatureOf(secret, alert.id, timestamp, body) };
  const headers = {
    "content-type": "application/json",
    "webhook-id": alert.id,
    "webhook-timestamp": String(timestamp),
    ...signature,
  };
  try {
    const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
    const response = await fetch(url, { method: "POST", headers, body, redirect: "error", signal: limit });
    await response.body?.cancel();
    return response.ok ? undefined : `HTTP status ${response.status}`;
  } catch (error) {
    const { name, cause } = error as { name?: string; cause?: { code?: string } };
    return cause?.code ?? name ?? "failed";
  }
}
