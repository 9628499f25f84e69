// Changes the contracts in one small way at a time and runs the Solidity tests: some test must fail. `npm run test:mutation`.
//   --only ID            that mutant alone, with the tests that kill it; may be given several times
//   --sample N --seed S  N of them, always the same for a seed
//   --workers N          processes at a time (2)
// Exits non-zero for a survivor that survivors.json does not explain, and for an entry there that is out of date.

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { Killers } from "./killers.ts";
import type { Mutant } from "./mutants.ts";
import { NoReply, runMocha, Worker, withWorkers } from "./pool.ts";
import { type Prepared, prepare, ROOT, seal } from "./project.ts";
import { describe, judge, type Result, readSurvivors, sample } from "./verdict.ts";

const CACHE = join(ROOT, ".cache", "mutation");
const BUILD_SECONDS = 1800;
/** Many times what an honest run takes. A mutant that takes longer counts as killed: a test would time out. */
const TEST_SECONDS = 120;
const MODEL_SECONDS = 600;

/** Libraries that tests in Solidity use, too: what they compute is compared with the TypeScript model. */
const COMPARED_WITH_MODEL = /^contracts\/(da|libraries|types)\//;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true },
    sample: { type: "string" },
    seed: { type: "string", default: "1" },
    workers: { type: "string", default: "2" },
  },
});

const prepared = await ready();
const chosen = choose(prepared.mutants);
const killers = await Killers.read(join(CACHE, "killers.json"));
const results = await runAll(prepared, chosen);
await killers.write();
process.exitCode = await report(prepared, results);

async function ready(): Promise<Prepared> {
  const { prepared, fresh } = await prepare(join(CACHE, "project"));
  const { folder, viaIR } = prepared;
  const worker = new Worker();
  try {
    if (fresh) {
      console.log(`building the contracts with ${prepared.mutants.length} mutants in them`);
      await worker.run({ folder, viaIR, what: "build" }, BUILD_SECONDS);
    }
    const { ran, failed } = await worker.run({ folder, viaIR, what: 0 }, TEST_SECONDS);
    if (ran === 0 || failed.length > 0) {
      throw new Error(
        `Without a mutant, ${failed.length} of ${ran} tests fail: ${failed.slice(0, 5).join(", ")}`,
      );
    }
    const model = await runMocha(folder, 0, MODEL_SECONDS);
    if (model.ran === 0 || model.failed.length > 0) {
      throw new Error(`Without a mutant, the contracts differ from the model: ${model.failed.join(", ")}`);
    }
    console.log(`without a mutant all ${ran + model.ran} tests pass`);
  } finally {
    worker.stop();
  }
  if (fresh) await seal(prepared);
  return prepared;
}

function choose(mutants: readonly Mutant[]): readonly Mutant[] {
  if (values.only !== undefined) {
    return values.only.map((id) => {
      const mutant = mutants.find((its) => its.id === id);
      if (mutant === undefined) throw new Error(`No mutant has the id ${id}.`);
      return mutant;
    });
  }
  return values.sample === undefined ? mutants : sample(mutants, Number(values.sample), Number(values.seed));
}

async function runAll(prepared: Prepared, mutants: readonly Mutant[]): Promise<Result[]> {
  const results: Result[] = [];
  await withWorkers(mutants, Number(values.workers), async (mutant, worker) => {
    const result = await runOne(prepared, mutant, worker);
    results.push(result);
    if (result.verdict === "survived" || values.only !== undefined) {
      console.log(`${result.verdict}: ${describe(mutant)}`);
      for (const test of result.by) console.log(`      ${test}`);
    }
    if (results.length % 100 === 0) console.log(`${results.length} of ${mutants.length}`);
  });
  return results;
}

async function runOne(prepared: Prepared, mutant: Mutant, worker: Worker): Promise<Result> {
  const what = prepared.mutants.indexOf(mutant) + 1;
  try {
    // Asked about one mutant, show all tests that kill it.
    const first = values.only === undefined ? killers.likely(mutant) : [];
    const order = { folder: prepared.folder, viaIR: prepared.viaIR, what, first };
    const { failed } = await worker.run(order, TEST_SECONDS);
    killers.note(mutant, failed);
    if (failed.length === 0 && COMPARED_WITH_MODEL.test(mutant.file)) {
      const { failed: byModel } = await runMocha(prepared.folder, what, MODEL_SECONDS);
      return { mutant, verdict: byModel.length > 0 ? "killed" : "survived", by: byModel };
    }
    return { mutant, verdict: failed.length > 0 ? "killed" : "survived", by: failed };
  } catch (error) {
    if (error instanceof NoReply) return { mutant, verdict: "killed", by: [error.message] };
    throw error;
  }
}

async function report({ mutants, notCompilable }: Prepared, results: readonly Result[]): Promise<number> {
  const verdict = judge(results, await readSurvivors(), mutants);
  if (values.only !== undefined)
    for (const { by } of results) console.log(by.map((test) => `  ${test}`).join("\n"));
  const path = join(CACHE, "report.json");
  await writeFile(path, JSON.stringify({ ...verdict, notCompilable, results }, undefined, 2));
  console.log(
    `${results.length} mutants: ${verdict.killed} killed, ${verdict.survived} survived; ` +
      `${notCompilable.length} do not compile. All results: ${path}`,
  );
  for (const mutant of verdict.unexplained)
    console.error(`no test kills, and no reason is given: ${describe(mutant)}`);
  for (const { id, where, original } of verdict.stale) {
    console.error(`survivors.json is out of date, was killed or is no more: ${id} ${where} ${original}`);
  }
  return verdict.unexplained.length + verdict.stale.length > 0 ? 1 : 0;
}
