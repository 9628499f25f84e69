import { join } from "node:path";
import type { AddressBook } from "../../src/chain/address-book.ts";
import { slowProof } from "../../src/chain/economics.ts";
import { openJobs, remoteProver } from "../../src/jobs/index.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { lockFolder, openStore } from "../../src/store/index.ts";
import type { Condition } from "../../src/watchtower/alert.ts";
import { AlertBook } from "../../src/watchtower/alert-book.ts";
import { withFallback } from "../../src/watchtower/fallback.ts";
import { Ledger } from "../../src/watchtower/ledger.ts";
import type { Limits } from "../../src/watchtower/limits.ts";
import { Purse } from "../../src/watchtower/purse.ts";
import { WatchtowerService } from "../../src/watchtower/service.ts";
import { deliverAlerts, targetOf } from "../../src/watchtower/webhook.ts";
import { action, type Context } from "../support/action.ts";
import { parseEtherAmount, parseMilliseconds, parseNatural } from "../support/arguments.ts";
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
  stagger: string;
  interval: string;
  confirmations: string;
};

export default action<Args>(async (args, context) => {
  const may = parsePolicy(args.policy, "--policy");
  const limits = limitsOf(args);
  const workspace = await openWorkspace(context, args, { l1Cache: `l1-watchtower-${args.from}` });
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
  const urls = urlsOf(args);
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
    own: await Promise.all((args.own?.split(",") ?? []).map((one) => workspace.address(one.trim()))),
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
  await service.start();
  context.emit({
    json: { event: "watching", account, policy: may, l1: node.derivation.view.l1.number },
    lines: [`Watching as ${account}; policy: ${may.join(", ") || "alert only"}`],
  });
  const why = await ended;
  context.progress(`${why}: stopping`);
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

function urlsOf({ webhook }: Args): readonly string[] {
  const text = webhook ?? process.env.LUNTRA_WEBHOOK ?? "";
  return text
    .split(",")
    .map((url) => url.trim())
    .filter((url) => url !== "");
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
