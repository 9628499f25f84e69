// What a run of mutants says: which were killed, which survived, and whether that agrees with the committed list.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { Mutant } from "./mutants.ts";
import type { Reached } from "./verdicts.ts";

export interface Result {
  readonly mutant: Mutant;
  readonly verdict: Reached["verdict"];
  /** The tests that failed, or why there was no result. */
  readonly by: readonly string[];
}

const survivor = z.strictObject({
  id: z.string(),
  where: z.string(),
  operator: z.string(),
  original: z.string(),
  mutated: z.string(),
  reason: z.string().min(20),
});

/** A mutant that no test kills, and why that is right. All but `id` and `reason` is for the reader. */
export type Survivor = z.infer<typeof survivor>;

const LIST = join(import.meta.dirname, "survivors.json");

export async function readSurvivors(): Promise<Survivor[]> {
  return z.array(survivor).parse(JSON.parse(await readFile(LIST, "utf8")));
}

export interface Verdict {
  readonly killed: number;
  /** How many of them because the tests did not come to their end. */
  readonly unfinished: number;
  readonly survived: number;
  /** Survivors that are not in the list. */
  readonly unexplained: readonly Mutant[];
  /** Entries of the list whose mutant was killed, or is no more. */
  readonly stale: readonly Survivor[];
}

/** @param known every mutant of the contracts; `results` may be of a part of them */
export function judge(
  results: readonly Result[],
  listed: readonly Survivor[],
  known: readonly Mutant[],
): Verdict {
  const survived = results.filter(({ verdict }) => verdict === "survived").map(({ mutant }) => mutant);
  const killed = new Set(
    results
      .filter(({ verdict }) => verdict === "killed" || verdict === "unfinished")
      .map(({ mutant }) => mutant.id),
  );
  const ids = new Set(known.map(({ id }) => id));
  const explained = new Set(listed.map(({ id }) => id));
  return {
    killed: killed.size,
    unfinished: results.filter(({ verdict }) => verdict === "unfinished").length,
    survived: survived.length,
    unexplained: survived.filter(({ id }) => !explained.has(id)),
    stale: listed.filter(({ id }) => killed.has(id) || !ids.has(id)),
  };
}

/** `n` of the items, always the same ones for a seed. */
export function sample<T>(items: readonly T[], n: number, seed: number): T[] {
  const left = [...items];
  const taken: T[] = [];
  let state = seed >>> 0;
  while (taken.length < n && left.length > 0) {
    // Numerical Recipes' linear congruential generator; its high bits are the good ones.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    taken.push(...left.splice(Math.floor((state / 2 ** 32) * left.length), 1));
  }
  return taken;
}

export function describe({ id, file, line, where, operator, original, mutated }: Mutant): string {
  const short = (code: string) => code.replaceAll(/\s+/g, " ").slice(0, 160);
  return `${id} ${file}:${line} ${where} ${operator}\n    - ${short(original)}\n    + ${short(mutated) || "(nothing)"}`;
}
