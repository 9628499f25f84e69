// Health and metrics over HTTP: what is told, to whom, and what an operator's Prometheus makes of a reading that fails.

import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import fastify from "fastify";
import {
  type Check,
  createHealth,
  type Monitoring,
  openMonitoringServer,
  openRegistry,
  readGauge,
  readGauges,
} from "../../src/metrics/index.ts";
import { watch } from "../../tasks/support/monitoring.ts";

const well: Check = { name: "l1", run: () => undefined };
const ill: Check = { name: "database", run: async () => "it is gone" };
const deaf: Check = { name: "l1", run: () => new Promise(() => undefined) };

const onOwnPort = { metricsPort: undefined, metricsHost: "127.0.0.1", logLevel: "silent", logFormat: "json" };

/** As a browser that was told this name for the address. */
async function asked(url: string, host: string): Promise<{ status: number | undefined; body: string }> {
  const [response] = (await once(request(url, { headers: { host } }).end(), "response")) as [IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

describe("health and metrics", () => {
  const servers: { close(): Promise<unknown> }[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });

  async function serve(checks: readonly Check[], more: Partial<Monitoring> = {}): Promise<string> {
    const health = createHealth(checks, { timeoutMs: 50, freshMs: 0 });
    const server = await openMonitoringServer(
      { host: "127.0.0.1", port: 0 },
      { health, reasons: true, ...more },
    );
    servers.push(server);
    return server.url;
  }

  async function get(url: string) {
    const response = await fetch(url);
    return { status: response.status, body: (await response.json()) as unknown };
  }

  it("are live while the process answers, and ready while every check is well", async () => {
    const url = await serve([well]);
    expect(await get(`${url}/health/live`)).to.deep.include({ status: 200 });
    const ready = { ready: true, checks: { l1: { ok: true } } };
    expect(await get(`${url}/health/ready`)).to.deep.equal({ status: 200, body: ready });
  });

  it("are not ready while one is not, and say why: what it said, threw, or that it never answered", async () => {
    const broken: Check = {
      name: "following",
      run: () => {
        throw new RangeError("it broke");
      },
    };
    const url = await serve([deaf, ill, broken]);
    const { status, body } = await get(`${url}/health/ready`);
    expect(status).to.equal(503);
    const { checks } = body as { checks: Record<string, { ok: boolean; reason: string }> };
    expect(checks.database).to.deep.equal({ ok: false, reason: "it is gone" });
    expect(checks.following).to.deep.equal({ ok: false, reason: "it broke" });
    expect(checks.l1?.reason).to.match(/^TOO_SLOW/);
    expect((await get(`${url}/health/live`)).status).to.equal(200);
  });

  it("ask the checks once for all who ask in a second", async () => {
    let asked = 0;
    const counted: Check = {
      name: "database",
      run: () => {
        asked += 1;
        return undefined;
      },
    };
    const health = createHealth([counted], { freshMs: 60_000 });
    await Promise.all([health.ready(), health.ready()]);
    await health.ready();
    expect(asked).to.equal(1);
  });

  it("leave out what cannot be read, and show the rest", async () => {
    const registry = openRegistry();
    let value: number | undefined = 3;
    readGauge(registry, { name: "luntra_some_items", help: "Some" }, () => value);
    readGauges(registry, { name: "luntra_other_items", help: "Other", label: "kind" }, async () => {
      throw new RangeError("gone");
    });
    const url = await serve([well], { registry });
    const text = async () => (await fetch(`${url}/metrics`)).text();
    expect(await text()).to.match(/^luntra_some_items 3$/m);
    value = undefined;
    const after = await text();
    expect(after).to.not.match(/^luntra_(some|other)_items/m);
    expect(after).to.match(/^nodejs_eventloop_lag_p99_seconds \S+$/m);
    expect(after).to.match(/^process_resident_memory_bytes \d+$/m);
  });

  describe("of a service that strangers reach", () => {
    async function served(host: string, metricsPort?: string) {
      const registry = openRegistry();
      readGauge(registry, { name: "luntra_some_items", help: "Some" }, () => 1);
      const watched = await watch({ ...onOwnPort, metricsPort }, registry, [ill], host);
      const app = fastify({ forceCloseConnections: true });
      watched.routes(app);
      servers.push(app, watched);
      return { url: await app.listen({ host: "127.0.0.1", port: 0 }), metrics: watched.url };
    }

    for (const host of ["0.0.0.0", "::", "192.0.2.7", "node.example"]) {
      it(`on ${host} say no more than whether it is ready`, async () => {
        const { url } = await served(host);
        expect(await get(`${url}/health/ready`)).to.deep.equal({ status: 503, body: { ready: false } });
        expect((await fetch(`${url}/metrics`)).status).to.equal(404);
      });
    }

    it("tell a page nothing whose name was made to lead to this machine", async () => {
      for (const { url, metrics } of [await served("127.0.0.1"), await served("0.0.0.0", "0")]) {
        const place = metrics ?? url;
        expect(await asked(`${place}/metrics`, "luntra.evil.example:8547")).to.include({ status: 404 });
        const { body } = await asked(`${place}/health/ready`, "luntra.evil.example:8547");
        expect(JSON.parse(body)).to.deep.equal({ ready: false });
        for (const name of ["localhost:9464", "127.0.0.1", "[::1]:1"]) {
          expect(await asked(`${place}/metrics`, name)).to.include({ status: 200 });
        }
      }
    });

    for (const host of ["127.0.0.1", "::1", "localhost"]) {
      it(`are whole on ${host}, which this machine alone reaches`, async () => {
        const { url } = await served(host);
        const { body } = await get(`${url}/health/ready`);
        expect(body).to.deep.equal({
          ready: false,
          checks: { database: { ok: false, reason: "it is gone" } },
        });
        expect((await fetch(`${url}/metrics`)).status).to.equal(200);
      });
    }

    it("are whole on a port of their own, if there is one, and only there", async () => {
      const { url, metrics } = await served("127.0.0.1", "0");
      expect((await fetch(`${url}/metrics`)).status).to.equal(404);
      expect(await get(`${url}/health/ready`)).to.deep.equal({ status: 503, body: { ready: false } });
      const text = await (await fetch(`${metrics}/metrics`)).text();
      expect(text).to.match(/^luntra_some_items 1$/m);
    });
  });
});
