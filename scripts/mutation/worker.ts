// A process of its own in the copy with all mutants: builds it, or runs the Solidity tests with one mutant on at a time.

import { join } from "node:path";
import { createHardhatRuntimeEnvironment } from "hardhat/hre";
import type { HardhatRuntimeEnvironment } from "hardhat/types/hre";
import { MUTANT_VARIABLE, mutationConfig } from "./config.ts";

export interface Order {
  readonly folder: string;
  readonly viaIR: readonly string[];
  /** "build", or the number of the mutant to switch on for a test run; 0 for none. */
  readonly what: "build" | number;
  /** Names of tests to run before all others, because they are likely to fail. */
  readonly first?: readonly string[];
}

export interface Outcome {
  /** "Suite: test()" of each test that ran, a set-up that failed counting as one. */
  readonly ran: readonly string[];
  /** Those of them that failed. */
  readonly failed: readonly string[];
}

export type Reply = { readonly outcome: Outcome } | { readonly error: string };

interface SuiteResults {
  readonly suiteResults: readonly {
    readonly id: { readonly name: string };
    readonly testResults: readonly { readonly name: string; readonly status: string }[];
  }[];
}

const INVARIANTS = "^invariant";

/** Tests that count the gas of optimised code, which the copy with all mutants is not. */
const OF_OPTIMISED_CODE = /^(InvariantStepsTest|StarvedByItsVerifierTest): /;

async function carryOut({ folder, viaIR, what, first = [] }: Order): Promise<Outcome> {
  process.chdir(folder);
  process.env[MUTANT_VARIABLE] = what === "build" ? "0" : String(what);
  const config = join(folder, "hardhat.config.ts");
  const hre = await createHardhatRuntimeEnvironment(mutationConfig(viaIR), { config }, folder);
  if (what === "build") {
    await hre.tasks.getTask("build").run({ quiet: true });
    return { ran: [], failed: [] };
  }
  if (first.length > 0) {
    const likely = await test(hre, { grep: `^(${first.join("|")})\\(` });
    if (likely.failed.length > 0) return likely;
  }
  // Invariants take as long as all other tests, and are seldom needed to kill.
  const others = await test(hre, { grepExclude: INVARIANTS });
  if (others.failed.length > 0) return others;
  const invariants = await test(hre, { grep: INVARIANTS });
  return { ran: [...others.ran, ...invariants.ran], failed: invariants.failed };
}

async function test(
  hre: HardhatRuntimeEnvironment,
  filter: { grep?: string; grepExclude?: string },
): Promise<Outcome> {
  const result: { value?: SuiteResults; error?: SuiteResults } = await hre.tasks
    .getTask(["test", "solidity"])
    .run({ noCompile: true, ...filter });
  const suites = (result.value ?? result.error)?.suiteResults ?? [];
  const tests = suites.flatMap(({ id, testResults }) =>
    testResults.map(({ name, status }) => ({ name: `${id.name}: ${name}`, status })),
  );
  const failed = tests
    .filter(({ status, name }) => status === "Failure" && !OF_OPTIMISED_CODE.test(name))
    .map(({ name }) => name);
  return { ran: tests.map(({ name }) => name), failed };
}

// Whoever gave the orders is gone.
process.on("disconnect", () => process.exit());
process.on("message", (order: Order) => {
  carryOut(order).then(
    (outcome) => process.send?.({ outcome } satisfies Reply),
    (error: unknown) =>
      process.send?.({ error: String(error instanceof Error ? error.stack : error) } satisfies Reply),
  );
});
