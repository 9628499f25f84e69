import { once } from "node:events";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { sql } from "kysely";
import { isLuntraError } from "../../src/errors.ts";
import { leaderUrl, type Lease, openLease, type Store } from "../../src/store/index.ts";
import { runScript } from "../support/child-process.ts";
import { onBothDatabases } from "../support/databases.ts";
import { startPostgres } from "../support/postgres-server.ts";

const TTL_MS = 600;
/** What a busy machine may add. */
const SLACK_MS = 2_000;
const CHILD = join(import.meta.dirname, "child.ts");

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

const mark = (lease: Lease, batch: `0x${string}`) =>
  lease.fenced((trx) => trx.insertInto("taken_up").values({ batch }).execute());

const marks = async (store: Store) =>
  (await store.db.selectFrom("taken_up").select("batch").orderBy("batch").execute()).map(
    ({ batch }) => batch,
  );

onBothDatabases("A lease", (databases) => {
  const leases: Lease[] = [];
  const lead = async (store: Store, holder: string) => {
    const lease = await openLease(store, { holder, url: `http://${holder}`, ttlMs: TTL_MS });
    leases.push(lease);
    return lease;
  };
  // Before the databases go.
  beforeEach(() => leases.splice(0));
  const releaseAll = () => Promise.all(leases.map((lease) => lease.release()));

  it("makes one of two nodes lead, and keeps it leading", async () => {
    const store = await databases.open(await databases.fresh());
    const [first, second] = [await lead(store, "first"), await lead(store, "second")];
    expect([first.leading, second.leading, first.epoch]).to.deep.equal([true, false, 1n]);
    await sleep(3 * TTL_MS);
    expect([first.leading, second.leading, first.epoch]).to.deep.equal([true, false, 1n]);
    expect(await leaderUrl(store)).to.equal("http://first");
    await releaseAll();
  });

  it("lets only the leader write, and what fails in its transaction is not written", async () => {
    const store = await databases.open(await databases.fresh());
    const [first, second] = [await lead(store, "first"), await lead(store, "second")];
    await mark(first, "0x01");
    expect(await codeOf(mark(second, "0x02"))).to.equal("LEASE_LOST");
    expect(
      await codeOf(first.fenced((trx) => trx.insertInto("taken_up").values({ batch: "0x03" }).execute(), 7n)),
    ).to.equal("LEASE_LOST");
    expect(await marks(store)).to.deep.equal(["0x01"]);
    await releaseAll();
  });

  it("is handed over at once when it is released", async () => {
    const store = await databases.open(await databases.fresh());
    const [first, second] = [await lead(store, "first"), await lead(store, "second")];
    const gained = once(second.events, "gained");
    await first.release();
    const released = performance.now();
    expect(await leaderUrl(store)).to.equal(undefined);
    expect(await gained).to.deep.equal([2n]);
    expect(performance.now() - released).to.be.lessThan(TTL_MS);
    expect(await codeOf(mark(first, "0x01"))).to.equal("LEASE_LOST");
    await mark(second, "0x02");
    await releaseAll();
  });

  it("is lost to whoever took it in the database, whatever the node believes", async () => {
    const store = await databases.open(await databases.fresh());
    const first = await lead(store, "first");
    await sql`update leader set epoch = 2, holder = 'another' where id = 1`.execute(store.db);
    expect(first.leading).to.equal(true);
    const lost = once(first.events, "lost");
    expect(await codeOf(mark(first, "0x01"))).to.equal("LEASE_LOST");
    expect(await lost).to.deep.equal([1n]);
    expect(await marks(store)).to.deep.equal([]);
    await releaseAll();
  });

  it("does not depend on the node's clock", async () => {
    const store = await databases.open(await databases.fresh());
    const now = Date.now;
    try {
      Date.now = () => now() + 86_400_000;
      const first = await lead(store, "first");
      Date.now = () => now() - 86_400_000;
      const second = await lead(store, "second");
      await sleep(2 * TTL_MS);
      expect([first.leading, second.leading]).to.deep.equal([true, false]);
    } finally {
      Date.now = now;
    }
    await releaseAll();
  });
});

