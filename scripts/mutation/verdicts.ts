// Verdicts as they are reached, one a line: a run of hours that is stopped goes on where it was, and what killed a mutant
// once is tried first the next time.

import { existsSync } from "node:fs";
import { appendFile, readFile } from "node:fs/promises";
import { z } from "zod";
import type { Mutant } from "./mutants.ts";

/**
 * `unfinished`: the tests did not come to their end. Some test would have timed out, so that it counts as killed.
 * `spared`: the fast tests let it live; the slow ones have yet to run.
 */
const VERDICTS = ["killed", "survived", "unfinished", "spared"] as const;

const line = z.strictObject({
  /** Of the copy that it was reached with: another key, other contracts or tests. */
  key: z.string(),
  id: z.string(),
  file: z.string(),
  where: z.string(),
  verdict: z.enum(VERDICTS),
  by: z.array(z.string()).readonly(),
  seconds: z.number(),
});

export type Line = z.infer<typeof line>;
export type Reached = Pick<Line, "verdict" | "by" | "seconds">;

export class Verdicts {
  readonly #path: string;
  readonly #key: string;
  readonly #lines: Line[];

  private constructor(path: string, key: string, lines: Line[]) {
    this.#path = path;
    this.#key = key;
    this.#lines = lines;
  }

  /** @param key of the copy that verdicts are now reached with */
  static async open(path: string, key: string): Promise<Verdicts> {
    const text = existsSync(path) ? await readFile(path, "utf8") : "";
    // The process was killed while it wrote.
    if (text !== "" && !text.endsWith("\n")) await appendFile(path, "\n");
    return new Verdicts(path, key, text.split("\n").flatMap(parsed));
  }

  /** All that was ever reached, the latest last. */
  get all(): readonly Line[] {
    return this.#lines;
  }

  /** What was last reached about a mutant with the same contracts and tests. */
  of({ id }: Mutant): Line | undefined {
    return this.#lines.findLast((its) => its.id === id && its.key === this.#key);
  }

  /** Ids of mutants that were not killed the last time, whatever has changed since. */
  notKilled(): Set<string> {
    const last = new Map(this.#lines.map(({ id, verdict }) => [id, verdict]));
    return new Set([...last].filter(([, verdict]) => verdict !== "killed").map(([id]) => id));
  }

  async add({ id, file, where }: Mutant, reached: Reached): Promise<void> {
    const added: Line = { key: this.#key, id, file, where, ...reached };
    this.#lines.push(added);
    await appendFile(this.#path, `${JSON.stringify(added)}\n`);
  }
}

/** A line that was cut off says nothing; its mutant is judged again. */
function parsed(text: string): Line[] {
  try {
    return text === "" ? [] : [line.parse(JSON.parse(text))];
  } catch {
    return [];
  }
}
