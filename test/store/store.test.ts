import { randomBytes } from "node:crypto";
import { expect } from "chai";
import { sql } from "kysely";
import { isLuntraError } from "../../src/errors.ts";
import { insertTransactions, type NewTransaction, openStore } from "../../src/store/index.ts";
import { onBothDatabases } from "../support/databases.ts";
import { startPostgres } from "../support/postgres-server.ts";

const hex = (bytes: number) => `0x${randomBytes(bytes).toString("hex")}` as const;

function transaction(overrides: Partial<NewTransaction> = {}): NewTransaction {
  return { hash: hex(32), sender: hex(20), nonce: 0n, raw: hex(120), ...overrides };
}

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

onBothDatabases("The store", (databases) => {
  it("keeps what was written when it is closed and opened again", async () => {
    const where = await databases.fresh();
    const first = await openStore(where);
    const row = transaction({ nonce: 2n ** 64n - 1n });
    await insertTransactions(first, [row]);
    await first.close();
    const store = await databases.open(where);
    const rows = await store.db.selectFrom("transactions").selectAll().execute();
    expect(rows).to.have.length(1);
    expect(rows[0]).to.deep.include({ ...row, seq: 1n });
    expect(rows[0]?.received_at).to.be.instanceOf(Date);
  });

  it("gives whole numbers as bigints, and takes them", async () => {
    const store = await databases.open(await databases.fresh());
    const segment = {
      number: 2n ** 63n - 1n,
      segment: 0,
      parent: hex(32),
      source: "data" as const,
      first_item: null,
      items: null,
      queue_hash: null,
      bytes: hex(10),
      checkpoint: hex(32),
      base_fee: 10n ** 77n,
      fee_recipient: hex(20),
      sealed_at: 1_700_000_000_000n,
    };
    await store.db.insertInto("segments").values(segment).execute();
    const read = await store.db.selectFrom("segments").selectAll().executeTakeFirstOrThrow();
    expect(read).to.deep.equal({ ...segment, closed: false });
    const counted = await store.db
      .selectFrom("segments")
      .select(({ fn }) => fn.countAll().as("count"))
      .executeTakeFirstOrThrow();
    expect(counted.count).to.equal(1n);
  });

  it("gives a commit's header back as it was", async () => {
    const store = await databases.open(await databases.fresh());
    const header = { number: "7", checkpoints: ["0x01"], nested: { deep: null } };
    await store.db
      .insertInto("commits")
      .values({
        parent: "0x01",
        number: 7,
        header: JSON.stringify(header),
        counter: 1,
        committer: "0x01",
        l1_nonce: 2,
        calldata: "0x",
      })
      .execute();
    const read = await store.db.selectFrom("commits").selectAll().executeTakeFirstOrThrow();
    expect(read.header).to.deep.equal(header);
    expect(read).to.deep.include({ number: 7n, counter: 1n, l1_nonce: 2n, l1_hash: null });
  });

  it("says of many transactions which are new, in their order", async () => {
    const store = await databases.open(await databases.fresh());
    const rows = Array.from({ length: 10 }, () => transaction());
    expect((await insertTransactions(store, rows.slice(0, 5))).map(({ hash }) => hash)).to.deep.equal(
      rows.slice(0, 5).map(({ hash }) => hash),
    );
    const second = await insertTransactions(store, rows);
    expect(second.map(({ hash }) => hash)).to.deep.equal(rows.slice(5).map(({ hash }) => hash));
    const seqs = second.map(({ seq }) => seq);
    expect(seqs).to.deep.equal(seqs.toSorted((a, b) => Number(a - b)));
    expect(await insertTransactions(store, [])).to.deep.equal([]);
  });

  it("lets one transaction take another one's place only if told so", async () => {
    const store = await databases.open(await databases.fresh());
    const [first, second, third] = [0, 1, 2].map(() => transaction({ sender: "0xaa", nonce: 5n })) as [
      NewTransaction,
      NewTransaction,
      NewTransaction,
    ];
    await insertTransactions(store, [first]);
    expect(await insertTransactions(store, [second])).to.deep.equal([]);
    const replaced = await insertTransactions(store, [second, third], { replace: true });
    expect(replaced.map(({ hash }) => hash)).to.deep.equal([third.hash]);
    expect(await insertTransactions(store, [third], { replace: true })).to.deep.equal([]);
    const rows = await store.db.selectFrom("transactions").select(["hash", "raw", "seq"]).execute();
    expect(rows).to.deep.equal([{ hash: third.hash, raw: third.raw, seq: replaced[0]?.seq }]);
  });

  it("writes all of a transaction or nothing", async () => {
    const store = await databases.open(await databases.fresh());
    const failed = store.db.transaction().execute(async (trx) => {
      await insertTransactions({ db: trx }, [transaction()]);
      throw new TypeError("on purpose");
    });
    expect(await codeOf(failed)).to.equal("not ours: TypeError: on purpose");
    expect(await store.db.selectFrom("transactions").select("hash").execute()).to.deep.equal([]);
  });

  it("tells a statement that is wrong from a database that is gone", async () => {
    const store = await databases.open(await databases.fresh());
    expect(await codeOf(sql`select * from nowhere`.execute(store.db))).to.match(/^not ours/);
    await store.db.insertInto("taken_up").values({ batch: "0x01" }).execute();
    expect(await codeOf(store.db.insertInto("taken_up").values({ batch: "0x01" }).execute())).to.match(
      /^not ours: error: duplicate key/,
    );
  });

  it("refuses a database of a later version", async () => {
    const where = await databases.fresh();
    const first = await openStore(where);
    await sql`insert into kysely_migration (name, timestamp) values ('9999-later', now())`.execute(first.db);
    await first.close();
    expect(await codeOf(openStore(where))).to.equal("STORE_MIGRATION");
  });
});

describe("The store on PostgreSQL", () => {
  it("migrates once however many open it at once", async () => {
    const server = await startPostgres();
    try {
      const stores = await Promise.all(Array.from({ length: 8 }, () => openStore(server.url("postgres"))));
      const names = await sql<{ name: string }>`select name from kysely_migration`.execute(
        (stores[0] as (typeof stores)[0]).db,
      );
      expect(names.rows).to.have.length(1);
      await Promise.all(stores.map((store) => store.close()));
    } finally {
      await server.remove();
    }
  });

  it("goes on with the same object when the server was gone and is back", async () => {
    const server = await startPostgres();
    try {
      const store = await openStore(server.url("postgres"));
      const before = transaction();
      await insertTransactions(store, [before]);
      const torn = store.db.transaction().execute(async (trx) => {
        await insertTransactions({ db: trx }, [transaction()]);
        await server.stop();
        await insertTransactions({ db: trx }, [transaction()]);
      });
      expect(await codeOf(torn)).to.equal("STORE_UNAVAILABLE");
      expect(await codeOf(insertTransactions(store, [transaction()]))).to.equal("STORE_UNAVAILABLE");
      expect(await codeOf(openStore(server.url("postgres")))).to.equal("STORE_UNAVAILABLE");
      await server.start();
      const after = transaction();
      await insertTransactions(store, [after]);
      const rows = await store.db.selectFrom("transactions").select("hash").orderBy("seq").execute();
      expect(rows.map(({ hash }) => hash)).to.deep.equal([before.hash, after.hash]);
      await store.close();
    } finally {
      await server.remove();
    }
  });
});
