// The explorer page in a real browser, of a real node with a real dispute: what it shows, that it follows, by keyboard, by phone,
// by screen reader, and against strangers' names.

import { expect } from "chai";
import { hexlify, zeroPadBytes } from "ethers";
import type { Browser, Page } from "playwright-core";
import type { Hex } from "../../src/chain/types.ts";
import { bundleExplorer } from "../../src/explorer/bundle.ts";
import { percent } from "../../src/explorer/page/format.ts";
import { explorerPage, explorerRoutes } from "../../src/explorer/routes.ts";
import { challenge, timeout } from "../../src/node/dispute.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import type { RpcServer } from "../../src/rpc/server.ts";
import { workOfNode } from "../../src/sequencing/proof-work.ts";
import { ETHER, l2Wallet, signL2, standInProver } from "../support/node-harness.ts";
import { type RpcRig, resultOf, startRpcRig } from "../support/rpc-harness.ts";
import { until } from "../support/sequencer-harness.ts";
import {
  DESKTOP,
  expectAccessible,
  expectNoSideways,
  launch,
  PHONE,
  screenshot,
  type Visit,
  visit,
} from "./support.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob").address.toLowerCase();
const DARK = { ...DESKTOP, colorScheme: "dark" } as const;
/** 28 bytes: fits into the one word where the token keeps a short symbol. */
const HOSTILE = "<img src=x onerror=alert(1)>";
const SYMBOL_SLOT = 4n;

