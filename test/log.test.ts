// The log: lines of JSON that hold what an operator needs, and nothing that an attacker would want.

import { Writable } from "node:stream";
import { expect } from "chai";
import { LuntraError } from "../src/errors.ts";
import { openLog } from "../src/log.ts";
import { withoutUrls } from "../src/without-urls.ts";
import { rpcLog } from "../src/rpc/log.ts";

type Line = Readonly<Record<string, unknown>> & { readonly err?: Readonly<Record<string, unknown>> };

function capture(options: Parameters<typeof openLog>[0] = {}) {
  let text = "";
  const destination = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const log = openLog({ level: "debug", ...options, destination });
  return {
    log,
    text: () => text,
    lines: () =>
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Line),
  };
}

describe("log", () => {
  it("is silent unless it is asked for, and keeps to its level", () => {
    const silent = capture({ level: "silent" });
    silent.log.error("something");
    expect(silent.text()).to.equal("");
    const warn = capture({ level: "warn" });
    warn.log.info("this");
    warn.log.warn({ event: "failed" }, "that");
    expect(warn.lines().map(({ level, event, msg }) => ({ level, event, msg }))).to.deep.equal([
      { level: "warn", event: "failed", msg: "that" },
    ]);
    expect(String(warn.lines()[0]?.time)).to.match(/^\d{4}-\d\d-\d\dT/);
  });

  it("has an error's code, arguments and causes", () => {
    const { log, lines } = capture();
    const cause = new RangeError("below");
    log.warn({ err: new LuntraError("TX_CHAIN_ID", { expected: 1n, actual: 2n }, cause) }, "failed");
    const { err } = lines()[0] as Line;
    expect(err).to.deep.include({ code: "TX_CHAIN_ID", args: { expected: 1, actual: 2 } });
    expect(err?.cause).to.deep.include({ type: "RangeError", message: "below" });
  });

  it("holds no passwords and no keys of providers, wherever they stand", () => {
    const { log, text } = capture();
    const database = "postgres://luntra:hunter2@db.example:5432/luntra?sslmode=require";
    const l1 = "https://mainnet.provider.example/v3/0123456789abcdef";
    log.info(
      { database, nested: { url: `wss://u:p%40ss@host.example/ws/${"k".repeat(20)}` } },
      `asking ${l1}`,
    );
    log.error({
      err: new Error(`connect ${database} failed`, { cause: new Error(`(request to ${l1}, retried)`) }),
    });
    log.info({ password: "hunter2", signer: { privateKey: `0x${"ab".repeat(32)}` } }, "fields");
    for (const secret of ["hunter2", "p%40ss", "0123456789abcdef", "kkkk", "abab", "sslmode"]) {
      expect(text(), secret).to.not.include(secret);
    }
    for (const kept of [
      "postgres://db.example:5432",
      "https://mainnet.provider.example",
      "wss://host.example",
    ]) {
      expect(text(), kept).to.include(kept);
    }
  });

  it("keeps of an address what says where, and leaves other text alone", () => {
    expect(withoutUrls("postgres://a:b@c:1/d and http://[::1]:8545/x?key=1, then 0x12:34/5 a@b")).to.equal(
      "postgres://c:1 and http://[::1]:8545, then 0x12:34/5 a@b",
    );
    expect(withoutUrls("postgres://user:p@ss:word@host/db")).to.equal("postgres://host");
  });

  it("is for people, too", () => {
    const { log, text } = capture({ format: "pretty" });
    log.warn({ event: "failed", database: "postgres://a:hunter2@db/x" }, "failed reading L1");
    expect(text()).to.match(/WARN.*failed reading L1/);
    expect(text()).to.include("postgres://db").and.to.not.include("hunter2");
  });

  it("says of JSON-RPC which calls were slow or failed inside, and never what they were given", () => {
    const { log, lines } = capture();
    const observe = rpcLog(log, 100);
    const session = { address: "127.0.0.1", request: "r1", forwarded: false };
    observe({ method: "eth_call", ms: 1, session });
    observe({ method: "eth_getLogs", ms: 250, session, error: new LuntraError("RPC_INTERNAL", {}) });
    observe({ method: undefined, ms: 1, session, error: new TypeError("no such thing") });
    expect(
      lines().map(({ level, request, method, code, err }) => [level, request, method, code ?? err?.type]),
    ).to.deep.equal([
      ["debug", "r1", "eth_call", undefined],
      ["warn", "r1", "eth_getLogs", "RPC_INTERNAL"],
      ["error", "r1", "unknown", "TypeError"],
    ]);
  });
});
