import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { isLuntraError } from "../../src/errors.ts";
import { lockFolder } from "../../src/store/folder-lock.ts";
import { openStore } from "../../src/store/index.ts";
import { runScript } from "../support/child-process.ts";
import { onBothDatabases, onEmbedded } from "../support/databases.ts";

const CHILD = join(import.meta.dirname, "child.ts");
const KILLS = 3;

async function codeOf(action: Promise<unknown>): Promise<string> {
  try {
    await action;
    return "none";
  } catch (error) {
    return isLuntraError(error) ? error.code : `not ours: ${error}`;
  }
}

async function hashes(where: string): Promise<Set<string>> {
  const store = await openStore(where);
  const rows = await store.db.selectFrom("transactions").select("hash").execute();
  await store.close();
  return new Set(rows.map(({ hash }) => hash));
}

onBothDatabases("A process that is killed while it writes", (databases) => {
  it("leaves everything that it acknowledged", async () => {
    const where = await databases.fresh();
    const acknowledged: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const script = runScript(CHILD, ["insert", where]);
      await script.line((line) => line.startsWith("wrote"));
      await sleep(Math.random() * 300);
      await script.kill();
      for (const line of script.lines) {
        const [word, ...rest] = line.split(" ");
        if (word === "wrote") acknowledged.push(...rest);
      }
    }
    const there = await hashes(where);
    expect(acknowledged.length).to.be.greaterThan(5 * KILLS);
    expect(acknowledged.filter((hash) => !there.has(hash))).to.deep.equal([]);
  });
});

onEmbedded("The embedded store", (databases) => {
  it("has one opener: another one is told so, in this process or another", async () => {
    const where = await databases.fresh();
    const first = await openStore(where);
    expect(await codeOf(openStore(where))).to.equal("STORE_LOCKED");
    await first.close();
    const script = runScript(CHILD, ["insert", where]);
    await script.line((line) => line === "open");
    expect(await codeOf(openStore(where))).to.equal("STORE_LOCKED");
    await script.kill();
    const second = await databases.open(where);
    expect((await second.db.selectFrom("transactions").select("hash").execute()).length).to.be.greaterThan(
      -1,
    );
  });

  it("starts again after being killed in the middle of its first start", async () => {
    const where = join(await databases.fresh(), "new");
    const script = runScript(CHILD, ["insert", where]);
    for (;;) {
      const files = await readdir(join(where, "pglite")).catch(() => []);
      if (files.length > 3) break;
      await sleep(5);
    }
    await script.kill();
    expect(script.lines).to.deep.equal([]);
    expect(await readdir(where)).not.to.include("initialised");
    const store = await databases.open(where);
    expect(await store.db.selectFrom("transactions").select("hash").execute()).to.deep.equal([]);
  });

  it("says so when PostgreSQL panics, instead of hanging, and comes back with all that was acknowledged", async () => {
    const where = await databases.fresh();
    const store = await databases.open(where);
    await store.db.insertInto("taken_up").values({ batch: "0x01" }).execute();
    // As on a full disk, the log cannot go on.
    const log = join(where, "pglite", "pg_wal");
    await rename(log, `${log}.away`);
    await store.raw("select pg_switch_wal()").catch(() => undefined);
    const write = () => store.db.insertInto("taken_up").values({ batch: "0x02" }).execute();
    expect(await codeOf(write())).to.equal("STORE_UNAVAILABLE");
    const within = store.db.transaction().execute((trx) => trx.deleteFrom("taken_up").execute());
    expect(await codeOf(within)).to.equal("STORE_UNAVAILABLE");
    await rename(`${log}.away`, log);
    await write();
    const rows = await store.db.selectFrom("taken_up").select("batch").orderBy("batch").execute();
    expect(rows).to.deep.equal([{ batch: "0x01" }, { batch: "0x02" }]);
  });

  it("refuses statements once it is closed", async () => {
    const store = await openStore(await databases.fresh());
    await store.close();
    expect(await codeOf(store.db.selectFrom("leader").selectAll().execute())).to.equal("STORE_UNAVAILABLE");
    const within = store.db.transaction().execute((trx) => trx.selectFrom("leader").selectAll().execute());
    expect(await codeOf(within)).to.equal("STORE_UNAVAILABLE");
    expect(await codeOf(store.db.transaction().execute(async () => undefined))).to.equal("STORE_UNAVAILABLE");
    await store.close();
  });

  it("is unavailable where the disk does not let it be", async () => {
    const where = join(await databases.fresh(), "new");
    await mkdir(where);
    await writeFile(join(where, "pglite"), "in the way");
    await writeFile(join(where, "initialised"), "");
    expect(await codeOf(openStore(where))).to.equal("STORE_UNAVAILABLE");
    expect((await readdir(where)).filter((name) => name.startsWith("lock."))).to.deep.equal([]);
  });
});

onEmbedded("A folder's lock", (databases) => {
  it("does not count if its owner is dead, or its pid another process's by now", async () => {
    const where = join(await databases.fresh(), "new");
    await mkdir(where);
    const dead = runScript(CHILD, ["insert", "/dev/null/nowhere"]);
    await dead.kill();
    const uuid = "00000000-0000-4000-8000-000000000000";
    await writeFile(join(where, `lock.${dead.process.pid}.123.${uuid}`), "");
    await writeFile(join(where, `lock.${process.pid}.1.${uuid}`), "");
    const lock = await lockFolder(where);
    expect(await readdir(where)).to.have.length(1);
    expect(await codeOf(lockFolder(where))).to.equal("STORE_LOCKED");
    await lock.release();
    await (await lockFolder(where)).release();
    expect(await readdir(where)).to.deep.equal([]);
  });

  it("goes to one at most of many who want it at once", async () => {
    const where = join(await databases.fresh(), "new");
    await mkdir(where);
    const results = await Promise.allSettled(Array.from({ length: 20 }, () => lockFolder(where)));
    expect(results.filter(({ status }) => status === "fulfilled").length).to.be.lessThan(2);
  });
});