describe("explorer page", function () {
  this.timeout(180_000);
  const explorer = bundleExplorer();
  let browser: Browser;
  let rig: RpcRig;
  let server: RpcServer;
  let port: number;
  let nonce = 0;
  /** Proofs wait for it. */
  const release = Promise.withResolvers<void>();
  const patient: Prover = {
    async prove(run) {
      await release.promise;
      return await standInProver.prove(run);
    },
  };
  const visits: Visit[] = [];

  before(async function () {
    browser = await launch(this);
    rig = await startRpcRig({ tuning: { prover: () => patient, stuckMs: 200 } });
    await rig.fund([ALICE.address], 5n * ETHER);
    server = await serve(0);
    port = server.port;
  });

  afterEach(async () => {
    for (const { page, complaints } of visits.splice(0)) {
      await page.context().close();
      expect(complaints.filter((text) => !/WebSocket connection/.test(text))).to.deep.equal([]);
    }
  });

  after(async () => {
    await browser?.close();
    await rig?.close();
  });

  const serve = (at: number) =>
    rig.serve({
      port: at,
      proofs: workOfNode(rig.service),
      page: explorerPage(explorer),
      routes: (app) => explorerRoutes(app, explorer),
    });
  const view = () => rig.service.engine.node.derivation.view;
  const chain = () => rig.service.engine.chain;

  async function open(fragment = "", options = DESKTOP as Parameters<typeof visit>[2]): Promise<Page> {
    const its = await visit(browser, `${server.url}/${fragment}`, options);
    visits.push(its);
    return its.page;
  }

  async function pay(call: { to?: Hex; value?: bigint; data?: Hex } = {}): Promise<Hex> {
    const raw = await signL2(rig.world, ALICE, { to: BOB, value: ETHER / 4n, nonce: nonce++, ...call });
    const hash = await resultOf<Hex>(server.url, "eth_sendRawTransaction", raw);
    await until(() => chain().transaction(hash) !== undefined, "the block");
    return hash;
  }

  async function committed(hash: Hex): Promise<Hex> {
    const idOf = () => chain().block(chain().transaction(hash)?.blockHash ?? "")?.place.id;
    await until(() => idOf() !== undefined, "the commit");
    return idOf() as Hex;
  }

  /** What a screen reader is told. */
  const hear = (page: Page, text: RegExp) => page.getByRole("status").filter({ hasText: text }).waitFor();

  it("shows the batches, and a new one without being asked to", async () => {
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "Batches" }).waitFor();
    const rows = page.getByRole("table", { name: /Batches/ }).getByRole("row");
    await rows.nth(1).waitFor();
    const before = await rows.count();
    const hash = await pay();
    await committed(hash);
    await rows.nth(before).waitFor();
    const { head } = view();
    const newest = page.getByRole("row", { name: new RegExp(`^${head} pending`) });
    expect(await newest.textContent()).to.match(/pending/);
    expect(await page.getByText("leads").textContent()).to.equal("leads");
    await screenshot(page, "overview");
    await expectAccessible(page);
  });

  it("follows an open dispute: clocks, who may act and what it pays, bonds, the proof; and its end", async () => {
    const hash = await pay();
    const id = await committed(hash);
    const page = await open("#/disputes");
    await page.getByText("No challenge is open.").waitFor();
    const own = await rig.world.open();
    const { header, checkpoints } = own.derivation.batch(id);
    const [number, segment] = [header.number, checkpoints.length - 1];
    const { bond } = await challenge(own, rig.world.challenger, id, segment, { unchecked: true });

    const card = page.getByRole("article");
    await card.waitFor();
    expect(await card.getByRole("heading").textContent()).to.equal(`Batch ${number}, segment ${segment}`);
    const moves = await card.getByRole("listitem").allTextContents();
    expect(moves.length).to.equal(3);
    expect(moves[0]).to.match(/^Answer\s*now.*anyone with a validity proof\s*pays 0.05 ETH/);
    expect(moves[2]).to.match(/^Time out\s*in \d+ (min|s).*anyone\s*pays 0.6 ETH to the challenger/);
    expect(await card.textContent()).to.include(`${Number(bond) / 1e18} ETH`);
    const clock = card.locator(".big .clock");
    const first = await clock.textContent();
    await page.waitForFunction(
      ([selector, text]) => {
        const { document } = globalThis as unknown as {
          document: { querySelector(its: string): { textContent: string } | null };
        };
        return document.querySelector(selector as string)?.textContent !== text;
      },
      [".big .clock", first],
    );
    // A reader is told of the challenge, not of every second.
    await hear(page, /^1 open challenges\.$/);
    await screenshot(page, "dispute");
    await expectAccessible(page);

    for (const [options, name] of [
      [PHONE, "phone"],
      [DARK, "dark"],
    ] as const) {
      const other = await open("#/disputes", options);
      await other.getByRole("article").waitFor();
      await expectNoSideways(other);
      await screenshot(other, `dispute-${name}`);
      await expectAccessible(other);
    }

    await page.getByRole("link", { name: "Bonds" }).click();
    const challenger = (await rig.world.challenger.getAddress()).toLowerCase();
    const row = page.getByRole("row").filter({ has: page.getByTitle(challenger) });
    await row.waitFor();
    expect(await row.textContent())
      .to.include("challenger")
      .and.to.include(`${Number(bond) / 1e18} ETH`);
    await screenshot(page, "bonds");
    await expectAccessible(page);

    await page.getByRole("link", { name: "Proofs" }).click();
    const job = page.getByRole("row").filter({ hasText: "a dispute waits" });
    await job.filter({ hasText: /active[\s\S]+so far[\s\S]+this node/ }).waitFor();
    await screenshot(page, "proofs");
    await expectAccessible(page);

    await page.getByRole("link", { name: "Disputes" }).click();
    release.resolve();
    await page.getByRole("row").filter({ hasText: "answered" }).waitFor();
    await page.getByText("No challenge is open.").waitFor();
    await page.goto(`${server.url}/#/batch/${id}`);
    await page.getByRole("cell", { name: "proven" }).waitFor();
    // The node's own score, with what it rests on.
    const risk = await resultOf<{ probability: number; reasons: { contribution: number }[] }>(
      server.url,
      "luntra_risk",
      id,
    );
    const section = page.getByRole("region", { name: "Risk" });
    await section.getByText(percent(risk.probability), { exact: true }).waitFor();
    const reasons = section.getByRole("table", { name: /^Why/ }).getByRole("row");
    expect(await reasons.count()).to.equal(1 + Math.min(risk.reasons.length, 6));
    await screenshot(page, "batch");
    await expectAccessible(page);
  });

  it("shows a transaction's path to its end, step by step", async () => {
    const hash = await pay();
    const page = await open(`#/tx/${hash}`);
    const step = page.locator('[aria-current="step"]');
    await page.getByText("Challenge window closes in").waitFor();
    expect(await step.getByRole("heading").allTextContents()).to.deep.equal(["Nobody objects now"]);
    expect(await page.getByText("0.25 ETH").textContent()).to.include("sends 0.25 ETH to");
    await screenshot(page, "transaction");
    await expectAccessible(page);
    const phone = await open(`#/tx/${hash}`, PHONE);
    await phone.getByText("Challenge window closes in").waitFor();
    await expectNoSideways(phone);
    await screenshot(phone, "transaction-phone");

    await rig.world.increaseTime(rig.world.book.parameters.challengeWindow);
    await rig.world.connection.networkHelpers.mine();
    await page.getByRole("heading", { level: 1, name: /final/ }).waitFor();
    expect(await page.locator(".path li.done").count()).to.equal(5);
    await hear(page, /is final/);
    await screenshot(page, "transaction-final");
  });

  it("shows what was rolled back, and why", async () => {
    const hash = await pay();
    const id = await committed(hash);
    const own = await rig.world.open();
    // Nobody can prove in time what is challenged and timed out in one go.
    await rig.world.connection.networkHelpers.mine();
    const page = await open(`#/batch/${id}`);
    await page.getByRole("heading", { level: 1, name: /pending/ }).waitFor();
    const provider = rig.world.connection.networkHelpers;
    await challenge(own, rig.world.challenger, id, 0, { unchecked: true });
    const { provingWindow, slot } = rig.world.book.parameters;
    await provider.time.increase(provingWindow + 2n * slot);
    await own.derivation.sync();
    const timedOut = await timeout(own, rig.world.challenger, id, 0).then(
      () => true,
      () => false,
    );
    // The node may have been faster: then the segment is proven. Both are shown.
    await page.getByRole("heading", { level: 1, name: timedOut ? /rolled back/ : /pending|final/ }).waitFor();
    await expectAccessible(page);
    await page.goto(`${server.url}/#/`);
    if (timedOut) await page.getByRole("row").filter({ hasText: "rolled back" }).first().waitFor();
  });

  it("finds batches, transactions and accounts, by keyboard alone", async () => {
    const hash = await pay();
    const id = await committed(hash);
    const own = await rig.world.open();
    const page = await open();
    await page.getByRole("heading", { level: 1, name: "Batches" }).waitFor();
    await page.keyboard.press("Tab");
    expect(await page.locator(":focus").textContent()).to.equal("Skip to the content");
    await page.keyboard.press("Enter");
    expect(await page.locator(":focus").getAttribute("id")).to.equal("content");

    const search = page.getByRole("textbox", { name: /Batch number/ });
    for (const [text, heading] of [
      ["1", "Batch 1 "],
      [id, `Batch ${own.derivation.batch(id).header.number} `],
      [hash, "Transaction"],
      [BOB, "Account"],
    ] as const) {
      await search.focus();
      await page.keyboard.type(text);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { level: 1, name: new RegExp(`^${heading}`) }).waitFor();
      await page.locator("#content:focus").waitFor();
    }
    await page.getByText(BOB).waitFor();
    await page
      .getByRole("row", { name: /^latest/ })
      .getByText("ETH")
      .waitFor();
    await expectAccessible(page);
    await search.focus();
    await page.keyboard.type("nonsense");
    await page.keyboard.press("Enter");
    await page.getByRole("alert").filter({ hasText: "please" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { level: 1, name: /^Transaction/ }).waitFor();
  });

  it("takes strangers' names for text: a token's symbol, and what is in the address", async () => {
    const token = await rig.fundToken(ALICE.address, 1000n);
    const bytes = Buffer.from(HOSTILE);
    const word = `${zeroPadBytes(hexlify(bytes), 31)}${(2 * bytes.length).toString(16).padStart(2, "0")}`;
    await rig.world.connection.networkHelpers.setStorageAt(token, SYMBOL_SLOT, word);
    const data = `0xa9059cbb${BOB.slice(2).padStart(64, "0")}${9n.toString(16).padStart(64, "0")}`;
    const hash = await pay({ to: token, value: 0n, data });
    const page = await open(`#/tx/${hash}`);
    let dialogs = 0;
    page.on("dialog", (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
    await page.locator("bdi").filter({ hasText: "<img src=x onerror" }).waitFor();
    expect(await page.locator("main img").count()).to.equal(0);
    await page.goto(`${server.url}/#/tx/${encodeURIComponent(HOSTILE)}`);
    await page.getByRole("heading", { level: 1, name: "Not found" }).waitFor();
    await page.goto(`${server.url}/#/${HOSTILE}`);
    await page.getByText("There is nothing here").waitFor();
    expect(await page.locator("main img").count()).to.equal(0);
    const search = page.getByRole("textbox");
    await search.fill(HOSTILE);
    await search.press("Enter");
    await page.getByRole("alert").filter({ hasText: "please" }).waitFor();
    expect(dialogs).to.equal(0);
  });

  it("keeps to a phone's width in every view", async () => {
    const hash = await pay();
    const id = await committed(hash);
    const page = await open("", PHONE);
    for (const fragment of [
      "#/",
      "#/disputes",
      "#/bonds",
      "#/proofs",
      `#/batch/${id}`,
      `#/tx/${hash}`,
      `#/account/${BOB}`,
    ]) {
      await page.goto(`${server.url}/${fragment}`);
      await page.getByRole("heading", { level: 1 }).waitFor();
      await page.locator(".facts, table, .nothing").first().waitFor();
      await page.waitForTimeout(300);
      await expectNoSideways(page);
      await expectAccessible(page);
      if (fragment === "#/") await screenshot(page, "overview-phone");
      if (fragment.startsWith("#/batch")) await screenshot(page, "batch-phone");
    }
  });

  it("says that it is out of date when the node is gone, and goes on by itself when it is back", async () => {
    const page = await open();
    await page.getByText("live", { exact: true }).waitFor();
    await page.getByRole("row").nth(5).waitFor();
    await screenshot(page, "batches");
    await server.close();
    await page.getByText("Not connected to the node. What you see is").waitFor();
    await hear(page, /^Connection to the node lost\.$/);
    await expectAccessible(page);
    await screenshot(page, "stale");
    server = await serve(port);
    await page.getByText("live", { exact: true }).waitFor();
    const hash = await pay();
    await committed(hash);
    await page.getByRole("row", { name: new RegExp(`^${view().head} pending`) }).waitFor();
  });
});
