// Shows something again and again until interrupted: in place on a terminal, and elsewhere once a change.

import { setTimeout as sleep } from "node:timers/promises";
import type { Context } from "./action.ts";
import { type Answer, describeError, toJson } from "./output.ts";

export interface WatchOptions {
  readonly intervalMs: number;
  readonly json: boolean;
  readonly ended: Promise<string>;
  /** Where lines go, if that is a terminal that can be drawn on; default standard output. */
  readonly terminal?: Pick<NodeJS.WriteStream, "isTTY" | "rows">;
}

const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";
const CLEAR = "\u001b[2J";
const HOME = "\u001b[H";
const REST_OF_LINE = "\u001b[K";
const REST_OF_SCREEN = "\u001b[J";

/** Fields that change with time alone, or with every block of L1. */
const CLOCKS = new Set(["l1", "time", "secondsLeft", "challenge"]);

/** What fails is shown in the same place, and tried again. Returns what is left to print at the end: nothing. */
export async function keepWatching(
  look: () => Promise<Answer>,
  { emit }: Pick<Context, "emit">,
  { intervalMs, json, ended, terminal = process.stdout }: WatchOptions,
): Promise<Answer> {
  const drawing = terminal.isTTY === true && !json;
  let last = "";
  let shown: readonly string[] = [];
  const stop = new AbortController();
  ended.then(() => stop.abort());

  if (drawing) emit({ json: undefined, lines: [`${HIDE_CURSOR}${CLEAR}${HOME}`] });
  try {
    while (!stop.signal.aborted) {
      const answer: Look | string = await Promise.race([look().catch(troubleOf), ended]);
      if (typeof answer === "string") break;
      const { trouble = false } = answer;
      if (drawing) {
        // What was seen last stays below what went wrong.
        const lines = trouble ? [...answer.lines, "", ...shown] : answer.lines;
        emit({ json: undefined, lines: screenOf(lines, terminal.rows) });
      }
      const key = trouble ? answer.lines.join("\n") : keyOf(answer.json);
      if (!drawing && key !== last) emit({ ...answer, lines: [...answer.lines, ""] });
      last = key;
      if (!trouble) shown = answer.lines;
      await sleep(intervalMs, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    if (drawing) emit({ json: undefined, lines: [SHOW_CURSOR] });
  }
  return { json: undefined, lines: [] };
}

interface Look extends Answer {
  readonly trouble?: true;
}

function troubleOf(error: unknown): Look {
  const { code, message } = describeError(error);
  return {
    trouble: true,
    json: { error: { code, message } },
    lines: [`Not up to date: ${code}: ${message}`],
  };
}

/** As many lines as there is room for, over those of before. */
function screenOf(lines: readonly string[], rows: number | undefined): string[] {
  // Some terminals do not say how high they are.
  const room = rows ? rows - 1 : lines.length;
  const fitting = lines.slice(0, Math.max(1, room)).map((line) => `${line}${REST_OF_LINE}`);
  const [first = "", ...rest] = fitting;
  const all = [`${HOME}${first}`, ...rest];
  return [...all.slice(0, -1), `${all.at(-1)}${REST_OF_SCREEN}`];
}

function keyOf(json: unknown): string {
  const plain = JSON.parse(toJson(json)) as unknown;
  return JSON.stringify(plain, (name, value: unknown) => (CLOCKS.has(name) ? undefined : value));
}
