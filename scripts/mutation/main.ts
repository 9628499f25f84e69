// Changes the contracts in one small way at a time and runs the Solidity tests: some test must fail. `npm run test:mutation`.
//   --only ID            that mutant alone, with the tests that kill it; may be given several times
//   --survivors          those that were not killed the last time, whatever has changed since
//   --sample N --seed S  N of them, always the same for a seed
//   --workers N          processes at a time (2)
// Verdicts are kept as they are reached: stopped and started again, a run goes on where it was. Exits non-zero for a
// survivor that survivors.json does not explain, and for an entry there that is out of date.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { judgeOne, MODEL_SECONDS } from "./judge.ts";
import { Killers, slowOf } from "./killers.ts";
import type { Mutant } from "./mutants.ts";
import { runMocha, Worker, withWorkers } from "./pool.ts";
import { type Prepared, prepare, ROOT, seal } from "./project.ts";
import { describe, judge, type Result, readSurvivors, sample } from "./verdict.ts";
import { Verdicts } from "./verdicts.ts";
import type { Ran } from "./worker.ts";

const CACHE = join(ROOT, ".cache", "mutation");
const BUILD_SECONDS = 1800;
/** What all tests may take without a mutant, on a slow machine. */
const TEST_SECONDS = 600;
/** A mutant that takes so many times what no mutant takes does not come to an end. */
const PATIENCE = 8;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    survivors: { type: "boolean", default: false },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
  },
});

const { prepared, tests, seconds } = await ready();
const verdicts = await Verdicts.open(join(CACHE, "verdicts.jsonl"), prepared.key);
process.exitCode = await report(prepared, await runAll(choose(prepared.mutants)));

/** Builds the copy if need be, and sees that all tests pass with no mutant on. */
async function ready(): Promise<{ prepared: Prepared; tests: readonly Ran[]; seconds: number }> {
  const { prepared, fresh } = await prepare(join(CACHE, "project"));
  const { folder, viaIR } = prepared;
  const worker = new Worker();
  try {
    if (fresh) {
      console.log(`building the contracts with ${prepared.mutants.length} mutants in them`);
      await worker.run({ folder, viaIR, what: "build" }, BUILD_SECONDS);
      await seal(prepared);
    }
    const started = performance.now();
    const { ran, failed } = await worker.run({ folder, viaIR, what: 0 }, TEST_SECONDS);
    const seconds = (performance.now() - started) / 1000;
    if (ran.length === 0 || failed.length > 0) {
      throw new Error(
        `Without a mutant, ${failed.length} of ${ran.length} tests fail: ${failed.slice(0, 5).join(", ")}`,
      );
    }
    const model = await runMocha(folder, 0, MODEL_SECONDS);
    if (model.ran.length === 0 || model.failed.length > 0) {
      throw new Error(`Without a mutant, the contracts differ from the model: ${model.failed.join(", ")}`);
    }
    console.log(
      `without a mutant all ${ran.length + model.ran.length} tests pass, in Solidity in ${Math.round(seconds)} s`,
    );
    return { prepared, tests: ran, seconds };
  } finally {
    worker.stop();
  }
}

function choose(mutants: readonly Mutant[]): readonly Mutant[] {
  if (values.only !== undefined) {
    return values.only.map((id) => {
      const mutant = mutants.find((its) => its.id === id);
      if (mutant === undefined) throw new Error(`No mutant has the id ${id}.`);
      return mutant;
    });
  }
  if (values.survivors) {
    const left = verdicts.notKilled();
    return mutants.filter(({ id }) => left.has(id));
  }
  return values.sample === undefined ? mutants : sample(mutants, Number(values.sample), Number(values.seed));
}

/** All with the fast tests first: what they let live is few, and costs most of the time. */
async function runAll(mutants: readonly Mutant[]): Promise<Result[]> {
  const again = new Set(values.only);
  const known = (mutant: Mutant) => (again.has(mutant.id) ? undefined : verdicts.of(mutant)?.verdict);
  const fresh = mutants.filter((mutant) => known(mutant) === undefined);
  if (fresh.length < mutants.length) {
    console.log(`${mutants.length - fresh.length} of ${mutants.length} were judged before`);
  }
  const killers = new Killers(tests.map(({ name }) => name));
  for (const line of verdicts.all) killers.note(line, line.by);
  if (values.only === undefined) await runEach(fresh, killers, true);
  const spared = (mutant: Mutant) => [undefined, "spared"].includes(known(mutant));
  await runEach(mutants.filter(spared), killers, false);
  return mutants.flatMap((mutant) => {
    const reached = verdicts.of(mutant);
    return reached === undefined ? [] : [{ mutant, verdict: reached.verdict, by: reached.by }];
  });
}

async function runEach(mutants: readonly Mutant[], killers: Killers, fastOnly: boolean): Promise<void> {
  const slow = slowOf(tests);
  const limit = Math.max(TEST_SECONDS / 5, PATIENCE * seconds);
  let done = 0;
  await withWorkers(mutants, Number(values.workers), async (mutant, worker) => {
    // Asked about one mutant, show all tests that kill it.
    const likely = values.only === undefined ? killers.likely(mutant) : [];
    const first = fastOnly ? likely.filter((name) => !slow.includes(name)) : likely;
    const reached = await judgeOne(prepared, mutant, worker, { first, slow, fastOnly }, limit);
    killers.note(mutant, reached.by);
    await verdicts.add(mutant, reached);
    if (reached.verdict !== "killed" || values.only !== undefined) {
      console.log(`${reached.verdict}: ${describe(mutant)}`);
      for (const test of reached.by) console.log(`      ${test}`);
    }
    done += 1;
    if (done % 100 === 0 || done === mutants.length) {
      console.log(`${done} of ${mutants.length} have met ${fastOnly ? "the fast tests" : "all tests"}`);
    }
  });
}

async function report({ mutants, notCompilable }: Prepared, results: readonly Result[]): Promise<number> {
  const verdict = judge(results, await readSurvivors(), mutants);
  const path = join(CACHE, "report.json");
  await writeFile(path, JSON.stringify({ ...verdict, notCompilable, results }, undefined, 2));
  console.log(
    `${results.length} mutants: ${verdict.killed} killed, ${verdict.unfinished} of them by the time limit; ` +
      `${verdict.survived} survived; ${notCompilable.length} do not compile. All results: ${path}`,
  );
  for (const mutant of verdict.unexplained)
    console.error(`no test kills, and no reason is given: ${describe(mutant)}`);
  for (const { id, where, original } of verdict.stale) {
    console.error(`survivors.json is out of date, was killed or is no more: ${id} ${where} ${original}`);
  }
  return verdict.unexplained.length + verdict.stale.length > 0 ? 1 : 0;
}
