import { availableParallelism } from "node:os";
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { readAddressBook } from "../../src/chain/address-book.ts";
import { fail, isLuntraError } from "../../src/errors.ts";
import {
  jobMetrics,
  openJobs,
  proverProcess,
  startWorkers,
  type WorkerEvent,
  workerMetrics,
} from "../../src/jobs/index.ts";
import type { Logger } from "../../src/log.ts";
import { openRegistry } from "../../src/metrics/index.ts";
import { databaseCheck, openStore, type Store } from "../../src/store/index.ts";
import { action, type Context } from "../support/action.ts";
import { parseMilliseconds, parseNatural } from "../support/arguments.ts";
import { connect } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { logOf, watch } from "../support/monitoring.ts";
import type { MonitoringArgs } from "../support/monitoring-options.ts";
import { type Answer, describeError, short } from "../support/output.ts";
import { keysOf, openProver } from "../support/prover.ts";
import { interrupted } from "../support/service.ts";
import { placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  workers: string;
  database: string | undefined;
  timeout: string;
} & MonitoringArgs;

const RETRY_MS = 1_000;

/** Asks nothing of L1 and signs nothing: a prover needs the address book, the keys of the circuits, and the database. */
export default action<Args>(async (args, context) => {
  const workers = Number(parseNatural(args.workers, "--workers"));
  const timeoutMs = parseMilliseconds(args.timeout, "--timeout");
  const where = args.database || process.env.LUNTRA_DATABASE;
  if (where === undefined || where === "") {
    const expected = "the database that the node uses, here or in LUNTRA_DATABASE";
    fail("ARGUMENT_INVALID", { argument: "--database", expected, actual: "nothing" });
  }
  const { directory, name: book } = placeOf(context, await connect(context.hre), args);
  const { l2ChainId, instance, verifiers } = await readAddressBook(directory, book);
  // Anybody may see it on the explorer page: it says nothing of the machine.
  const name = randomBytes(3).toString("hex");
  // Makes or checks the keys once, so that no worker finds others.
  await openProver(context, { instance, verifiers }, args);
  const systems = verifiers.map(({ system }) => system);
  const threads = Math.max(1, Math.floor(availableParallelism() / workers));
  const spec = { instance, systems, setups: keysOf(verifiers, args).setups, threads };

  const log = logOf(args);
  const ended = interrupted();
  const store = await openPatiently(where, context, ended);
  if (store === undefined) return stopped(await ended);
  const onTrouble = (error: unknown) => {
    log.warn({ event: "trouble", err: error }, "trouble with the database");
    context.emit(trouble(error));
  };
  const jobs = await openJobs(store, { l2ChainId, instance, systems }, { onTrouble });
  const registry = openRegistry();
  jobMetrics(registry, jobs);
  const count = workerMetrics(registry);
  const watched = await watch(args, registry, [databaseCheck(store)]);
  const pool = startWorkers(jobs, {
    workers,
    name,
    timeoutMs,
    openProver: () => proverProcess(spec),
    onEvent: (event) => {
      count(event);
      logEvent(log, event);
      context.emit(told(event));
    },
  });
  const metrics = watched.url === undefined ? {} : { metrics: watched.url };
  context.emit({
    json: { event: "ready", name, workers, instance, systems, database: store.kind, ...metrics },
    lines: [
      `${workers} worker(s) of prover ${name} prove for L2 chain ${l2ChainId}: ${systems.join(", ")} (${instance})`,
      ...(watched.url === undefined ? [] : [`Metrics and health on ${watched.url}`]),
    ],
  });
  const signal = await ended;
  context.progress(`${signal}: stopping`);
  log.info({ event: "stopping", signal }, "stopping");
  await watched.close();
  await pool.stop();
  await jobs.close();
  await store.close();
  return stopped(signal);
});

/** Waits for a database that is not there yet; undefined if the task ends before it is. */
async function openPatiently(
  where: string,
  { emit }: Context,
  ended: Promise<unknown>,
): Promise<Store | undefined> {
  let told = false;
  for (;;) {
    try {
      return await openStore(where);
    } catch (error) {
      if (!isLuntraError(error, "STORE_UNAVAILABLE")) throw error;
      if (!told) emit(trouble(error));
      told = true;
      if (await Promise.race([ended.then(() => true), sleep(RETRY_MS, false)])) return undefined;
    }
  }
}

function stopped(signal: unknown): Answer {
  return { json: { event: "stopped", signal }, lines: ["Stopped."] };
}

function trouble(error: unknown): Answer {
  const { code, message } = describeError(error);
  return { json: { event: "trouble", code, message }, lines: [`waiting: ${code}: ${message}`] };
}

function logEvent(log: Logger, event: WorkerEvent): void {
  if ("error" in event) {
    const { error, ...about } = event;
    log.warn({ ...about, err: error }, lineOf(event));
  } else log.info(event, lineOf(event));
}

function told(event: WorkerEvent): Answer {
  return {
    json: "error" in event ? { ...event, error: describeError(event.error) } : event,
    lines: [lineOf(event)],
  };
}

function lineOf(event: WorkerEvent): string {
  const who = `worker ${event.worker}`;
  if (event.event === "waiting") return `${who}: waiting: ${describeError(event.error).message}`;
  if (event.event === "failed") {
    const { code, message } = describeError(event.error);
    return `${who}: job ${event.job} failed${event.again ? "" : " for good"}: ${code}: ${message}`;
  }
  const what = `segment ${event.segment} of batch ${short(event.batchId)}`;
  switch (event.event) {
    case "proving":
      return `${who}: proving ${what}${event.try > 1 ? ` (try ${event.try})` : ""}`;
    case "proved":
      return `${who}: proved ${what} in ${event.ms} ms`;
    case "lost":
      return `${who}: ${what} is somebody else's now, or not wanted any more`;
    case "handed-back":
      return `${who}: handed back ${what}`;
  }
}
