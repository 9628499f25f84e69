// One finding of any tool, and the committed baseline of those that were looked at.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

export interface Finding {
  readonly tool: string;
  readonly rule: string;
  readonly file: string;
  readonly line: number;
  /** Contract and function, or template. */
  readonly where: string;
  /** The code it is about, or the tool's words; without line numbers, so that it stays the same when lines move. */
  readonly text: string;
}

const accepted = z.strictObject({
  tool: z.string(),
  rule: z.string(),
  file: z.string(),
  where: z.string(),
  text: z.string(),
  /** How many of the same. */
  count: z.number().int().positive(),
  reason: z.string(),
});

/** Findings that somebody has looked at, and why they are right as they are. */
export type Accepted = z.infer<typeof accepted>;

export const BASELINE = join(import.meta.dirname, "baseline.json");

/** Entries without a reason excuse nothing; `npm run analyse` names them as new. */
export async function readBaseline(): Promise<Accepted[]> {
  return z.array(accepted).parse(JSON.parse(await readFile(BASELINE, "utf8")));
}

export interface Comparison {
  /** More of them than the baseline has. */
  readonly fresh: readonly Finding[];
  /** Fewer of them than the baseline has: it must be brought up to date. */
  readonly gone: readonly Accepted[];
}

/** @param tools those that ran: what the baseline has of others is left alone */
export function compare(
  findings: readonly Finding[],
  baseline: readonly Accepted[],
  tools: readonly string[],
): Comparison {
  const looked = baseline.filter(({ reason }) => reason !== "");
  const left = new Map(looked.map((entry) => [keyOf(entry), entry.count]));
  const fresh: Finding[] = [];
  for (const finding of findings) {
    const key = keyOf(finding);
    const count = left.get(key) ?? 0;
    if (count === 0) fresh.push(finding);
    else left.set(key, count - 1);
  }
  const gone = looked.filter((entry) => tools.includes(entry.tool) && (left.get(keyOf(entry)) ?? 0) > 0);
  return { fresh, gone };
}

const keyOf = ({ tool, rule, file, where, text }: Omit<Accepted, "count" | "reason">): string =>
  JSON.stringify([tool, rule, file, where, text]);
