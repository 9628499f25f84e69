import { hostname } from "node:os";
import { join } from "node:path";
import type { AddressBook } from "../../src/chain/address-book.ts";
import { fail } from "../../src/errors.ts";
import { bundleExplorer } from "../../src/explorer/bundle.ts";
import { explorerPage, explorerRoutes } from "../../src/explorer/routes.ts";
import { jobMetrics, openJobs, type ProofJobs, remoteProver } from "../../src/jobs/index.ts";
import type { Logger } from "../../src/log.ts";
import { openRegistry } from "../../src/metrics/index.ts";
import { MAX_SEGMENTS } from "../../src/model/index.ts";
import type { Circuit } from "../../src/node/segment-run.ts";
import { freePort } from "../../src/network/free-port.ts";
import { rpcLog } from "../../src/rpc/log.ts";
import { rpcMetrics } from "../../src/rpc/metrics.ts";
import { openRpcServer } from "../../src/rpc/server.ts";
import { openAuditor } from "../../src/sequencing/audit.ts";
import { nodeChecks } from "../../src/sequencing/health.ts";
import { workOfNode, workOfPool } from "../../src/sequencing/proof-work.ts";
import { sequencerMetrics } from "../../src/sequencing/metrics.ts";
import { openSequencer, type SequencerService, type ServiceOptions } from "../../src/sequencing/service.ts";
import { PREVENTIVE, type ProverFor } from "../../src/sequencing/upkeep.ts";
import { openStore, type Store } from "../../src/store/index.ts";
import { action, type Context } from "../support/action.ts";
import { auditSecret } from "../support/audit-secret.ts";
import {
  parseChoice,
  parseEtherAmount,
  parseMilliseconds,
  parseNatural,
  parsePort,
  parsePositive,
} from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { logOf, watch } from "../support/monitoring.ts";
import type { MonitoringArgs } from "../support/monitoring-options.ts";
import { describeError } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { interrupted } from "../support/service.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  from: string;
  feeRecipient: string | undefined;
  baseFee: string;
  database: string | undefined;
  host: string;
  port: string;
  url: string | undefined;
  cors: string;
  segmentTime: string;
  batchTime: string;
  maxL1Fee: string | undefined;
  maxSegments: string | undefined;
  recordsPerSegment: string | undefined;
  requestsPerSecond: string;
  queueDepth: string;
  poolSize: string;
  poolPerSender: string;
  checkOneIn: string;
  prover: string | undefined;
  prove: string;
  audit: string | undefined;
  auditSilence: string;
  provingWorkers: string;
  riskRate: string;
  riskDoubt: string;
  lease: string;
  heartbeat: boolean;
  explorer: string;
} & MonitoringArgs;

/** No node is reached by these, but by itself. */
const EVERYWHERE = ["0.0.0.0", "::"];

/** Nonces may come in any order, but not from far ahead. */
const NONCE_GAP = 64;

/** The same failure is told again after this long. */
const REPEAT_MS = 60_000;

