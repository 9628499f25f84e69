// A scenario as people read it, in at most 100 columns.

import { ether } from "../../src/chain/amounts.ts";
import type { ScenarioResult } from "../../src/scenarios/index.ts";
import { clock, count, describeError, table, wrap } from "../support/output.ts";

type Event = ScenarioResult["timeline"][number];

/** Where the text of an event starts. */
const INDENT = 35;

export function headLines({ name, summary }: Pick<ScenarioResult, "name" | "summary">): string[] {
  return [`▶ ${name}`, ...wrap(summary, 2), "", "     L1 time      wall        gas  what happens"];
}

export function eventLines({ at, wallMs, who, what, gas, changes }: Event): string[] {
  const time = `+${clock(at)}`.padStart(12);
  const wall = `${count(wallMs)} ms`.padStart(8);
  const used = (gas === 0n ? "–" : count(gas)).padStart(9);
  const [first = "", ...more] = wrap(who === "clock" ? what : `${who} ${what}`, INDENT);
  const owners = Map.groupBy(changes, (change) => change.who);
  const gains = [...owners].map(([whose, its]) => `${whose}: ${its.map(signed).join(", ")}`);
  return [
    `${time}  ${wall}  ${used}  ${first.slice(INDENT)}`,
    ...more,
    ...(gains.length === 0 ? [] : wrap(gains.join("; "), INDENT + 2)),
  ];
}

/** What was told besides, and the numbers that were promised beside those that were measured. */
export function figureLines({ figures, tables }: Pick<ScenarioResult, "figures" | "tables">): string[] {
  const rows = figures.map(({ what, promised, measured, kept }) => [
    `${kept ? "✔" : "✘"} ${what}`,
    `≤ ${promised}`,
    measured,
  ]);
  return [
    ...tables.flatMap(({ title, columns, rows: its }) => [
      "",
      `  ${title}`,
      ...indented(table(columns, its)),
    ]),
    ...(rows.length === 0 ? [] : ["", ...indented(table(["", "promised", "measured"], rows)), ""]),
  ];
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}

export function checkLines({ ok, wallMs, checks, timeline, error }: ScenarioResult): string[] {
  const passed = checks.filter((check) => check.ok).length;
  const gas = timeline.reduce((sum, event) => sum + event.gas, 0n);
  const verdict = ok ? "✔" : "✘";
  return [
    `  ${verdict} ${passed} of ${checks.length} checks passed; ${(wallMs / 1000).toFixed(1)} s, ${count(gas)} gas`,
    ...checks
      .filter((check) => !check.ok)
      .flatMap(({ what, expected, actual }) => wrap(`✘ ${what}: expected ${expected}, got ${actual}`, 4)),
    ...(error === undefined ? [] : wrap(`✘ stopped: ${describeError(error).message}`, 4)),
    "",
  ];
}

function signed({ purse, amount }: Event["changes"][number]): string {
  const size = amount < 0n ? -amount : amount;
  const sign = amount < 0n ? "−" : "+";
  return purse === "tokens" ? `${sign}${count(size)} tokens` : `${purse} ${sign}${ether(size)}`;
}
