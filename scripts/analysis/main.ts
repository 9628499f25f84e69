// Static analysis, `npm run analyse`: the compiler's warnings, the project's own detectors, and circomspect. Every finding
// that is right as it is stands in baseline.json with a reason; docs/analysis.md says what each rule is about.
//   --update   writes the baseline anew: keeps the reasons, asks for those of new findings
// Exits non-zero for a finding that is not in the baseline, and for an entry of the baseline that is no more.

import { writeFile } from "node:fs/promises";
import { readSources, ROOT } from "../mutation/project.ts";
import { circomspect } from "./circomspect.ts";
import { compilerWarnings } from "./compiler.ts";
import { detect } from "./detectors.ts";
import { type Accepted, BASELINE, compare, type Finding, readBaseline } from "./finding.ts";

/** Test contracts take liberties; interfaces and libraries are what the contracts are made of. */
const included = (file: string) => file.startsWith("contracts/") && !file.startsWith("contracts/test/");

const sources = new Map([...readSources(ROOT)].filter(([file]) => file.startsWith("contracts/")));
const circuits = await circomspect(ROOT);
if (circuits === undefined)
  console.log("circomspect is not installed: the circom circuits were not looked at");
const findings = [...compilerWarnings(sources, included), ...detect(sources, included), ...(circuits ?? [])];
const tools = ["solc", "luntra", ...(circuits === undefined ? [] : ["circomspect"])];
const baseline = await readBaseline();

if (process.argv.includes("--update")) await update(findings, baseline);
else report();

function report(): void {
  const { fresh, gone } = compare(findings, baseline, tools);
  for (const { tool, rule, file, line, where, text } of fresh) {
    console.error(`new: ${file}:${line} ${tool} ${rule} in ${where}: ${text}`);
  }
  for (const { tool, rule, file, where, text } of gone) {
    console.error(`no more, take it out of the baseline: ${file} ${tool} ${rule} in ${where}: ${text}`);
  }
  console.log(`${tools.join(", ")}: ${findings.length} findings, ${fresh.length} new, ${gone.length} gone`);
  if (fresh.length + gone.length > 0) process.exitCode = 1;
}

async function update(found: readonly Finding[], before: readonly Accepted[]): Promise<void> {
  const same = (a: Omit<Accepted, "count" | "reason">, b: Omit<Accepted, "count" | "reason">) =>
    a.tool === b.tool && a.rule === b.rule && a.file === b.file && a.where === b.where && a.text === b.text;
  const entries = before.filter(({ tool }) => !tools.includes(tool));
  for (const { tool, rule, file, where, text } of found) {
    const finding = { tool, rule, file, where, text };
    const known = entries.findIndex((entry) => same(entry, finding));
    const count = found.filter((other) => same(other, finding)).length;
    const reason = before.find((entry) => same(entry, finding))?.reason ?? "";
    if (known < 0) entries.push({ ...finding, count, reason });
  }
  await writeFile(BASELINE, `${JSON.stringify(entries, undefined, 2)}\n`);
  const open = entries.filter(({ reason }) => reason === "").length;
  console.log(`${BASELINE}: ${entries.length} entries, ${open} of them without a reason`);
}
