import { connect } from "node:net";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { PGlite } from "@electric-sql/pglite";
import { PGLiteSocketServer } from "@electric-sql/pglite-socket";
import { expect } from "chai";
import { sql } from "kysely";
import { Client, Pool } from "pg";
import { isLuntraError } from "../../src/errors.ts";
import {
  type EmbeddedStore,
  openStore,
  type Store,
  serveStore,
  type StoreServer,
} from "../../src/store/index.ts";
import { type Databases, onEmbedded } from "../support/databases.ts";

const IDLE_MS = 400;

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : String((error as { code?: string }).code);
  }
}

/** Many connections, each asking for a sum of its own: how many of the answers are somebody else's, or none. */
async function wrongAnswers(connectionString: string): Promise<number> {
  const pool = new Pool({ connectionString, max: 8 });
  pool.on("error", () => undefined);
  const asked = Array.from({ length: 60 }, async (_, i) => {
    // Of different shapes, so that one client's statement does not fit another's values, and too long to arrive at once.
    const values = Array.from({ length: 1 + (i % 3) }, () => "x".repeat(100_000 + i));
    const terms = values.map((_, at) => `length($${at + 1}::text)`).join(" + ");
    const { rows } = await pool.query<{ sum: number }>(`select ${terms} as sum`, values);
    return rows[0]?.sum === (100_000 + i) * values.length;
  });
  const answers = await Promise.allSettled(asked);
  await pool.end();
  return answers.filter((answer) => answer.status !== "fulfilled" || !answer.value).length;
}

