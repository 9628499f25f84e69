import { join } from "node:path";
import type { AddressBook } from "../../src/chain/address-book.ts";
import { slowProof } from "../../src/chain/economics.ts";
import { openJobs, remoteProver } from "../../src/jobs/index.ts";
import type { AuditAnswer } from "../../src/node/audit-protocol.ts";
import type { Node } from "../../src/node/node.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { lockFolder, openStore } from "../../src/store/index.ts";
import type { Condition } from "../../src/watchtower/alert.ts";
import { AlertBook } from "../../src/watchtower/alert-book.ts";
import { auditCommit } from "../../src/watchtower/audit.ts";
import { type AuditServer, openAuditServer } from "../../src/watchtower/audit-server.ts";
import { withFallback } from "../../src/watchtower/fallback.ts";
import { Ledger } from "../../src/watchtower/ledger.ts";
import type { Limits } from "../../src/watchtower/limits.ts";
import { Purse } from "../../src/watchtower/purse.ts";
import { WatchtowerService } from "../../src/watchtower/service.ts";
import { deliverAlerts, targetOf } from "../../src/watchtower/webhook.ts";
import { action, type Context } from "../support/action.ts";
import { auditSecret } from "../support/audit-secret.ts";
import { parseEtherAmount, parseMilliseconds, parseNatural, parsePort } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { describeError } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { interrupted } from "../support/service.ts";
import { openWorkspace } from "../support/workspace.ts";
import { parsePolicy, PROVING } from "./policy.ts";
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
};

export default action<Args>(async (args, context) => {
  const may = parsePolicy(args.policy, "--policy");
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
  const tell = teller(context);

  const proving = may.some((its) => PROVING.includes(its));
  const { prover, standing, close } = proving
    ? await proverOf(args, context, book, tell.trouble)
    : NOTHING_TO_PROVE;
  const urls = listOf(args.webhook ?? process.env.LUNTRA_WEBHOOK);
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
  const audit = await openAudit(args, node, alerts, tell.audited);
  await service.start();
  context.emit({
    json: { event: "watching", account, policy: may, audit: audit?.url },
    lines: [`Watching as ${account}; policy: ${may.join(", ") || "alert only"}`],
  });
  const why = await ended;
  context.progress(`${why}: stopping`);
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
    onAudited: (answer, ms) => {
      told(answer, ms);
      const { id, verdict, segment, reason } = answer;
      const message = `a batch that our sequencer was about to commit is ${verdict}: ${reason}`;
      const refused = { kind: "audit-refused", subject: id, message, data: { verdict, segment } } as const;
      void alerts.update("audit", verdict === "valid" ? [] : [refused]);
    },
  });
}

interface Proving {
  readonly prover: Prover | undefined;
  /** Why there is none: challenges and timeouts need none, so they are not kept waiting. */
  readonly standing: readonly Condition[];
  close(): Promise<void>;
}

const NOTHING_TO_PROVE: Proving = { prover: undefined, standing: [], close: async () => undefined };

/** By the workers of a database first, if one is given; here otherwise, and when they fail. */
async function proverOf(
  args: Args,
  context: Context,
  book: AddressBook,
  trouble: (what: string) => (error: unknown) => void,
): Promise<Proving> {
  try {
    const here = await openProver(context, book, args);
    if (!args.database) return { ...NOTHING_TO_PROVE, prover: here };
    const store = await openStore(args.database);
    const { l2ChainId, instance, verifiers, parameters } = book;
    const systems = verifiers.map(({ system }) => system);
    const jobs = await openJobs(
      store,
      { l2ChainId, instance, systems },
      { onTrouble: trouble("proof jobs") },
    );
    const patienceMs = Number(slowProof(parameters)) * 1000;
    const onFallback = trouble("having others prove");
    const prover = withFallback(remoteProver(jobs, { purpose: "refute" }), here, { patienceMs, onFallback });
    const close = async () => {
      await jobs.close();
      await store.close();
    };
    return { prover, standing: [], close };
  } catch (error) {
    const { code, message } = describeError(error);
    const about = `no prover, so nothing is refuted or answered until a restart: ${code}: ${message}`;
    context.progress(about);
    const standing = [{ kind: "no-prover", subject: "", message: about, data: { code } }] as const;
    return { ...NOTHING_TO_PROVE, standing };
  }
}
