// The runbook's tables name what the code has.

import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { ERRORS } from "../../src/errors.ts";
import { keyVariable, SENDERS } from "../../src/launch/key-variable.ts";
import { KINDS } from "../../src/watchtower/alert.ts";

const RUNBOOK = resolve(import.meta.dirname, "../../docs/runbook.md");
const RULES = resolve(import.meta.dirname, "../../docs/alerts.yml");
const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string() })) })) });

describe("the runbook", () => {
  /** First cells of the table below a heading of these words. */
  async function firstCells(head: string): Promise<readonly string[]> {
    const page = await readFile(RUNBOOK, "utf8");
    const rows = page.slice(page.indexOf(`| ${head} `)).split("\n\n")[0] ?? "";
    return rows
      .split("\n")
      .slice(2)
      .map((row) => /^\| `([^`]+)`/.exec(row)?.[1] ?? "");
  }

  it("says of every alarm what it means and what to do", async () => {
    expect([...(await firstCells("Alarm"))].sort()).to.deep.equal(Object.keys(KINDS).sort());
    const { groups } = rules.parse(parse(await readFile(RULES, "utf8")));
    const alerts = groups.flatMap((group) => group.rules.map(({ alert }) => alert));
    expect([...(await firstCells("Prometheus alert"))].sort()).to.deep.equal(alerts.sort());
  });

  it("names every role's variable, and errors that there are", async () => {
    const page = await readFile(RUNBOOK, "utf8");
    expect((await firstCells("Role")).filter(Boolean)).to.deep.equal([...SENDERS]);
    for (const role of SENDERS) expect(page).to.contain(`\`${keyVariable(role)}\``);
    for (const code of await firstCells("Code")) expect(ERRORS).to.have.property(code);
  });
});
