// docs/security.md: every test that it names exists, and its numbers are the code's. So are the tests of docs/protocol.md §9.

import { readdir, readFile } from "node:fs/promises";
import { expect } from "chai";
import { ether } from "../../src/chain/amounts.ts";
import { checkEconomics, type DisputeCosts, disputeCosts } from "../../src/chain/economics.ts";
import { type Parameters, presetFor } from "../../src/chain/presets.ts";
import { INSTANCES, MAX_SEGMENTS } from "../../src/model/params.ts";
import { SCENARIOS } from "../../src/scenarios/index.ts";

const SECURITY = "docs/security.md";
const PROTOCOL = "docs/protocol.md";
const GWEI = 10n ** 9n;

interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const cellsOf = (line: string) => line.split(/(?<!\\)\|/).map((cell) => cell.trim());

/** The tables of a page; a cell holds its Markdown. */
function tablesOf(page: string): Table[] {
  const blocks = page.split("\n\n").map((block) => block.split("\n").filter((line) => line.startsWith("|")));
  return blocks
    .filter((lines) => lines.length > 2)
    .map((lines) => {
      const [head = [], , ...rows] = lines.map((line) => cellsOf(line).slice(1, -1));
      return { head, rows };
    });
}

const spansOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, span]) => span as string);

async function filesBelow(folder: string, end: string): Promise<string[]> {
  const files = await readdir(folder, { recursive: true });
  return files.filter((file) => file.endsWith(end)).map((file) => `${folder}/${file}`);
}

/** Names of all test functions in test/sol. */
async function solidityTests(): Promise<Set<string>> {
  const sources = await Promise.all(
    (await filesBelow("test/sol", ".t.sol")).map((file) => readFile(file, "utf8")),
  );
  const names = sources.flatMap((source) => [
    ...source.matchAll(/function ((?:test|invariant)\w*)\([^)]*\)\s+(?:public|external)/g),
  ]);
  return new Set(names.map(([, name]) => name as string));
}

describe("docs/security.md", () => {
  let page: string;
  let functions: Set<string>;

  before(async () => {
    page = await readFile(SECURITY, "utf8");
    functions = await solidityTests();
  });

  /** Undefined for a code span that names no test. */
  async function isThere(span: string): Promise<boolean | undefined> {
    const [, scenario] = /^scenario ([a-z-]+)$/.exec(span) ?? [];
    if (scenario !== undefined) return SCENARIOS.some(({ name }) => name === scenario);
    if (/^(test|testFuzz|invariant)_\w+$/.test(span)) return functions.has(span);
    const [, file, , title] = /^(test\/[\w./-]+\.ts)(: (.+))?$/.exec(span) ?? [];
    if (file === undefined) return undefined;
    const source = await readFile(file, "utf8").catch(() => "");
    if (title === undefined) return source !== "";
    return ['"', "`"].some((quote) => source.includes(`(${quote}${title}${quote},`));
  }

  async function missing(spans: readonly string[]): Promise<string[]> {
    const there = await Promise.all(spans.map(isThere));
    return spans.filter((_, i) => there[i] === false);
  }

  it("names a test for each attack and each deadline, and nothing else in that column", async () => {
    const tables = tablesOf(page).filter(({ head }) => head.at(-1) === "Tests");
    const rows = tables.flatMap((table) => table.rows);
    expect(rows.length).to.be.greaterThan(100);
    for (const row of rows) {
      const cell = row.at(-1) as string;
      const spans = spansOf(cell);
      const attack = row[0] as string;
      expect(cell, attack).to.equal(spans.map((span) => `\`${span}\``).join(", "));
      expect(spans, attack).to.not.deep.equal([]);
      const known = await Promise.all(spans.map(isThere));
      expect(
        spans.filter((_, i) => known[i] !== true),
        attack,
      ).to.deep.equal([]);
    }
  });

  for (const file of [SECURITY, PROTOCOL]) {
    it(`names no test or scenario that does not exist: ${file}`, async () => {
      const spans = spansOf((await readFile(file, "utf8")).replace(/^```[\s\S]*?^```/gm, ""));
      expect(await missing(spans)).to.deep.equal([]);
    });
  }

  it("knows every scenario", () => {
    const named = new Set(spansOf(page));
    const left = SCENARIOS.map(({ name }) => name).filter((name) => !named.has(`scenario ${name}`));
    // Nothing is attacked in these.
    expect(left.sort()).to.deep.equal([
      "bad-commit",
      "early-finality",
      "fraud-proof",
      "honest",
      "trading-day",
    ]);
  });

  describe("prints the numbers of the mainnet preset", () => {
    const SOMEBODY = `0x${"12".repeat(20)}` as const;
    const parameters = presetFor("mainnet", "standard", ["ultrahonk"], {
      guardian: SOMEBODY,
      primary: SOMEBODY,
    });
    const MONEY = new Set<keyof Parameters>(["batchBond", "minChallengeBond"]);
    const COUNTS = new Set<keyof Parameters>(["maxForced"]);

    const tableWith = (first: string) =>
      tablesOf(page).find(({ head }) => head[0] === first) ?? { head: [], rows: [] };

    it("of every bound that a constructor checks", () => {
      const spaced = (value: bigint) => String(value).replace(/\B(?=(\d{3})+$)/g, " ");
      const shown = (parameter: keyof Parameters, value: bigint) => {
        if (MONEY.has(parameter)) return ether(value);
        return COUNTS.has(parameter) ? spaced(value) : `${spaced(value)} s`;
      };
      const capacity = BigInt(MAX_SEGMENTS * INSTANCES.standard.n);
      const rules = checkEconomics(parameters, { capacity }).filter(({ kind }) => kind === "rule");
      const expected = rules.map(({ parameter, bound, limit, actual, checkedBy }) => [
        `\`${parameter}\``,
        bound,
        shown(parameter, limit),
        shown(parameter, actual),
        `\`${checkedBy}\``,
      ]);
      const printed = tableWith("Parameter").rows.map(([name, bound, , ...rest]) => [name, bound, ...rest]);
      expect(printed.sort()).to.deep.equal(expected.sort());
    });

    it("of disputes, at each gas price", () => {
      const ROWS: Readonly<Record<string, (its: DisputeCosts) => bigint>> = {
        "answer on L1": ({ gas }) => gas,
        "bond of a challenge": ({ challengeBond }) => challengeBond,
        "answerer gets, net": ({ answererNet }) => answererNet,
        "of a lost challenge burns": ({ burned }) => burned,
        "fraud prover gets, net": ({ refuterNet }) => refuterNet,
        "a day's delay costs": ({ delayDay }) => delayDay,
        "a day's stall burns": ({ stallDay }) => stallDay,
      };
      const { head, rows } = tableWith("At a base fee of");
      const prices = head.slice(1).map((price) => BigInt(price.replace(" gwei", "")) * GWEI);
      expect(prices).to.deep.equal([GWEI, 100n * GWEI]);
      const costs = prices.map((price) => disputeCosts(parameters, price, { proofTime: 9n }));
      const expected = Object.entries(ROWS).map(([name, of]) => [
        name,
        ...costs.map((its) => ether(of(its))),
      ]);
      expect(rows).to.deep.equal(expected);
    });
  });
});
