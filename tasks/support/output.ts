// What a task prints: one document on standard output, for people or as JSON; progress and errors on standard error.

import { LuntraError } from "../../src/errors.ts";

export interface Answer {
  /** The document of `--json`; undefined: there is none. Integers that may be large are decimal strings. */
  readonly json: unknown;
  /** The same for people, line by line. */
  readonly lines: readonly string[];
  /** The document is printed, and then the task fails with this. */
  readonly failure?: LuntraError;
}

/** Says on standard error what a person is waiting for; silent with `--json`. */
export type Progress = (what: string) => void;

export function progressTo(json: boolean): Progress {
  const write = process.stderr.write.bind(process.stderr);
  return (what) => {
    if (!json) write(`· ${what}\n`);
  };
}

export function toJson(value: unknown, indent = 2): string {
  return JSON.stringify(value, plain, indent);
}

function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Set) return [...value];
  if (value instanceof Map) return Object.fromEntries(value);
  if (value instanceof Error) return describeError(value);
  return value;
}

export interface ErrorDescription {
  readonly code: string;
  readonly message: string;
  readonly args?: unknown;
}

/** Our errors by their code, Hardhat's by its number, everything else as UNEXPECTED. */
export function describeError(error: unknown): ErrorDescription {
  if (error instanceof LuntraError) {
    const { code, message, args } = error;
    return { code, message: message.replace(`${code}: `, ""), args };
  }
  const { errorCode, message } = (error ?? {}) as { errorCode?: unknown; message?: unknown };
  const code = typeof errorCode === "string" ? errorCode : "UNEXPECTED";
  return { code, message: String(message ?? error) };
}

/** Columns aligned; the first row is the head. */
export function table(head: readonly string[], rows: readonly (readonly unknown[])[]): string[] {
  const cells = [head, ...rows.map((row) => row.map(String))];
  const widths = head.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)));
  return cells.map((row) =>
    row
      .map((cell, i) => cell.padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** `name  value` lines, aligned. */
export function facts(pairs: Readonly<Record<string, unknown>>): string[] {
  const width = Math.max(...Object.keys(pairs).map((name) => name.length));
  return Object.entries(pairs).map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

const SHORT_DIGITS = 10;

/** Enough of a hash for people to tell it from others. */
export function short(hex: string): string {
  return hex.length <= SHORT_DIGITS + 2 ? hex : `${hex.slice(0, SHORT_DIGITS)}…`;
}

const NUMBER = new Intl.NumberFormat("en-US");

/** With thousands separators. */
export function count(value: bigint | number): string {
  return NUMBER.format(value);
}

/** `05:00`, `1d 00:00:00`: a clock's reading. */
export function clock(seconds: bigint): string {
  const [days, rest] = [seconds / 86_400n, seconds % 86_400n];
  const parts = [rest / 3600n, (rest % 3600n) / 60n, rest % 60n].map((part) => String(part).padStart(2, "0"));
  return days > 0n ? `${days}d ${parts.join(":")}` : parts.join(":").replace(/^00:/, "");
}

const UNITS = [
  ["d", 86_400n],
  ["h", 3600n],
  ["min", 60n],
  ["s", 1n],
] as const;

/** `1 h 30 min`: a length of time. */
export function span(seconds: bigint): string {
  let rest = seconds;
  const parts = UNITS.flatMap(([unit, size]) => {
    const amount = rest / size;
    rest %= size;
    return amount === 0n ? [] : [`${amount} ${unit}`];
  });
  return parts.length === 0 ? "0 s" : parts.join(" ");
}

const WIDTH = 98;

/** Lines of at most 98 columns, each indented; what has no spaces stays whole. */
export function wrap(text: string, indent = 0): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((one) => `${" ".repeat(indent)}${one}`);
}
