// The watchtower as a service: what it sees, does and says while it runs.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { createHealth, openRegistry, type Registry } from "../../src/metrics/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { challenge } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import type { Alert } from "../../src/watchtower/alert.ts";
import { AlertBook } from "../../src/watchtower/alert-book.ts";
import { Ledger } from "../../src/watchtower/ledger.ts";
import { watchtowerChecks, watchtowerMetrics } from "../../src/watchtower/metrics.ts";
import { Purse } from "../../src/watchtower/purse.ts";
import { WatchtowerService, type WatchtowerOptions } from "../../src/watchtower/service.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, standInProver, startWorld, type World } from "../support/node-harness.ts";
import { receiptsAsked } from "../support/receipts.ts";
import { until } from "../support/sequencer-harness.ts";

const DOCS = resolve(import.meta.dirname, "../../docs/watchtower.md");
const FAST = { spreadMs: 0, headMs: 10, roundMs: 200 };

describe("watchtower service", () => {
  let world: World;
  let folder: string;
  let sequencer: Node;
  let node: Node;
  let service: WatchtowerService;
  let registry: Registry;
  let refusing = false;
  const alerts: Alert[] = [];
  const verdicts: { id: string; kind: string; ms: number }[] = [];
  const failures: string[] = [];

  beforeEach(async () => {
    world = await startWorld();
    folder = await mkdtemp(join(tmpdir(), "luntra-service-"));
    [sequencer, node] = [await world.open(), await world.open()];
    for (const list of [alerts, verdicts, failures]) list.length = 0;
    refusing = false;
  });

  afterEach(async () => {
    refusing = false;
    await service.stop();
    await rm(folder, { recursive: true });
  });

  async function start(options: Partial<WatchtowerOptions> = {}): Promise<void> {
    const account = (await world.challenger.getAddress()).toLowerCase();
    const identity = { watchtower: account, chainId: "31337", rollup: world.book.addresses.rollup };
    const graceMs = { "cannot-tell": 100 };
    const book = await AlertBook.open(join(folder, "alerts.json"), identity, { graceMs });
    book.events.on("alert", (alert) => alerts.push(alert));
    const ledger = await Ledger.open(join(folder, "spent.json"), account, (error) =>
      failures.push(String(error)),
    );
    const purse = new Purse(node, world.challenger, { ledger });
    const policy = { prover: standInProver, may: ["refute", "challenge", "answer", "timeout"] as const };
    service = new WatchtowerService(node, world.challenger, purse, book, { policy, ...FAST, ...options });
    service.events.on("verdict", ({ id, verdict }, ms) => verdicts.push({ id, kind: verdict.kind, ms }));
    service.events.on("failed", (what, error) => failures.push(`${what}: ${String(error)}`));
    registry = openRegistry();
    watchtowerMetrics(registry, { service, purse, alerts: book });
    await service.start();
  }

  async function commit(wrong: boolean): Promise<string> {
    await fund(world, sequencer, [l2Wallet("alice")]);
    await sequencer.derivation.sync();
    const honest = buildBatch(sequencer, []);
    const built = wrong ? corrupt(sequencer, honest, { segment: 0, how: "flip" }) : honest;
    const { id } = await commitBatch(sequencer, world.sequencer, built);
    await sequencer.derivation.sync();
    return id;
  }

  /** L1 does not answer while `refusing`. */
  function breakL1(): void {
    const { provider } = node.chain as unknown as { provider: Record<string, unknown> };
    const real = (provider.getBlock as (tag: unknown) => unknown).bind(provider);
    provider.getBlock = (tag: unknown) => (refusing ? Promise.reject(new Error("not well")) : real(tag));
  }

  const kinds = () => alerts.map(({ kind }) => kind);
  const told = (kind: string) => until(() => kinds().includes(kind as Alert["kind"]), kind);

  it("says that a batch is wrong before it has a proof, refutes it, and says that it is over", async () => {
    const slow = {
      async prove(run: Parameters<typeof standInProver.prove>[0]) {
        await told("wrong-batch");
        return await standInProver.prove(run);
      },
    };
    await start({ policy: { prover: slow, may: ["refute"] } });
    const right = await commit(false);
    const wrong = await commit(true);
    await told("recovered");
    expect(kinds()).to.deep.equal(["wrong-batch", "refuted", "recovered"]);
    expect(alerts.map(({ subject }) => subject)).to.deep.equal([wrong, wrong, wrong]);
    expect(verdicts.map(({ id, kind }) => [id, kind])).to.deep.equal([
      [right, "valid"],
      [wrong, "invalid"],
    ]);
    expect(failures).to.deep.equal([]);
  });

  it("calls our own sequencer's wrong batch by its name", async () => {
    await start({ own: [(await world.sequencer.getAddress()).toLowerCase()] });
    await commit(true);
    await told("refuted");
    expect(kinds().slice(0, 2)).to.deep.equal(["own-batch-wrong", "refuted"]);
  });

  it("alerts about what it may not do itself", async () => {
    await start({ policy: { may: [] } });
    const right = await commit(false);
    await node.derivation.sync();
    await challenge(sequencer, world.user, right, 0, { unchecked: true }).catch(async () => {
      await challenge(sequencer, world.challenger, right, 0, { unchecked: true });
    });
    await told("challenge-unanswered");
    await commit(true);
    await told("wrong-batch");
    expect(kinds()).to.deep.equal(["challenge-unanswered", "wrong-batch"]);
    expect(alerts[1]?.message).to.include("nothing that this watchtower may do stops it");
  });

  it("says when it cannot tell, leaves what stands standing, and goes on when L1 is back", async () => {
    await start({ policy: { may: [] } });
    await commit(true);
    await told("wrong-batch");
    breakL1();
    refusing = true;
    await told("cannot-tell");
    expect(kinds()).to.deep.equal(["wrong-batch", "cannot-tell"]);
    refusing = false;
    await told("recovered");
    expect(alerts.at(-1)?.data).to.deep.equal({ of: "cannot-tell" });
    const wrong = await commit(false).catch(() => "refused: nobody builds on a lie");
    expect(wrong).to.include("refused");
  });

  it("says when L1 shows nothing new, and when its account runs dry", async () => {
    await start({ staleMs: 50, leastBalance: 10n ** 30n });
    await told("l1-stale");
    await told("low-balance");
    await world.connection.networkHelpers.mine();
    await told("recovered");
    expect(alerts.find(({ kind }) => kind === "recovered")?.data).to.deep.equal({ of: "l1-stale" });
  });

  const rpc = (method: string, ...params: unknown[]) => world.connection.provider.request({ method, params });

  it("stops while L1 does not take what it sent, and leaves nothing behind that asks", async () => {
    await commit(true);
    await rpc("evm_setAutomine", false);
    const challenger = (await world.challenger.getAddress()).toLowerCase();
    await start();
    const waits = async () =>
      ((await rpc("eth_pendingTransactions")) as { from: string }[]).some(({ from }) => from === challenger);
    while (!(await waits())) await sleep(10);
    const began = performance.now();
    await service.stop();
    expect(performance.now() - began).to.be.lessThan(5_000);
    expect(await receiptsAsked(node)).to.equal(0);
    expect(kinds()).to.deep.equal(["wrong-batch"]);
    await rpc("evm_setAutomine", true);
    await world.connection.networkHelpers.mine();
  });

  it("stops while a proof is made", async () => {
    await commit(true);
    let proving = false;
    const slow = {
      prove() {
        proving = true;
        return new Promise<Uint8Array>(() => undefined);
      },
    };
    await start({ policy: { prover: slow, may: ["refute"] } });
    await until(() => proving, "a proof");
    const began = performance.now();
    await service.stop();
    expect(performance.now() - began).to.be.lessThan(5_000);
  });

  it("says that a batch is wrong while it proves for another one", async () => {
    const stuck = { prove: () => new Promise<Uint8Array>(() => undefined) };
    await start({ policy: { prover: stuck, may: ["answer", "refute"], lookMs: 50 } });
    const right = await commit(false);
    await challenge(sequencer, world.challenger, right, 0, { unchecked: true });
    await until(() => node.derivation.view.disputes.size > 0, "the challenge");
    await commit(true);
    await told("wrong-batch");
  });

  it("takes nothing for over that it cannot judge for a moment", async () => {
    await start({ policy: { may: [] } });
    await commit(true);
    await told("wrong-batch");
    const { derivation, chain } = node;
    const { provider } = chain as unknown as { provider: Record<string, unknown> };
    const real = (provider.getBlock as (tag: unknown) => unknown).bind(provider);
    const sync = derivation.sync.bind(derivation);
    Object.assign(derivation, {
      async sync() {
        refusing = false;
        const view = await sync();
        refusing = true;
        return view;
      },
    });
    provider.getBlock = (tag: unknown) =>
      refusing && typeof tag === "number" ? Promise.reject(new Error("not well")) : real(tag);
    await told("cannot-tell");
    expect(kinds()).to.deep.equal(["wrong-batch", "cannot-tell"]);
  });

  it("is ready while it knows all that L1 has, and says why if it does not", async () => {
    await start();
    await until(() => service.ageMs < 1_000, "a look at L1");
    const { ready } = createHealth(watchtowerChecks(service));
    expect(await ready()).to.deep.equal({ ready: true, checks: { l1: { ok: true } } });
    const [check] = watchtowerChecks({ ...service, ageMs: 60_000 } as unknown as WatchtowerService);
    expect(await check?.run()).to.match(/^for 60 s/);
  });

  it("measures what it does, and docs/watchtower.md names each metric with its kind, and no other", async () => {
    await start();
    await commit(true);
    await told("refuted");
    await until(() => kinds().includes("recovered"), "the end");
    const text = await registry.metrics();
    expect(text).to.match(/luntra_watchtower_alerts_total\{kind="refuted"\} 1/);
    expect(text).to.match(/luntra_watchtower_gas_spent_wei [1-9]/);
    expect(text).to.match(/luntra_watchtower_verdict_seconds_count [1-9]/);
    const page = await readFile(DOCS, "utf8");
    const rows = [...page.matchAll(/^\| `(luntra_\w+)`.*?\| (\w+) +\|/gm)].map(([, name, kind]) => [
      name,
      kind,
    ]);
    const ours = registry.getMetricsAsArray().filter(({ name }) => name.startsWith("luntra_"));
    const expected = ours.map((metric) => [metric.name, String((metric as { type?: unknown }).type)]);
    expect(rows.sort()).to.deep.equal(expected.sort());
  });
});
