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
  /** Names of tests that take long: they run when no other fails. */
  readonly slow?: readonly string[];
  /** Leaves the slow tests and the invariants out. */
  readonly fastOnly?: boolean;
}

export interface Outcome {
  /** Each test that ran, a set-up that failed counting as one. */
  readonly ran: readonly Ran[];
  /** "Suite: test()" of those that failed. */
  readonly failed: readonly string[];
}

export interface Ran {
  /** "Suite: test()" */
  readonly name: string;
  readonly ms: number;
}

export type Reply = { readonly outcome: Outcome } | { readonly error: string };

interface SuiteResults {
  readonly suiteResults: readonly {
    readonly id: { readonly name: string };
    readonly testResults: readonly {
      readonly name: string;
      readonly status: string;
      readonly durationNs: bigint;
    }[];
  }[];
}

/** They take as long as all other tests, and are seldom needed to kill. */
const INVARIANTS = "^invariant";

/** Tests that count the gas of optimised code, which the copy with all mutants is not. */
const OF_OPTIMISED_CODE = [
  "test_every_step_and_every_refusal_is_reached",
  "test_starved_of_gas_nothing_is_decided_by_a_verifier_that_spends_much",
  "test_starved_of_gas_a_verifier_that_spends_much_freezes_nothing",
];

const named = (names: readonly string[]) => `^(${names.join("|")})\\(`;

async function carryOut(order: Order): Promise<Outcome> {
  const { folder, viaIR, what } = order;
  process.chdir(folder);
  process.env[MUTANT_VARIABLE] = what === "build" ? "0" : String(what);
  const config = join(folder, "hardhat.config.ts");
  const hre = await createHardhatRuntimeEnvironment(mutationConfig(viaIR), { config }, folder);
  if (what === "build") {
    await hre.tasks.getTask("build").run({ quiet: true });
    return { ran: [], failed: [] };
  }
  const ran: Ran[] = [];
  for (const stage of stagesOf(order)) {
    const outcome = await test(hre, stage);
    ran.push(...outcome.ran);
    if (outcome.failed.length > 0) return { ran, failed: outcome.failed };
  }
  return { ran, failed: [] };
}

interface Filter {
  readonly grep?: string;
  readonly grepExclude?: string;
}

/** The next one runs if the one before it kills nothing. */
function stagesOf({ first = [], slow = [], fastOnly = false }: Order): Filter[] {
  const likely = first.length > 0 ? [{ grep: named(first) }] : [];
  const fast = { grepExclude: `${INVARIANTS}|${named([...OF_OPTIMISED_CODE, ...slow])}` };
  if (fastOnly) return [...likely, fast];
  return [...likely, fast, ...(slow.length > 0 ? [{ grep: named(slow) }] : []), { grep: INVARIANTS }];
}

async function test(hre: HardhatRuntimeEnvironment, filter: Filter): Promise<Outcome> {
  const result: { value?: SuiteResults; error?: SuiteResults } = await hre.tasks
    .getTask(["test", "solidity"])
    .run({ noCompile: true, ...filter });
  const suites = (result.value ?? result.error)?.suiteResults ?? [];
  const tests = suites.flatMap(({ id, testResults }) =>
    testResults.map(({ name, status, durationNs }) => ({
      name: `${id.name}: ${name}`,
      status,
      ms: Number(durationNs) / 1e6,
    })),
  );
  return {
    ran: tests.map(({ name, ms }) => ({ name, ms })),
    failed: tests.filter(({ status }) => status === "Failure").map(({ name }) => name),
  };
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