export default action<Args>(async (args, context) => {
  const { host } = args;
  const log = logOf(args);
  const explorer =
    parseChoice(args.explorer, "--explorer", ["on", "off"]) === "on" ? bundleExplorer() : undefined;
  const port = parsePort(args.port, "--port") || (await freePort(host));
  if (args.url === undefined && EVERYWHERE.includes(host)) {
    const expected = `an address by which other nodes reach this one, as it listens on ${host}`;
    fail("ARGUMENT_INVALID", { argument: "--url", expected, actual: "nothing" });
  }
  const url = args.url ?? `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const workspace = await openWorkspace(context, args, { l1Cache: `l1-sequencer-${port}` });
  const { node, folder, book } = workspace;
  const store = await openStore(args.database || process.env.LUNTRA_DATABASE || join(folder, "database"));
  const signer = await workspace.signer(args.from);
  const circuit = await openProver(context, book, args);
  // Nobody else can open an embedded database: a pool would have no workers, and every challenge would be lost.
  const who = parseChoice(args.prover ?? (store.kind === "pglite" ? "here" : "pool"), "--prover", [
    ...(store.kind === "pglite" ? [] : (["pool"] as const)),
    ...(["here", "none"] as const),
  ]);
  const jobs = who === "pool" ? await openPool(store, book, context) : undefined;
  const prover: ProverFor | undefined =
    jobs === undefined
      ? () => circuit
      : ({ purpose, deadline }) => remoteProver(jobs, { purpose, deadline: () => deadline });
  const options = {
    ...(await optionsOf(args, circuit, workspace)),
    ...(who === "none" ? {} : { prover }),
    ...auditOf(args, context),
    // Workers of any number of machines share what is asked for: a whole batch.
    ...(who === "pool" ? { proofs: MAX_SEGMENTS } : {}),
  };
  const lease = { holder: `${hostname()}:${port}`, url, ttlMs: parseMilliseconds(args.lease, "--lease") };
  const service = await openSequencer(node, store, signer, { ...options, lease });
  report(service, context, log);
  const registry = openRegistry();
  sequencerMetrics(registry, service);
  if (jobs !== undefined) jobMetrics(registry, jobs);
  const watched = await watch(args, registry, nodeChecks(service), host);
  await service.start();
  const observers = [rpcMetrics(registry), rpcLog(log)];
  const rpc = await openRpcServer({
    host,
    port,
    corsOrigins: args.cors === "*" ? "*" : args.cors.split(","),
    limits: { requestsPerSecond: Number(parseNatural(args.requestsPerSecond, "--requests-per-second")) },
    chain: service.engine.chain,
    pool: service.pool,
    node,
    risk: service.risk,
    forward: () => service.leader,
    leading: () => service.engine.leads,
    observe: (call) => {
      for (const observe of observers) observe(call);
    },
    proofs: jobs === undefined ? (who === "none" ? undefined : workOfNode(service)) : workOfPool(jobs),
    page: explorer && explorerPage(explorer),
    routes: (app) => {
      watched.routes(app);
      if (explorer !== undefined) explorerRoutes(app, explorer);
    },
  });
  const about = { rpc: rpc.url, websocket: rpc.wsUrl, l2ChainId: book.l2ChainId, database: store.kind };
  log.info({ event: "listening", ...about, metrics: watched.url }, "listening");
  context.emit({
    json: { event: "listening", ...about, ...(watched.url === undefined ? {} : { metrics: watched.url }) },
    lines: [
      ...(explorer === undefined ? [] : [`Explorer on ${rpc.url}`]),
      `JSON-RPC on ${rpc.url} and ${rpc.wsUrl}, chain id ${book.l2ChainId}; database: ${store.kind}`,
      ...(watched.url === undefined ? [] : [`Metrics and health on ${watched.url}`]),
    ],
  });
  const signal = await interrupted();
  context.progress(`${signal}: stopping`);
  log.info({ event: "stopping", signal }, "stopping");
  await rpc.close();
  await watched.close();
  await service.stop();
  await jobs?.close();
  await store.close();
  return { json: { event: "stopped", signal }, lines: ["Stopped."] };
});

/** Proofs are made by whoever runs `prover start` on the same database. */
async function openPool(
  store: Store,
  { l2ChainId, instance, verifiers }: AddressBook,
  { emit }: Context,
): Promise<ProofJobs> {
  const systems = verifiers.map(({ system }) => system);
  const onTrouble = (error: unknown) => {
    const { code, message } = describeError(error);
    emit({ json: { event: "trouble", code, message }, lines: [`proof jobs: ${code}: ${message}`] });
  };
  return await openJobs(store, { l2ChainId, instance, systems }, { onTrouble });
}

/** Somebody who runs every batch again, from L1 and the bytes to be sent alone. */
function auditOf({ audit: url, auditSilence }: Args, { emit }: Context): Pick<ServiceOptions, "audit"> {
  if (!url) return {};
  return {
    audit: openAuditor({
      url,
      secret: auditSecret(),
      silence: parseChoice(auditSilence, "--audit-silence", ["hold", "pass"] as const),
      onPassed: (error) => {
        const { code, message } = describeError(error);
        emit({ json: { event: "unaudited", code, message }, lines: [`Sent without an audit: ${message}`] });
      },
    }),
  };
}

async function optionsOf(
  args: Args,
  circuit: Circuit,
  { address }: Workspace,
): Promise<Omit<ServiceOptions, "lease">> {
  const { maxL1Fee, maxSegments, recordsPerSegment } = args;
  return {
    baseFee: parseEtherAmount(args.baseFee, "--base-fee"),
    feeRecipient: await address(args.feeRecipient ?? args.from),
    limits: {
      total: Number(parseNatural(args.poolSize, "--pool-size")),
      perSender: Number(parseNatural(args.poolPerSender, "--pool-per-sender")),
      nonceGap: NONCE_GAP,
    },
    queueDepth: Number(parseNatural(args.queueDepth, "--queue-depth")),
    policy: {
      segmentMs: parseMilliseconds(args.segmentTime, "--segment-time"),
      batchMs: parseMilliseconds(args.batchTime, "--batch-time"),
      ...(maxL1Fee === undefined ? {} : { maxL1BaseFee: parseEtherAmount(maxL1Fee, "--max-l1-fee") }),
    },
    ...(maxSegments === undefined
      ? {}
      : { maxSegments: Number(parseNatural(maxSegments, "--max-segments")) }),
    ...(recordsPerSegment === undefined
      ? {}
      : { recordsPerSegment: Number(parseNatural(recordsPerSegment, "--records-per-segment")) }),
    checks: { circuit, oneIn: Number(parseNatural(args.checkOneIn, "--check-one-in")) },
    heartbeat: args.heartbeat,
    prove: parseChoice(args.prove, "--prove", PREVENTIVE),
    risk: {
      workers: Number(
        parsePositive(parseNatural(args.provingWorkers, "--proving-workers"), "--proving-workers"),
      ),
      policy: {
        rateBps: parseNatural(args.riskRate, "--risk-rate"),
        doubtBps: parseNatural(args.riskDoubt, "--risk-doubt"),
      },
    },
  };
}

/** One line an event; an error that goes on, once a minute. */
function report({ events }: SequencerService, { emit }: Context, log: Logger): void {
  const say = (event: string, about: Readonly<Record<string, unknown>>, line: string) => {
    emit({ json: { event, ...about }, lines: [line] });
    if (event !== "failed") log.info({ event, ...about }, line);
  };
  let last = "";
  let toldAt = 0;
  events.on("leading", (epoch) => say("leading", { epoch }, `Leading, epoch ${epoch}`));
  events.on("standby", (epoch) => say("standby", { epoch }, `Another node leads; epoch ${epoch} is over`));
  events.on("committed", (id, took) => say("committed", { id, ...took }, `Sent batch ${id}`));
  events.on("done", (what, about) => say(what, about, `${what}: ${JSON.stringify(about, text)}`));
  events.on("failed", (what, error) => {
    const { code, message } = describeError(error);
    if (last === `${what} ${code}` && Date.now() - toldAt < REPEAT_MS) return;
    last = `${what} ${code}`;
    toldAt = Date.now();
    log.warn({ event: "failed", what, err: error }, `failed ${what}`);
    say("failed", { what, code, message }, `Failed ${what}, and will be tried again: ${code}: ${message}`);
  });
}

function text(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
