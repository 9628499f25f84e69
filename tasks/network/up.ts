import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { JsonRpcProvider } from "ethers";
import { z } from "zod";
import { LOCAL_CHAIN } from "../../src/chain/local-chain.ts";
import { fail } from "../../src/errors.ts";
import { freePort } from "../../src/network/free-port.ts";
import { HARDHAT_CLI } from "../../src/network/hardhat-cli.ts";
import { Supervisor } from "../../src/network/supervisor.ts";
import { isConnectionString, openStore, serveStore } from "../../src/store/index.ts";
import { alertSchema } from "../../src/watchtower/alert.ts";
import { action, type Context } from "../support/action.ts";
import { parseMilliseconds, parseNatural, parsePort } from "../support/arguments.ts";
import { buildContracts } from "../support/build.ts";
import type { CommonArgs } from "../support/define.ts";
import { facts } from "../support/output.ts";
import { interrupted } from "../support/service.ts";

type Args = CommonArgs & {
  l1Port: string;
  port: string;
  nodes: string;
  provers: string;
  watchtowers: string;
  audit: boolean;
  database: string | undefined;
  folder: string | undefined;
  blockTime: string;
  batchTime: string;
  challengeWindow: string;
  provingWindow: string;
  prove: string;
  riskRate: string;
  riskDoubt: string;
  proofSystem: string;
  instance: string | undefined;
};

const HOST = "127.0.0.1";
/** Account of the local chain that commits; the tour's. */
const SEQUENCER = "1";
const BOND = "20ether";
/** Of a watchtower: challenges lock less than the batches of a sequencer. */
const WATCH_BOND = "5ether";
const L1_READY_MS = 60_000;

const deployed = z.object({ l2ChainId: z.string(), demoToken: z.string(), path: z.string() });

const alerted = z.object({ alert: alertSchema });

export default action<Args>(async (args, context) => {
  await buildContracts(context);
  const temporary = args.folder === undefined ? await mkdtemp(join(tmpdir(), "luntra-network-")) : undefined;
  const folder = temporary ?? resolve(args.folder as string);
  const stopping: (() => Promise<void>)[] = [];
  const stopAll = async () => {
    for (let stop = stopping.pop(); stop !== undefined; stop = stopping.pop()) await stop();
  };
  const ended = interrupted();
  const running = run(args, context, folder, stopping);
  try {
    const why = await Promise.race([ended, running]);
    context.progress(`${why}: stopping`);
    return { json: { event: "stopped", why }, lines: ["Stopped."] };
  } finally {
    await stopAll();
    // Stopped in the middle, it fails, and nobody minds; what it was opening then is closed, too.
    running.catch(stopAll);
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  }
});

/** Until a process is gone that cannot be started again: PROCESS_FAILED. */
async function run(
  args: Args,
  context: Context,
  folder: string,
  stopping: (() => Promise<void>)[],
): Promise<never> {
  const { progress, emit } = context;
  const supervisor = new Supervisor();
  stopping.push(() => supervisor.stop());
  const lost = new Promise<string>((done) => supervisor.events.once("lost", done));
  tellEvents(supervisor, context);

  const l1Port = parsePort(args.l1Port, "--l1-port") || (await freePort());
  const l1 = `http://${HOST}:${l1Port}`;
  const hardhat = hardhatOf(context, {
    LUNTRA_RPC_URL: l1,
    LUNTRA_DEPLOYMENTS: join(folder, "deployments"),
    LUNTRA_PARENT: String(process.pid),
  });
  progress(`L1 on ${l1}`);
  await supervisor.start(hardhat("l1", ["node", "--hostname", HOST, "--port", String(l1Port)]));
  await l1Ready(l1, parseMilliseconds(args.blockTime, "--block-time"));

  progress("deploying the rollup");
  const { l2ChainId, demoToken, path } = deployed.parse(
    await supervisor.once(hardhat("deploy", deployTask(args))),
  );
  await supervisor.once(hardhat("bond", ["bond", "deposit", "--from", SEQUENCER, "--amount", BOND]));

  const watchtowers = Number(parseNatural(args.watchtowers, "--watchtowers"));
  const audit = args.audit && watchtowers > 0 ? await freePort() : undefined;
  const auditing = { LUNTRA_AUDIT_SECRET: randomBytes(32).toString("hex") };
  for (let i = 0; i < watchtowers; i++) {
    const account = watchAccount(i);
    progress(`watchtower ${i}, account ${account}`);
    const bond = ["bond", "deposit", "--from", account, "--amount", WATCH_BOND];
    await supervisor.once(hardhat(`watch-bond-${i}`, bond));
    const state = { LUNTRA_STATE: join(folder, `watchtower-${i}`), ...auditing };
    const task = ["watchtower", "start", "--from", account, "--own", SEQUENCER];
    const audits = i === 0 && audit !== undefined ? ["--audit-port", String(audit)] : [];
    await supervisor.start({
      ...hardhat(`watchtower-${i}`, [...task, ...audits], state),
      restart: true,
      ready: says("watching"),
    });
  }

  const database = await openDatabase(args, folder, stopping);
  const nodes = Number(parseNatural(args.nodes, "--nodes"));
  const urls: string[] = [];
  for (let i = 0; i < nodes; i++) {
    const port = (i === 0 ? parsePort(args.port, "--port") : 0) || (await freePort());
    const state = { LUNTRA_DATABASE: database, LUNTRA_STATE: join(folder, `node-${i}`), ...auditing };
    const task = ["sequencer", "start", "--from", SEQUENCER, "--port", String(port)];
    const workers = ["--proving-workers", args.provers === "0" ? "1" : args.provers];
    const risk = ["--risk-rate", args.riskRate, "--risk-doubt", args.riskDoubt, ...workers];
    const tuning = ["--batch-time", args.batchTime, "--prove", args.prove, ...risk];
    const audited = audit === undefined ? [] : ["--audit", `http://${HOST}:${audit}`];
    progress(`sequencer node on http://${HOST}:${port}`);
    await supervisor.start({
      ...hardhat(`node-${i}`, [...task, ...tuning, ...audited], state),
      restart: true,
      ready: says("listening"),
    });
    urls.push(`http://${HOST}:${port}`);
  }
  for (let i = 0; i < Number(parseNatural(args.provers, "--provers")); i++) {
    const state = { LUNTRA_DATABASE: database, LUNTRA_STATE: join(folder, `prover-${i}`) };
    const task = hardhat(`prover-${i}`, ["prover", "start", "--workers", "1"], state);
    await supervisor.start({ ...task, restart: true, ready: says("ready") });
  }

  const rpc = urls[0] ?? "none";
  // Its password is nobody's who reads the output.
  const kind = isConnectionString(database) ? "postgres" : "pglite";
  emit({
    json: {
      event: "ready",
      l1,
      rpc,
      urls,
      l2ChainId,
      demoToken,
      path,
      database: kind,
      pids: supervisor.pids(),
    },
    lines: [
      "",
      ...facts({
        Explorer: urls.join(", "),
        "L2 JSON-RPC": urls.map((url) => `${url}  ${url.replace("http", "ws")}`).join(", "),
        "L2 chain id": l2ChainId,
        "L1 JSON-RPC": `${l1}, chain id 31337`,
        "Demo token": demoToken,
        "Address book": path,
        Environment: `LUNTRA_RPC_URL=${l1} LUNTRA_DEPLOYMENTS=${join(folder, "deployments")}`,
      }),
      "Ctrl-C stops everything.",
    ],
  });
  return fail("PROCESS_FAILED", { name: await lost, how: "it ended, and cannot be started again" });
}

