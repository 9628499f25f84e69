// The soak as a command: `npm run soak -- --minutes 30 --seed 0x…`. Prints what happens and a report, writes it as JSON with --out, and
// fails if an invariant does not hold.

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { FAULTS } from "../test/soak/faults.ts";
import { type SoakReport, soak } from "../test/soak/soak.ts";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "30" },
    seed: { type: "string" },
    out: { type: "string" },
    faults: { type: "string" },
    help: { type: "boolean", default: false },
  },
});

if (values.help) {
  console.log("npm run soak -- [--minutes 30] [--seed 0x…] [--out report.json] [--faults NAME,NAME]");
  console.log(`Faults: ${Object.keys(FAULTS).join(", ")}`);
  process.exit(0);
}
const minutes = Number(values.minutes);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
if (!(minutes > 0) || !Number.isInteger(seed)) {
  console.error(`expected --minutes above 0 and a whole --seed, got ${values.minutes} and ${values.seed}`);
  process.exit(1);
}

const only = values.faults?.split(",");
const unknown = only?.find((name) => !(name in FAULTS));
if (unknown !== undefined) {
  console.error(`expected one of ${Object.keys(FAULTS).join(", ")}, got ${unknown}`);
  process.exit(1);
}

const say = (what: string) => console.log(what);
const report = await soak({ minutes, seed, ...(only === undefined ? {} : { only }), say });
print(report);
if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(report, undefined, 2)}\n`);
process.exit(report.invariants.every(({ holds }) => holds) ? 0 : 1);

function print({ invariants, disputes, faults, deaths, alerts, failures, ...rest }: SoakReport): void {
  const { wasted, seed: its, ...counts } = rest;
  console.log(`\nSoak with seed 0x${its.toString(16)}`);
  console.table(counts);
  console.log("Faults");
  console.table(faults);
  console.log("Deaths of processes");
  console.table(deaths);
  console.log("Lies until rolled back, challenges until over");
  console.table(disputes);
  console.log(`Wasted by watchtowers: ${wasted.gas} gas in ${wasted.transactions} transaction(s)`);
  console.log("Alerts");
  console.table(alerts);
  for (const failure of failures) console.log(`Failed: ${failure}`);
  for (const { name, holds, reason } of invariants) {
    console.log(`${holds ? "✔" : "✘"} ${name}${reason === undefined ? "" : `: ${reason}`}`);
  }
}
