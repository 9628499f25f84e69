// Which tests are likely to kill a mutant: the one that did the last time, and those that killed its neighbours. Running
// them first saves most of the time; a mutant that they let live still meets all the others.

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { z } from "zod";
import type { Mutant } from "./mutants.ts";

const MOST = 12;
const file = z.record(z.string(), z.array(z.string()));

export class Killers {
  readonly #path: string;
  /** Names of tests, the last first, by mutant, by function and by contract. */
  readonly #names: Map<string, string[]>;

  private constructor(path: string, names: Map<string, string[]>) {
    this.#path = path;
    this.#names = names;
  }

  static async read(path: string): Promise<Killers> {
    const known = existsSync(path) ? file.parse(JSON.parse(await readFile(path, "utf8"))) : {};
    return new Killers(path, new Map(Object.entries(known)));
  }

  async write(): Promise<void> {
    await writeFile(this.#path, JSON.stringify(Object.fromEntries(this.#names)));
  }

  likely(mutant: Mutant): string[] {
    const names = keysOf(mutant).flatMap((key) => this.#names.get(key) ?? []);
    return [...new Set(names)].slice(0, MOST);
  }

  /** @param failed "Suite: test()" of each test that failed */
  note(mutant: Mutant, failed: readonly string[]): void {
    const [name] = failed.flatMap((test) => /: (test\w+)\(/.exec(test)?.[1] ?? []);
    if (name === undefined) return;
    for (const key of keysOf(mutant)) {
      const before = this.#names.get(key) ?? [];
      this.#names.set(key, [name, ...before.filter((other) => other !== name)].slice(0, MOST));
    }
  }
}

const keysOf = ({ id, file, where }: Mutant): string[] => [id, where, file];