describe("A lease on PostgreSQL", () => {
  it("is given up by a leader that cannot renew it, before anybody else gets it, and taken anew", async () => {
    const server = await startPostgres();
    const { openStore } = await import("../../src/store/index.ts");
    const store = await openStore(server.url("postgres"));
    const lease = await openLease(store, { holder: "first", ttlMs: TTL_MS });
    try {
      const lost = once(lease.events, "lost");
      const stopped = performance.now();
      await server.stop();
      expect(await lost).to.deep.equal([1n]);
      expect(performance.now() - stopped).to.be.lessThan(TTL_MS + SLACK_MS);
      expect(await codeOf(mark(lease, "0x01"))).to.be.oneOf(["LEASE_LOST", "STORE_UNAVAILABLE"]);
      const gained = once(lease.events, "gained");
      await server.start();
      expect(await gained).to.deep.equal([2n]);
      await mark(lease, "0x02");
    } finally {
      await lease.release().catch(() => undefined);
      await store.close();
      await server.remove();
    }
  });

  it("goes to the other process within its time and one try after kill -9, and nothing acknowledged is lost", async () => {
    const server = await startPostgres();
    const url = server.url("postgres");
    const [first, second] = ["first", "second"].map((name) =>
      runScript(CHILD, ["lead", url, name, `${TTL_MS}`]),
    );
    try {
      const gained = (line: string) => line.startsWith("gained");
      await Promise.race([first?.line(gained), second?.line(gained)]);
      const [leader, follower] = first?.lines.some(gained) ? [first, second] : [second, first];
      await leader?.line((line) => line.startsWith("wrote"));
      await follower?.line(() => true, 10).catch(() => undefined);
      await leader?.kill();
      const killed = performance.now();
      const line = await follower?.line(gained);
      expect(performance.now() - killed).to.be.lessThan(TTL_MS + TTL_MS / 3 + SLACK_MS);
      expect(line).to.equal("gained 2");
      await follower?.line((said) => said.startsWith("wrote"));
      await follower?.kill();
      const { openStore } = await import("../../src/store/index.ts");
      const store = await openStore(url);
      const rows = await store.db.selectFrom("transactions").select("hash").execute();
      await store.close();
      const there = new Set<string>(rows.map(({ hash }) => hash));
      const acknowledged = [...(leader?.lines ?? []), ...(follower?.lines ?? [])].filter((said) =>
        said.startsWith("wrote"),
      );
      expect(acknowledged.filter((said) => !there.has(said.slice("wrote ".length)))).to.deep.equal([]);
    } finally {
      await Promise.all([first?.kill(), second?.kill()]);
      await server.remove();
    }
  });

  it("does not let a leader write that was stopped while another one took over", async () => {
    const server = await startPostgres();
    const url = server.url("postgres");
    const first = runScript(CHILD, ["lead", url, "first", `${TTL_MS}`]);
    await first.line((line) => line === "gained 1");
    const second = runScript(CHILD, ["lead", url, "second", `${TTL_MS}`]);
    try {
      await first.line((line) => line.startsWith("wrote"));
      first.process.kill("SIGSTOP");
      await second.line((line) => line === "gained 2");
      await second.line((line) => line.startsWith("wrote"));
      const said = first.lines.length;
      first.process.kill("SIGCONT");
      await first.line((line) => line === "lost 1");
      await first.line((line) => line === "refused LEASE_LOST");
      await sleep(TTL_MS);
      const after = first.lines.slice(said);
      // What it had been told of before it was stopped may be said now; nothing else is written.
      expect(after.filter((line) => line.startsWith("wrote")).length).to.be.lessThan(2);
      expect(second.lines.some((line) => line.startsWith("lost"))).to.equal(false);
    } finally {
      first.process.kill("SIGCONT");
      await Promise.all([first.kill(), second.kill()]);
      await server.remove();
    }
  });
});