/** The tour's watchtower first; 3 to 5 are users. */
function watchAccount(index: number): string {
  return index === 0 ? "2" : String(index + 5);
}

function deployTask({ challengeWindow, provingWindow, proofSystem, instance }: Args): string[] {
  const seconds = (text: string, argument: string) => String(parseMilliseconds(text, argument) / 1000);
  return [
    ...["rollup", "deploy", "--demo-token", "--proof-system", proofSystem],
    ...["--challenge-window", seconds(challengeWindow, "--challenge-window")],
    ...["--proving-window", seconds(provingWindow, "--proving-window")],
    ...(instance === undefined ? [] : ["--instance", instance]),
  ];
}

/** How a task of this project runs as a process of its own. */
function hardhatOf({ hre }: Context, common: Readonly<Record<string, string>>) {
  return (name: string, task: readonly string[], env: Readonly<Record<string, string>> = {}) => {
    const local = task[0] === "node" ? task : ["--network", "localhost", ...task, "--json"];
    const command: [string, ...string[]] = [process.execPath, HARDHAT_CLI, ...local];
    return { name, command, cwd: hre.config.paths.root, env: { ...common, ...env }, restart: false };
  };
}

/** Whether a line of JSON is that event. */
function says(event: string) {
  return (line: string) => line.startsWith(`{"event":"${event}"`);
}

/** Waits for L1, and has it make a block now and then, so that time goes on while nobody sends anything. */
async function l1Ready(url: string, blockMs: number): Promise<void> {
  const provider = new JsonRpcProvider(url, LOCAL_CHAIN, { staticNetwork: true });
  const deadline = Date.now() + L1_READY_MS;
  try {
    for (;;) {
      try {
        await provider.send("evm_setIntervalMining", [blockMs]);
        return;
      } catch (error) {
        if (Date.now() > deadline) fail("L1_UNAVAILABLE", { what: url, reason: "it does not answer" }, error);
        await sleep(100);
      }
    }
  } finally {
    provider.destroy();
  }
}

/** PostgreSQL as given; else an embedded one, which lives in this process and which the others reach through a port. */
async function openDatabase(args: Args, folder: string, stopping: (() => Promise<void>)[]): Promise<string> {
  const where = args.database || process.env.LUNTRA_DATABASE || join(folder, "database");
  if (isConnectionString(where)) return where;
  const store = await openStore(where);
  // Before those that end earlier: nodes hand over and provers hand back through it.
  stopping.unshift(() => store.close());
  if (store.kind !== "pglite") return where;
  const server = await serveStore(store);
  stopping.splice(1, 0, () => server.close());
  return server.connectionString;
}

function tellEvents({ events }: Supervisor, { emit }: Context): void {
  events.on("died", (name, how) =>
    emit({ json: { event: "died", name, how }, lines: [`${name} died: ${how}`] }),
  );
  // What watchtowers have to say is for whoever started this.
  events.on("line", (name, line) => {
    if (!line.startsWith('{"event":"alert"')) return;
    const { alert } = alerted.parse(JSON.parse(line));
    const lines = [`${name}: ${alert.severity === "info" ? "" : "ALERT "}${alert.message}`];
    emit({ json: { event: "alert", name, alert }, lines });
  });
  events.on("started", (name, pid) => emit({ json: { event: "started", name, pid }, lines: [] }));
}
