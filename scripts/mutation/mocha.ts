// A process of its own in the copy with all mutants: runs the mocha tests that compare contracts with the model, with the
// mutant that the environment names. Sends an Outcome to its parent.

import { join } from "node:path";
import Mocha from "mocha";
import type { Outcome, Ran } from "./worker.ts";

/** What libraries compute, against the TypeScript model. */
const FILES = ["poseidon2.test.ts", "segments.test.ts"];

const mocha = new Mocha({ timeout: 120_000, reporter: "min" });
// The copy is built without the optimizer: gas says nothing there.
mocha.grep(/gas/);
mocha.invert();
for (const file of FILES) mocha.addFile(join(import.meta.dirname, "../../test/contracts", file));
await mocha.loadFilesAsync();

const outcome: { ran: Ran[]; failed: string[] } = { ran: [], failed: [] };
mocha
  .run(() => process.send?.(outcome satisfies Outcome))
  .on("test end", (test) => outcome.ran.push({ name: test.fullTitle(), ms: test.duration ?? 0 }))
  .on("fail", (test) => outcome.failed.push(`model: ${test.fullTitle()}`));
