// Which tests are likely to kill a mutant: those that did the last time, and those that killed its neighbours. Running
// them first saves most of the time; a mutant that they let live still meets all the others.

import type { Mutant } from "./mutants.ts";

const MOST = 12;
/** Of one kill: more say little, since they mostly fail for the same reason. */
const NOTED = 3;

type Place = Pick<Mutant, "id" | "file" | "where">;

export class Killers {
  /** Names of tests, the last first, by mutant, by function and by file. */
  readonly #names = new Map<string, string[]>();
  /** A test of each suite: if its set-up fails, that is what one has to run. */
  readonly #ofSuite: ReadonlyMap<string, string>;

  /** @param tests "Suite: test()" of all there are */
  constructor(tests: readonly string[]) {
    this.#ofSuite = new Map(tests.flatMap((test) => (nameOf(test) ? [[suiteOf(test), nameOf(test)]] : [])));
  }

  likely(mutant: Place): string[] {
    const names = keysOf(mutant).flatMap((key) => this.#names.get(key) ?? []);
    return [...new Set(names)].slice(0, MOST);
  }

  /** @param failed "Suite: test()" of each test that failed */
  note(mutant: Place, failed: readonly string[]): void {
    const names = failed.flatMap((test) => nameOf(test) || this.#ofSuite.get(suiteOf(test)) || []);
    const noted = [...new Set(names)].slice(0, NOTED);
    for (const key of keysOf(mutant)) {
      const before = this.#names.get(key) ?? [];
      this.#names.set(key, [...new Set([...noted, ...before])].slice(0, MOST));
    }
  }
}

/** Of all single tests' time, what one takes that others run before. */
const SLOW_SHARE = 1 / 50;

/** The few tests that take most of the time. */
export function slowOf(tests: readonly { readonly name: string; readonly ms: number }[]): string[] {
  const single = tests.filter(({ name }) => nameOf(name).startsWith("test"));
  const all = single.reduce((sum, { ms }) => sum + ms, 0);
  return single.filter(({ ms }) => ms > all * SLOW_SHARE).map(({ name }) => nameOf(name));
}

const keysOf = ({ id, file, where }: Place): string[] => [id, where, file];
const suiteOf = (test: string): string => test.split(": ")[0] ?? "";
/** "" of a set-up. */
const nameOf = (test: string): string => /: ((?:test|invariant)\w+)\(/.exec(test)?.[1] ?? "";
