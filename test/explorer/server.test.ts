// What a browser gets from the node, and what the page makes of what strangers and the node say; without a browser.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { expect } from "chai";
import { AbiCoder } from "ethers";
import { WebSocketServer } from "ws";
import { bundleExplorer } from "../../src/explorer/bundle.ts";
import { connect } from "../../src/explorer/page/connection.ts";
import * as format from "../../src/explorer/page/format.ts";
import { routeOf, searched, titleOf } from "../../src/explorer/page/route.ts";
import { explorerPage, explorerRoutes } from "../../src/explorer/routes.ts";
import { post, type RpcRig, startRpcRig } from "../support/rpc-harness.ts";

const HTML = { headers: { accept: "text/html,application/xhtml+xml" } };

describe("explorer on the node", () => {
  const explorer = bundleExplorer();
  let rig: RpcRig;
  let url: string;

  before(async () => {
    rig = await startRpcRig();
    const page = explorerPage(explorer);
    ({ url } = await rig.serve({ page, routes: (app) => explorerRoutes(app, explorer) }));
  });

  after(() => rig.close());

  it("is what browsers get, with nothing inline and nothing from elsewhere", async () => {
    const response = await fetch(url, HTML);
    const html = await response.text();
    expect([response.status, response.headers.get("content-type")]).to.deep.equal([
      200,
      "text/html; charset=utf-8",
    ]);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).to.include("default-src 'none'").and.to.include("script-src 'self'");
    expect(policy).to.not.include("unsafe");
    expect(html).to.not.match(/<style|<script(?![^>]* src="\/)|\son\w+=|https?:/i);
    expect(explorer.assets.size).to.equal(2);
    for (const [path, { type, body }] of explorer.assets) {
      expect(html).to.include(`"${path}"`);
      const asset = await fetch(`${url}${path}`);
      expect(asset.headers.get("content-type")).to.equal(type);
      expect(asset.headers.get("cache-control")).to.include("immutable");
      expect(asset.headers.get("x-content-type-options")).to.equal("nosniff");
      expect(Buffer.from(await asset.arrayBuffer()).equals(Buffer.from(body))).to.equal(true);
      // A phone on a slow line: a hundredth of what a framework would be.
      expect(body.length).to.be.below(60_000);
    }
  });

  it("leaves JSON-RPC as it was, and is not there if it is turned off", async () => {
    const call = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "eth_chainId" });
    expect((await post(url, call, HTML.headers)).text).to.include('"result"');
    expect((await fetch(url)).status).to.equal(405);
    expect((await fetch(rig.server.url, HTML)).status).to.equal(405);
    for (const path of explorer.assets.keys()) {
      expect((await fetch(`${rig.server.url}${path}`)).status).to.equal(404);
    }
  });
});

describe("explorer's connection", () => {
  it("is not live before it is told of changes: where that is refused, it comes again", async () => {
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
    await once(server, "listening");
    let visits = 0;
    server.on("connection", (socket) => {
      const refused = ++visits === 1;
      const answer = refused ? { error: { code: -32005, message: "limit exceeded" } } : { result: "0x1" };
      socket.on("message", () => socket.send(JSON.stringify({ jsonrpc: "2.0", id: 0, ...answer })));
    });
    const { port } = server.address() as AddressInfo;
    const said: boolean[] = [];
    const live = Promise.withResolvers<void>();
    const connection = connect(`ws://127.0.0.1:${port}`, "luntraStatus", {
      told: () => undefined,
      connected: (is) => {
        said.push(is);
        if (is) live.resolve();
      },
    });
    await live.promise;
    connection.close();
    server.close();
    expect([said, visits]).to.deep.equal([[false, true], 2]);
  });
});

describe("explorer's words", () => {
  it("are exact about money, and say what is too little to show", () => {
    expect(format.ether("0xde0b6b3a7640000")).to.equal("1 ETH");
    expect(format.ether(1_234_567_890_000_000_000_000n)).to.equal("1,234.56789 ETH");
    expect(format.ether(1n)).to.equal("< 0.000001 ETH");
    expect(format.ether(0n)).to.equal("0 ETH");
    expect(format.ether(999_999_999_999_999_999n)).to.equal("0.999999 ETH");
    expect(format.gwei("0x3b9aca01")).to.equal("1.000000001 gwei");
    expect(format.decimal(5n, 0)).to.equal("5");
    expect(format.decimal(5n, 3)).to.equal("0.005");
  });

  it("call little risk little, and not none", () => {
    expect([0, 0.00001, 0.0264, 0.5, 1].map(format.percent)).to.deep.equal([
      "0.0 %",
      "< 0.1 %",
      "2.6 %",
      "50 %",
      "100 %",
    ]);
  });

  it("give a length of time in its two largest units", () => {
    expect([0, 59, 60, 3_725, 90_061, -5].map(format.span)).to.deep.equal([
      "0 s",
      "59 s",
      "1 min",
      "1 h 2 min",
      "1 d 1 h",
      "0 s",
    ]);
  });

  it("take a stranger's name without what turns or hides text, and not all of a long one", () => {
    expect(format.stranger("USDC\u202e\u200b\u0000\n")).to.equal("USDC");
    // Letters, a symbol and a mark that show nothing.
    expect(format.stranger("\u3164\u115fUSDC\u2800\u034f")).to.equal("USDC");
    expect(format.stranger("x".repeat(1000))).to.equal(`${"x".repeat(24)}…`);
    const encoded = (text: string) => AbiCoder.defaultAbiCoder().encode(["string"], [text]);
    expect(format.decodeString(encoded("Ünïcode ✓"))).to.equal("Ünïcode ✓");
    for (const bad of ["0x", "0x1234", encoded("abc").slice(0, 132), `0x${"ff".repeat(64)}`]) {
      expect(format.decodeString(bad), bad).to.equal(undefined);
    }
  });

  it("find their way: every address names a view, and what is none is not taken for one", () => {
    const [hash, account] = [`0x${"Ab".repeat(32)}`, `0x${"cD".repeat(20)}`];
    expect(routeOf("")).to.deep.equal({ view: "overview" });
    expect(routeOf("#/disputes")).to.deep.equal({ view: "disputes" });
    expect(routeOf("#/batch/12")).to.deep.equal({ view: "batch", batch: "12" });
    expect(routeOf(`#/batch/${hash}`)).to.deep.equal({ view: "batch", batch: hash.toLowerCase() });
    expect(routeOf(`#/tx/${hash}`)).to.deep.equal({ view: "transaction", hash: hash.toLowerCase() });
    expect(routeOf(`#/account/${account}`)).to.deep.equal({
      view: "account",
      account: account.toLowerCase(),
    });
    for (const bad of [
      "#/batch/-1",
      "#/tx/0x12",
      "#/account/0x",
      "#/javascript:alert(1)",
      `#/tx/${"9".repeat(99)}`,
    ]) {
      expect(routeOf(bad).view, bad).to.equal("unknown");
      expect(titleOf(routeOf(bad))).to.equal("Not found");
    }
    expect(searched(" Batch 7 ")).to.deep.equal({ kind: "batch", text: "7" });
    expect(searched("#7")).to.deep.equal({ kind: "batch", text: "7" });
    expect(searched(account)).to.deep.equal({ kind: "account", text: account.toLowerCase() });
    expect(searched(hash)).to.deep.equal({ kind: "hash", text: hash.toLowerCase() });
    expect([searched(""), searched("0x12"), searched("<b>")]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
