// A prover in a process of its own, for tests that kill it: `child.ts WHERE` says its events, a line each.

import { openJobs, proverProcess, startWorkers } from "../../src/jobs/index.ts";
import { openStore } from "../../src/store/index.ts";
import { DEPLOYMENT, SPEC } from "./support.ts";

const store = await openStore(process.argv[2] ?? "");
const jobs = await openJobs(store, DEPLOYMENT, { silenceMs: 2_000 });
startWorkers(jobs, {
  workers: 1,
  openProver: () => proverProcess(SPEC),
  onEvent: (event) => process.stdout.write(`${event.event} ${"segment" in event ? event.segment : ""}\n`),
});
process.stdout.write("ready\n");
