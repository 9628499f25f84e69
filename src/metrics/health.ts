// Whether a process does its work: checks by name, each with a reason why not.

import { inTime } from "./in-time.ts";

export interface Check {
  readonly name: string;
  /** Undefined if all is well, else why not. What it throws is a reason, too. */
  run(): string | undefined | Promise<string | undefined>;
}

export interface Readiness {
  readonly ready: boolean;
  /** By check. */
  readonly checks: Readonly<Record<string, { readonly ok: boolean; readonly reason?: string }>>;
}

export interface Health {
  ready(): Promise<Readiness>;
}

export interface HealthOptions {
  /** A check that takes longer has failed; default 2000. */
  readonly timeoutMs?: number;
  /** An answer holds for so long: strangers may ask as often as they like, and the database is asked once. Default 1000. */
  readonly freshMs?: number;
}

export function createHealth(
  checks: readonly Check[],
  { timeoutMs = 2_000, freshMs = 1_000 }: HealthOptions = {},
): Health {
  let last: { readonly at: number; readonly answer: Promise<Readiness> } | undefined;
  return {
    ready() {
      const at = performance.now();
      if (last === undefined || at - last.at >= freshMs) last = { at, answer: look(checks, timeoutMs) };
      return last.answer;
    },
  };
}

async function look(checks: readonly Check[], timeoutMs: number): Promise<Readiness> {
  const results = await Promise.all(
    checks.map(async (check) => {
      const reason = await inTime(timeoutMs, async () => check.run()).catch(reasonOf);
      return [check.name, reason === undefined ? { ok: true } : { ok: false, reason }] as const;
    }),
  );
  return { ready: results.every(([, { ok }]) => ok), checks: Object.fromEntries(results) };
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
