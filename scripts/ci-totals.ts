// Reads the log of a test run and prints its totals as one line, `N passed, N failed[, N skipped]`.
// Exits non-zero when a test failed or none ran, whatever the runner itself said.

import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";

export interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

const COLUMN: Record<string, keyof Totals> = {
  passing: "passed",
  failing: "failed",
  pending: "skipped",
  skipped: "skipped",
};

/**
 * Each runner indents its own summary (`  3 passing (12ms)`). Under plain `hardhat test` the Solidity runner
 * leaves its summary to the last lines, flush left: `5 passing (3 solidity, 2 mocha)`. Only the Solidity
 * part of those is taken: their mocha part counts skipped tests as passed.
 */
export function readTotals(log: string): Totals {
  const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
  for (const line of stripVTControlCharacters(log).split("\n")) {
    const own = /^ +(\d+) (passing|failing|pending|skipped)(?: \([\d.]+\s?\w+\))?\s*$/.exec(line);
    const joint = /^\d+ (passing|failing|skipped) \(.*?(\d+) solidity\b/.exec(line);
    const word = own?.[2] ?? joint?.[1];
    const column = word === undefined ? undefined : COLUMN[word];
    if (column !== undefined) totals[column] += Number(own?.[1] ?? joint?.[2]);
  }
  return totals;
}

export function formatTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
}

if (import.meta.main) {
  const totals = readTotals(readFileSync(process.argv[2] ?? 0, "utf8"));
  console.log(formatTotals(totals));
  process.exitCode = totals.failed > 0 || totals.passed === 0 ? 1 : 0;
}
