// A process of its own for tests that kill one: writes to the database that it is told, and says what it wrote.
// Arguments: `insert WHERE`, or `lead WHERE NAME TTL`.

import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { isLuntraError } from "../../src/errors.ts";
import { insertTransactions, type NewTransaction, openLease, openStore } from "../../src/store/index.ts";

const hex = (bytes: number) => `0x${randomBytes(bytes).toString("hex")}` as const;

function transactions(count: number): NewTransaction[] {
  return Array.from({ length: count }, () => ({ hash: hex(32), sender: hex(20), nonce: 0n, raw: hex(100) }));
}

function say(word: string, ...rest: readonly unknown[]): void {
  process.stdout.write(`${[word, ...rest].join(" ")}\n`);
}

/** Says each hash after it was acknowledged. */
async function insert(where: string): Promise<void> {
  const store = await openStore(where);
  say("open");
  for (;;) {
    const rows = transactions(5);
    const inserted = await insertTransactions(store, rows);
    say("wrote", ...inserted.map(({ hash }) => hash));
  }
}

/** Writes as leader as often as it can, in a transaction that takes a while. */
async function lead(where: string, holder: string, ttlMs: number): Promise<void> {
  const store = await openStore(where);
  const lease = await openLease(store, { holder, url: `http://${holder}`, ttlMs });
  lease.events.on("gained", (epoch) => say("gained", epoch));
  lease.events.on("lost", (epoch) => say("lost", epoch));
  if (lease.leading) say("gained", lease.epoch);
  let led = 0n;
  for (;;) {
    if (lease.leading) led = lease.epoch;
    const [row] = transactions(1) as [NewTransaction];
    if (led !== 0n) {
      try {
        await lease.fenced(async (trx) => {
          await insertTransactions({ db: trx }, [row]);
          await sleep(5);
        }, led);
        say("wrote", row.hash);
      } catch (error) {
        say("refused", isLuntraError(error) ? error.code : error);
        if (isLuntraError(error, "LEASE_LOST") && !lease.leading) led = 0n;
      }
    }
    await sleep(5);
  }
}

const [command, where = "", name = "", ttl = ""] = process.argv.slice(2);
await (command === "insert" ? insert(where) : lead(where, name, Number(ttl)));