onEmbedded("A served store", (databases) => {
  it("answers many clients at once, each with its own answer", async () => {
    const { server } = await serve(databases);
    expect(await wrongAnswers(server.connectionString)).to.equal(0);
    await server.close();
  });

  it("is a database like any other to `openStore`, for several processes' worth of writers", async () => {
    const { store, server } = await serve(databases);
    const clients = await Promise.all([1, 2, 3].map(() => openStore(server.connectionString)));
    const counter = (db: Store["db"]) =>
      db.transaction().execute(async (trx) => {
        const { epoch } = await trx.selectFrom("leader").select("epoch").executeTakeFirstOrThrow();
        await sleep(1);
        await trx
          .updateTable("leader")
          .set({ epoch: epoch + 1n })
          .execute();
      });
    await sql`insert into leader values (1, 0, 'nobody', null, now())`.execute(store.db);
    const all = [store, ...clients].flatMap(({ db }) => Array.from({ length: 10 }, () => counter(db)));
    await Promise.all(all);
    const { epoch } = await store.db.selectFrom("leader").select("epoch").executeTakeFirstOrThrow();
    expect(epoch).to.equal(40n);
    await Promise.all(clients.map((client) => client.close()));
    await server.close();
  });

  it("does not let its own process write into a client's transaction, nor lose what it acknowledged to its rollback", async () => {
    const { store, server } = await serve(databases);
    const client = await connected(server);
    await client.query("begin");
    await client.query("insert into taken_up values ('0x01')");
    const own = store.db.insertInto("taken_up").values({ batch: "0x02" }).execute();
    await sleep(50);
    await client.query("rollback");
    await own;
    expect(await batches(store)).to.deep.equal(["0x02"]);
    await client.end();
    await server.close();
  });

  it("rolls back what a client left that went away in the middle of a transaction", async () => {
    const { store, server } = await serve(databases);
    const client = await connected(server);
    await client.query("begin");
    await client.query("insert into taken_up values ('0x01')");
    (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    await store.db.insertInto("taken_up").values({ batch: "0x02" }).execute();
    expect(await batches(store)).to.deep.equal(["0x02"]);
    await server.close();
  });

  it("takes the session from a client that pauses in a transaction", async () => {
    const { store, server } = await serve(databases);
    const client = await connected(server);
    await client.query("begin");
    await client.query("insert into taken_up values ('0x01')");
    const started = performance.now();
    await store.db.insertInto("taken_up").values({ batch: "0x02" }).execute();
    expect(performance.now() - started).to.be.within(IDLE_MS / 2, IDLE_MS * 3);
    expect(await codeOf(client.query("commit"))).not.to.equal("none");
    expect(await batches(store)).to.deep.equal(["0x02"]);
    await server.close();
  });

  it("goes on after a statement that failed, within and without a transaction", async () => {
    const { store, server } = await serve(databases);
    const client = await connected(server);
    expect(await codeOf(client.query("select $1::int", ["no number"]))).to.equal("22P02");
    await client.query("begin");
    expect(await codeOf(client.query("select * from nowhere"))).to.equal("42P01");
    expect(await codeOf(client.query("select 1"))).to.equal("25P02");
    await client.query("rollback");
    await client.query("insert into taken_up values ($1)", ["0x01"]);
    expect(await batches(store)).to.deep.equal(["0x01"]);
    await client.end();
    await server.close();
  });

  it("refuses named statements, which clients would mix up", async () => {
    const { server } = await serve(databases);
    const client = await connected(server);
    expect(await codeOf(client.query({ name: "mine", text: "select 1" }))).to.equal("0A000");
    expect(await wrongAnswers(server.connectionString)).to.equal(0);
    await server.close();
  });

  it("asks for its password", async () => {
    const { server } = await serve(databases);
    const wrong = server.connectionString.replace(/:[^:@]*@/, ":guess@");
    expect(await codeOf(new Client({ connectionString: wrong }).connect())).to.equal("28P01");
    await server.close();
  });

  it("survives clients that speak something else", async () => {
    const { server } = await serve(databases);
    const { port } = new URL(server.connectionString);
    for (const noise of ["GET / HTTP/1.1\r\n\r\n", "\0\0\0\x08\0\0\0\0", "\xff\xff\xff\xff\xff", ""]) {
      const socket = connect(Number(port), "127.0.0.1").on("error", () => undefined);
      await once(socket, "connect");
      socket.end(Buffer.from(noise, "latin1"));
      await once(socket.resume(), "close");
    }
    expect(await wrongAnswers(server.connectionString)).to.equal(0);
    await server.close();
  });

  it("is unavailable to its clients when it is gone", async () => {
    const { server } = await serve(databases);
    const client = await openStore(server.connectionString);
    await server.close();
    expect(await codeOf(client.db.selectFrom("leader").selectAll().execute())).to.equal("STORE_UNAVAILABLE");
    await client.close();
  });
});

describe("PGlite's own socket server", () => {
  it("loses what its own process was told is written to a client's rollback, which is why it is not used", async () => {
    const db = await PGlite.create();
    const server = new PGLiteSocketServer({ db, port: 0, maxConnections: 2 });
    await server.start();
    const client = new Client({ connectionString: `postgres://postgres@${server.getServerConn()}/postgres` });
    await client.connect();
    await db.exec("create table written (by text)");
    await client.query("begin");
    await client.query("insert into written values ('client')");
    await db.query("insert into written values ('own')");
    await client.query("rollback");
    const { rows } = await db.query("select by from written");
    await client.end();
    await server.stop();
    await db.close();
    expect(rows).to.deep.equal([]);
  });
});

async function serve(databases: Databases): Promise<{ store: EmbeddedStore; server: StoreServer }> {
  const store = (await databases.open(await databases.fresh())) as EmbeddedStore;
  return { store, server: await serveStore(store, { idleMs: IDLE_MS }) };
}

async function connected({ connectionString }: StoreServer): Promise<Client> {
  const client = new Client({ connectionString });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

async function batches(store: Store): Promise<string[]> {
  const rows = await store.db.selectFrom("taken_up").select("batch").orderBy("batch").execute();
  return rows.map(({ batch }) => batch);
}
