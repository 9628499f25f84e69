// The metrics of a node at work, and that its documentation names them all and alerts on nothing else.

import { readFile } from "node:fs/promises";
import { expect } from "chai";
import { parse } from "yaml";
import { z } from "zod";
import { PRESETS } from "../../src/chain/presets.ts";
import { jobMetrics, openJobs, workerMetrics } from "../../src/jobs/index.ts";
import { createHealth, monitoringRoutes, openRegistry, type Registry } from "../../src/metrics/index.ts";
import { bondOf } from "../../src/node/bond.ts";
import { challenge } from "../../src/node/dispute.ts";
import { rpcMetrics } from "../../src/rpc/metrics.ts";
import type { RpcServer } from "../../src/rpc/server.ts";
import { nodeChecks } from "../../src/sequencing/health.ts";
import { sequencerMetrics } from "../../src/sequencing/metrics.ts";
import { l2Wallet } from "../support/node-harness.ts";
import { ask, post, type RpcRig, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";

const rules = z.object({
  groups: z.array(
    z.object({
      name: z.string(),
      rules: z.array(
        z.strictObject({
          alert: z.string().regex(/^Luntra\w+$/),
          expr: z.string(),
          for: z.string().optional(),
          labels: z.strictObject({ severity: z.enum(["page", "warn"]) }),
          annotations: z.strictObject({ summary: z.string().min(10) }),
        }),
      ),
    }),
  ),
});

describe("metrics of a node", () => {
  let rig: RpcRig;
  let registry: Registry;
  let server: RpcServer;
  let closeJobs: () => Promise<void>;

  before(async () => {
    rig = await startRpcRig();
    registry = openRegistry();
    sequencerMetrics(registry, rig.service);
    const { l2ChainId, instance } = rig.world.book;
    const jobs = await openJobs(rig.store, { l2ChainId, instance, systems: ["ultrahonk"] });
    closeJobs = () => jobs.close();
    jobMetrics(registry, jobs);
    workerMetrics(registry)({
      worker: 0,
      event: "proved",
      batchId: "0x1",
      segment: 0,
      beneficiary: "0x2",
      ms: 900,
    });
    const health = createHealth(nodeChecks(rig.service), { freshMs: 0 });
    server = await rig.serve({
      observe: rpcMetrics(registry),
      routes: (app) => monitoringRoutes(app, { registry, health, reasons: true }),
    });
    await rig.fund([l2Wallet("alice").address]);
  });

  after(async () => {
    await closeJobs();
    await rig.close();
  });

  const text = async () => (await fetch(`${server.url}/metrics`)).text();
  /** Of a series, as it is written before its value. */
  const value = async (series: string) => {
    const line = (await text()).split("\n").find((one) => one.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };

  it("tell heights, pool and L1 as the node has them", async () => {
    const { chain, node } = rig.service.engine;
    await until(() => chain.number("safe") === chain.head.number, "the commit");
    expect(await value('luntra_block_height{tag="latest"}')).to.equal(Number(chain.head.number));
    expect(await value('luntra_block_height{tag="finalized"}')).to.equal(0);
    expect(await value('luntra_batch_height{tag="latest"}')).to.equal(Number(node.derivation.view.head));
    expect(await value("luntra_l1_block_height")).to.equal(node.derivation.view.l1.number);
    expect(await value("luntra_leading")).to.equal(1);
    expect(await value('luntra_pool_transactions{state="ready"}')).to.equal(0);
    expect(await value("luntra_l1_read_age_seconds")).to.be.within(0, 30);
    expect(await value("luntra_commit_duration_seconds_count")).to.be.greaterThan(0);
  });

  it("tell the bond, from L1", async () => {
    const { engine } = rig.service;
    const { available, locked } = await bondOf(engine.node, engine.options.committer);
    expect(await value('luntra_bond_wei{state="free"}')).to.equal(Number(available));
    expect(await value('luntra_bond_wei{state="locked"}')).to.equal(Number(locked));
    expect(Number(locked)).to.be.greaterThan(0);
  });

  it("count calls by method and failures by code; names that clients make up are one", async () => {
    await ask(server.url, "eth_chainId");
    await ask(server.url, "eth_nonsense");
    await ask(server.url, "luntra_nonsense");
    await post(
      server.url,
      JSON.stringify([{ jsonrpc: "2.0", id: 1, method: "eth_getBlockByHash", params: [] }]),
    );
    const count = (method: string) => value(`luntra_rpc_call_duration_seconds_count{method="${method}"}`);
    expect(await count("eth_chainId")).to.equal(1);
    expect(await count("unknown")).to.equal(2);
    expect(await value('luntra_rpc_errors_total{code="RPC_METHOD"}')).to.equal(2);
    expect(await value('luntra_rpc_errors_total{code="RPC_PARAMS"}')).to.equal(1);
    expect(await text()).to.not.include("nonsense");
  });

  it("tell an open challenge and the seconds that are left for it, and nothing of a deadline without one", async () => {
    expect(await value("luntra_open_challenges")).to.equal(0);
    expect(await value("luntra_nearest_deadline_seconds")).to.equal(undefined);
    const { node } = rig.service.engine;
    const { id } = node.derivation.batchAt(1n);
    const { deadline } = await challenge(await rig.world.open(), rig.world.challenger, id, 0, {
      unchecked: true,
    });
    await until(() => node.derivation.view.disputes.size > 0, "the challenge");
    const { time } = node.derivation.view;
    expect(await value("luntra_open_challenges")).to.equal(1);
    expect(await value("luntra_nearest_deadline_seconds")).to.be.within(1, Number(deadline - time));
  });

  it("are read by no web page, whatever JSON-RPC allows", async () => {
    const headers = { origin: "https://stranger.example" };
    const rpc = await post(server.url, "{}", headers);
    expect(rpc.headers.get("access-control-allow-origin")).to.equal("*");
    for (const path of ["/metrics", "/health/ready", "/health/live"]) {
      const response = await fetch(`${server.url}${path}`, { headers });
      expect(response.headers.get("access-control-allow-origin"), path).to.equal(null);
    }
  });

  it("are ready while L1, the database and the chain are well", async () => {
    const response = await fetch(`${server.url}/health/ready`);
    const checks = { l1: { ok: true }, database: { ok: true }, following: { ok: true } };
    expect([response.status, await response.json()]).to.deep.equal([200, { ready: true, checks }]);
    const [silent] = nodeChecks(rig.service, -1);
    expect(await silent?.run()).to.match(/^L1 was last read/);
  });

  describe("docs/observability.md", () => {
    const names = () => registry.getMetricsAsArray().map(({ name }) => name);

    it("names every metric of ours, with its kind, and no other", async () => {
      const page = await readFile("docs/observability.md", "utf8");
      const rows = [...page.matchAll(/^\| `(luntra_\w+)`.*?\| (\w+) +\|/gm)].map(([, name, kind]) => [
        name,
        kind,
      ]);
      const ours = registry.getMetricsAsArray().filter(({ name }) => name.startsWith("luntra_"));
      const kinds = ours.map((metric) => [metric.name, String((metric as { type?: unknown }).type)]);
      expect(rows.sort()).to.deep.equal(kinds.sort());
    });

    it("has alert rules on metrics that there are", async () => {
      const { groups } = rules.parse(parse(await readFile("docs/alerts.yml", "utf8")));
      const expressions = groups.flatMap((group) => group.rules.map(({ expr }) => expr));
      expect(expressions.length).to.be.greaterThan(10);
      // Nothing has no sum: where no node is up, none of them says that it does not lead.
      expect(expressions).to.include("sum(luntra_leading) == 0 or absent(luntra_leading)");
      const { batchBond } = PRESETS.mainnet;
      expect(expressions).to.include(`luntra_bond_wei{state="free"} < ${(2n * batchBond) / 10n ** 18n}e18`);
      const known = new Set(names());
      for (const expression of expressions) {
        const used = expression.match(/\b(luntra|nodejs|process)_\w+/g) ?? [];
        expect(used, expression).to.not.deep.equal([]);
        for (const name of used) {
          expect(known.has(name.replace(/_(bucket|sum|count)$/, "")), name).to.equal(true);
        }
      }
    });
  });
});
