// Alerts: told once, told again, told to be over; delivered at least once to receivers that hang, refuse or lose what they took.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { z } from "zod";
import { alertSchema, type Condition, KINDS } from "../../src/watchtower/alert.ts";
import { AlertBook, type AlertOptions } from "../../src/watchtower/alert-book.ts";
import { deliverAlerts, signatureOf, targetOf, type WebhookOptions } from "../../src/watchtower/webhook.ts";
import { type HookServer, hookServer } from "../support/hook-server.ts";
import { until } from "../support/sequencer-harness.ts";

const DOCS = resolve(import.meta.dirname, "../../docs/watchtower.md");
const IDENTITY = { watchtower: `0x${"11".repeat(20)}`, chainId: "31337", rollup: `0x${"22".repeat(20)}` };
const WRONG: Condition = { kind: "wrong-batch", subject: "0xab", message: "batch 1 is wrong" };
const OTHER: Condition = { kind: "wrong-batch", subject: "0xcd", message: "batch 2 is wrong" };

describe("alerts", () => {
  let folder: string;
  let path: string;
  let hook: HookServer;
  let ending: AbortController;
  const delivering: Promise<void>[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "luntra-alerts-"));
    path = join(folder, "alerts.json");
    hook = await hookServer();
    ending = new AbortController();
  });

  afterEach(async () => {
    ending.abort();
    await Promise.all(delivering.splice(0));
    await hook.close();
    await rm(folder, { recursive: true });
  });

  const open = (more: AlertOptions = {}) =>
    AlertBook.open(path, IDENTITY, { targets: [targetOf(hook.url)], ...more });

  function deliver(book: AlertBook, more: Partial<WebhookOptions> = {}): void {
    const { url, secret } = hook;
    const usual = { url, secret, timeoutMs: 100, pauseMs: { first: 10, most: 40 } };
    delivering.push(deliverAlerts(book, { ...usual, ...more }, ending.signal));
  }

  const kinds = () => hook.alerts.map(({ kind, subject }) => `${kind} ${subject}`);

  it("tells what stands once, and that it is over once", async () => {
    const book = await open();
    deliver(book);
    for (const standing of [[WRONG], [WRONG], [WRONG, OTHER], [OTHER], [], []]) {
      await book.update("judged", standing);
    }
    const expected = ["wrong-batch 0xab", "wrong-batch 0xcd", "recovered 0xab", "recovered 0xcd"];
    await until(() => hook.alerts.length === 4, "four alerts");
    expect(kinds()).to.deep.equal(expected);
    expect(hook.alerts.map(({ severity }) => severity)).to.deep.equal([
      "critical",
      "critical",
      "info",
      "info",
    ]);
    expect(hook.complaints).to.deep.equal([]);
  });

  it("leaves what stands in one scope alone when it hears of another", async () => {
    const book = await open();
    await book.update("judged", [WRONG]);
    await book.update("head", []);
    deliver(book);
    await book.update("head", [OTHER]);
    await until(() => hook.alerts.length === 2, "two alerts");
    expect(kinds()).to.deep.equal(["wrong-batch 0xab", "wrong-batch 0xcd"]);
  });

  it("reminds of what still stands, and says since when", async () => {
    const book = await open({ repeatMs: 0 });
    deliver(book);
    await book.update("judged", [WRONG]);
    await book.update("judged", [WRONG]);
    await until(() => hook.alerts.length === 2, "a reminder");
    const [first, second] = hook.alerts;
    expect(first?.since).to.equal(undefined);
    expect(second?.since).to.equal(first?.at);
    expect(second?.id).not.to.equal(first?.id);
  });

  it("does not tell what passes within its grace", async () => {
    const book = await open({ graceMs: { "wrong-batch": 3_600_000 } });
    deliver(book);
    await book.update("judged", [WRONG]);
    await book.update("judged", []);
    await book.update("happened", [], [OTHER]);
    await until(() => hook.alerts.length > 0, "the other one");
    expect(kinds()).to.deep.equal(["wrong-batch 0xcd"]);
  });

  it("does not raise anew after a restart what stood before, and delivers what it still owes", async () => {
    hook.mood = "refuse";
    await (await open()).update("judged", [WRONG]);
    hook.mood = "well";
    const book = await open();
    deliver(book);
    await book.update("judged", [WRONG, OTHER]);
    await until(() => hook.alerts.length === 2, "both");
    expect(kinds()).to.deep.equal(["wrong-batch 0xab", "wrong-batch 0xcd"]);
    expect(book.next(targetOf(hook.url))).to.equal(undefined);
  });

  it("delivers after a receiver hung, in order, with the same id each time", async () => {
    hook.mood = "hang";
    const book = await open();
    const failures: string[] = [];
    deliver(book, { onFailure: (reason) => failures.push(reason) });
    const started = performance.now();
    await book.update("judged", [WRONG]);
    await book.update("judged", [WRONG, OTHER]);
    // Nobody who watches waits for it.
    expect(performance.now() - started).to.be.lessThan(2_000);
    await until(() => hook.requests.length >= 3, "three tries");
    expect(new Set(hook.requests).size).to.equal(1);
    hook.mood = "well";
    await until(() => hook.alerts.length === 2, "delivery");
    expect(kinds()).to.deep.equal(["wrong-batch 0xab", "wrong-batch 0xcd"]);
    expect(failures.length >= 3 && failures.every((reason) => reason === "TimeoutError")).to.equal(true);
  });

  it("delivers again what a receiver took and did not say so", async () => {
    hook.mood = "lose";
    const book = await open();
    deliver(book);
    await book.update("judged", [WRONG]);
    await until(() => hook.requests.length >= 2, "two deliveries");
    hook.mood = "well";
    await until(() => book.next(targetOf(hook.url)) === undefined, "the answer");
    expect(new Set(hook.requests).size).to.equal(1);
    expect(hook.alerts.length).to.equal(1);
  });

  it("has written down what was delivered when it ends", async () => {
    const book = await open();
    await book.update("judged", [WRONG]);
    deliver(book, { onDelivered: () => ending.abort() });
    await Promise.all(delivering);
    expect((await open()).undelivered).to.equal(0);
  });

  it("keeps the newest when a receiver is gone for very long, and says how many it lost", async () => {
    const book = await open();
    const many = Array.from({ length: 1_200 }, (_, i): Condition => ({ ...WRONG, subject: String(i) }));
    await book.update("judged", many);
    for (const subject of ["a", "b"]) await book.update("happened", [], [{ ...WRONG, subject }]);
    deliver(book);
    await until(() => book.next(targetOf(hook.url)) === undefined, "delivery", 60_000);
    expect(hook.alerts[0]?.kind).to.equal("alerts-dropped");
    expect(hook.alerts[0]?.data).to.deep.equal({ dropped: 203 });
    expect(hook.alerts.length).to.equal(1_000);
    expect(hook.alerts.at(-1)?.subject).to.equal("b");
  });

  it("delivers to the receivers that there are what it owes to one that is no more", async () => {
    await (await open({ targets: ["0123456789abcdef"] })).update("judged", [WRONG]);
    const book = await open();
    deliver(book);
    await until(() => hook.alerts.length === 1, "delivery");
    await until(() => book.undelivered === 0, "the answer");
  });

  it("signs as the specification's example", () => {
    const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const id = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    const signature = signatureOf(secret, id, 1_614_265_330, '{"test": 2432232314}');
    expect(signature).to.equal("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("takes a file that it cannot read for none", async () => {
    await writeFile(path, "{");
    const troubles: unknown[] = [];
    const book = await open({ onTrouble: (error) => troubles.push(error) });
    await book.update("judged", [WRONG]);
    expect(troubles.length).to.equal(1);
    expect(book.next(targetOf(hook.url))?.kind).to.equal("wrong-batch");
  });

  it("is documented: every kind, and the schema word for word", async () => {
    const docs = await readFile(DOCS, "utf8");
    for (const [kind, severity] of Object.entries(KINDS)) {
      expect(docs, kind).to.match(new RegExp(`\\| \`${kind}\` +\\| ${severity} +\\|`));
    }
    const [, schema = ""] = /```json\n(\{\n {2}"\$schema"[^`]*)```/.exec(docs) ?? [];
    expect(JSON.parse(schema)).to.deep.equal(z.toJSONSchema(alertSchema));
  });
});
