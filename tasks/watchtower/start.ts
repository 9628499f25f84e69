import { join } from "node:path";
import type { AuditAnswer } from "../../src/node/audit-protocol.ts";
import type { Node } from "../../src/node/node.ts";
import { openRegistry } from "../../src/metrics/index.ts";
import { lockFolder } from "../../src/store/index.ts";
import { AlertBook } from "../../src/watchtower/alert-book.ts";
import { auditCommit } from "../../src/watchtower/audit.ts";
import { type AuditServer, openAuditServer } from "../../src/watchtower/audit-server.ts";
import { Ledger } from "../../src/watchtower/ledger.ts";
import type { Limits } from "../../src/watchtower/limits.ts";
import { watchtowerChecks, watchtowerMetrics } from "../../src/watchtower/metrics.ts";
import { Purse } from "../../src/watchtower/purse.ts";
import { WatchtowerService } from "../../src/watchtower/service.ts";
import { deliverAlerts, targetOf } from "../../src/watchtower/webhook.ts";
import { action } from "../support/action.ts";
import { auditSecret } from "../support/audit-secret.ts";
import {
  parseEtherAmount,
  parseMilliseconds,
  parseNatural,
  parsePort,
  parseUrl,
} from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { logOf, watch } from "../support/monitoring.ts";
import type { MonitoringArgs } from "../support/monitoring-options.ts";
import { interrupted } from "../support/service.ts";
import { openWorkspace } from "../support/workspace.ts";
import { parsePolicy, PROVING } from "./policy.ts";
import { NOTHING_TO_PROVE, proverOf } from "./proving.ts";
import { teller } from "./tell.ts";

type Args = DeploymentArgs & {
  from: string;
  policy: string;
  maxBond: string;
  maxGasPrice: string;
  gasBudget: string;
  budgetPeriod: string;
  leastBalance: string;
  webhook: string | undefined;
  own: string | undefined;
  database: string | undefined;
  auditPort: string | undefined;
  auditHost: string;
  l1: string | undefined;
  stagger: string;
  interval: string;
  confirmations: string;
} & MonitoringArgs;

export default action<Args>(async (args, context) => {
  const may = parsePolicy(args.policy, "--policy");
  const urls = listOf(args.webhook ?? process.env.LUNTRA_WEBHOOK).map((one) => parseUrl(one, "--webhook"));
  const limits = limitsOf(args);
  const witnesses = listOf(args.l1);
  // What one node said alone is not taken over by two.
  const l1Cache = `l1-watchtower-${args.from}${witnesses.length === 0 ? "" : "-witnessed"}`;
  const workspace = await openWorkspace(context, args, { l1Cache, witnesses });
  const { node, book } = workspace;
  const signer = await workspace.signer(args.from);
  const account = (await signer.getAddress()).toLowerCase();
  const folder = join(workspace.folder, `watchtower-${account}`);
  // Two with one account would take each other's nonces.
  const lock = await lockFolder(folder);
  const ended = interrupted();
  const tell = teller(context, logOf(args));

  const proving = may.some((its) => PROVING.includes(its));
  const { prover, standing, close } = proving
    ? await proverOf(args, context, book, tell.trouble)
    : NOTHING_TO_PROVE;
  const identity = { watchtower: account, chainId: String(book.chainId), rollup: book.addresses.rollup };
  const alerts = await AlertBook.open(join(folder, "alerts.json"), identity, {
    targets: urls.map(targetOf),
    graceMs: { "cannot-tell": GRACE_MS },
    onTrouble: tell.trouble("writing down alerts"),
  });
  alerts.events.on("alert", tell.alert);
  const ledger = await Ledger.open(
    join(folder, "spent.json"),
    account,
    tell.trouble("writing down what is spent"),
  );
  const purse = new Purse(node, signer, { limits, ledger });
  const service = new WatchtowerService(node, signer, purse, alerts, {
    policy: {
      may,
      confirmations: Number(parseNatural(args.confirmations, "--confirmations")),
      ...(prover === undefined ? {} : { prover }),
    },
    own: await Promise.all(listOf(args.own).map((one) => workspace.address(one))),
    spreadMs: parseMilliseconds(args.stagger, "--stagger"),
    headMs: parseMilliseconds(args.interval, "--interval"),
    leastBalance: parseEtherAmount(args.leastBalance, "--least-balance"),
    standing,
  });
  tell.events(service);
  const ending = new AbortController();
  const secret = process.env.LUNTRA_WEBHOOK_SECRET;
  const deliveries = urls.map((url) =>
    deliverAlerts(
      alerts,
      { url, ...(secret ? { secret } : {}), onFailure: tell.undelivered, onDelivered: tell.delivered },
      ending.signal,
    ),
  );
  const registry = openRegistry();
  watchtowerMetrics(registry, { service, purse, alerts });
  const watched = await watch(args, registry, watchtowerChecks(service));
  const audit = await openAudit(args, node, alerts, tell.audited);
  await service.start();
  context.emit({
    json: { event: "watching", account, policy: may, audit: audit?.url, metrics: watched.url },
    lines: [`Watching as ${account}; policy: ${may.join(", ") || "alert only"}`],
  });
  const why = await ended;
  context.progress(`${why}: stopping`);
  await watched.close();
  await audit?.close();
  await service.stop();
  ending.abort();
  await Promise.all(deliveries);
  await close();
  await lock.release();
  return { json: { event: "stopped", signal: why }, lines: ["Stopped."] };
});

/** What L1 says wrong for so long is told. */
const GRACE_MS = 10_000;

function limitsOf({ maxBond, maxGasPrice, gasBudget, budgetPeriod }: Args): Limits {
  return {
    maxBond: parseEtherAmount(maxBond, "--max-bond"),
    maxGasPrice: parseEtherAmount(maxGasPrice, "--max-gas-price"),
    gasBudget: parseEtherAmount(gasBudget, "--gas-budget"),
    periodMs: parseMilliseconds(budgetPeriod, "--budget-period"),
  };
}

function listOf(text = ""): readonly string[] {
  return text
    .split(",")
    .map((one) => one.trim())
    .filter((one) => one !== "");
}

/** For our own sequencers: what is not approved is told here, too, as they may be the ones who cannot be trusted to. */
async function openAudit(
  { auditPort, auditHost: host }: Args,
  node: Node,
  alerts: AlertBook,
  told: (answer: AuditAnswer, ms: number) => void,
): Promise<AuditServer | undefined> {
  if (auditPort === undefined) return undefined;
  return await openAuditServer({
    host,
    port: parsePort(auditPort, "--audit-port"),
    secret: auditSecret(),
    audit: (request) => auditCommit(node, request),
    onAudited: (answer, ms, committer) => {
      told(answer, ms);
      const { id, verdict, segment, reason } = answer;
      const message = `a batch that our sequencer was about to commit is ${verdict}: ${reason}`;
      const refused = { kind: "audit-refused", subject: id, message, data: { verdict, segment } } as const;
      void alerts.update(`audit ${committer}`, verdict === "valid" ? [] : [refused]);
    },
  });
}
