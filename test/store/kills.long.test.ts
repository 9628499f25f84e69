// Many kills at random instants, of writers and of leaders: nothing acknowledged is lost, and no two lead in one epoch.

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { openStore } from "../../src/store/index.ts";
import { runScript } from "../support/child-process.ts";
import { onBothDatabases, onPostgres } from "../support/databases.ts";

const CHILD = join(import.meta.dirname, "child.ts");
const KILLS = 30;
const TTL_MS = 600;

async function missing(where: string, acknowledged: readonly string[]): Promise<string[]> {
  const store = await openStore(where);
  const rows = await store.db.selectFrom("transactions").select("hash").execute();
  await store.close();
  const there = new Set<string>(rows.map(({ hash }) => hash));
  return acknowledged.filter((hash) => !there.has(hash));
}

const written = (lines: readonly string[]) =>
  lines.filter((line) => line.startsWith("wrote")).flatMap((line) => line.split(" ").slice(1));

onBothDatabases("A writer", (databases) => {
  it(`that is killed ${KILLS} times loses nothing that it acknowledged`, async function () {
    this.timeout(900_000);
    const where = await databases.fresh();
    const acknowledged: string[] = [];
    for (let kill = 0; kill < KILLS; kill++) {
      const script = runScript(CHILD, ["insert", where]);
      // Some of them before they are ready.
      if (kill % 5 !== 0) await script.line((line) => line === "open", 60_000);
      await sleep(Math.random() * 1_000);
      await script.kill();
      acknowledged.push(...written(script.lines));
    }
    expect(acknowledged.length).to.be.greaterThan(KILLS);
    expect(await missing(where, acknowledged)).to.deep.equal([]);
  });
});

onPostgres("Leaders", (databases) => {
  it(`of whom ${KILLS} are killed lose nothing, and never lead in one epoch`, async function () {
    this.timeout(900_000);
    const where = await databases.fresh();
    const lead = (name: number) => runScript(CHILD, ["lead", where, `node-${name}`, `${TTL_MS}`]);
    const gained = (line: string) => line.startsWith("gained");
    const gone: string[][] = [];
    let standing = lead(0);
    for (let kill = 1; kill <= KILLS; kill++) {
      await standing.line(gained, 60_000);
      // Only now: of two that stand by, either may be the next.
      const next = lead(kill);
      await sleep(Math.random() * 2_000);
      await standing.kill();
      gone.push([...standing.lines]);
      standing = next;
    }
    await standing.line((line) => line.startsWith("wrote"), 60_000);
    await standing.kill();
    gone.push([...standing.lines]);
    const epochs = gone.flatMap((lines) => lines.filter(gained));
    expect(new Set(epochs).size).to.equal(epochs.length);
    expect(await missing(where, gone.flatMap(written))).to.deep.equal([]);
  });
});
