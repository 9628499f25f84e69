// All tasks on one in-process chain: the documents that they print, and that each acts on what others did.

import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { keccak256 } from "ethers";
import { Kind } from "../../src/model/index.ts";
import { developmentWallet, signL2 } from "../../src/node/l2-wallet.ts";
import { runJson, runJsonFailing, runTask } from "./capture.ts";

const ETHER = 10n ** 18n;
const HASH = /^0x[0-9a-f]{64}$/;

describe("tasks on an in-process chain", function () {
  this.timeout(300_000);
  const state = join(tmpdir(), `luntra-state-${process.pid}`);
  let book: Record<string, unknown>;

  before(async () => {
    process.env.LUNTRA_STATE = state;
    const windows = { challengeWindow: "600", provingWindow: "600" };
    book = await runJson("rollup deploy", { deployment: "tasks", demoToken: true, ...windows });
  });

  after(async () => {
    delete process.env.LUNTRA_STATE;
    await rm(state, { recursive: true, force: true });
    await rm(join(tmpdir(), `luntra-${process.pid}`), { recursive: true, force: true });
  });

  const here = (args: Readonly<Record<string, unknown>> = {}) => ({ deployment: "tasks", ...args });
  const json = (id: string, args = {}) => runJson(id, here(args));
  const failing = (id: string, args = {}) => runJsonFailing(id, here(args));

  it("rollup deploy prints the address book", () => {
    expect(book).to.include({ chainId: "31337", instance: "dev", preset: "local", network: "default/tasks" });
    expect(book.demoToken).to.match(/^0x[0-9a-f]{40}$/);
    expect(book.parameters).to.include({ challengeWindow: "600", provingWindow: "600" });
  });

  it("rollup deploy refuses to overwrite a deployment", async () => {
    expect(await failing("rollup deploy")).to.include({ code: "DEPLOYMENT_EXISTS" });
  });

  it("bond deposit and status", async () => {
    const deposited = await json("bond deposit", { from: "1", amount: "5ether" });
    expect(deposited).to.include({ available: String(5n * ETHER), locked: "0" });
    expect(await json("bond status", { account: "1" })).to.include({ available: String(5n * ETHER) });
    await json("bond deposit", { from: "1", to: "5", amount: "1ether" });
    expect(await json("bond status", { account: "5" })).to.include({ available: String(ETHER) });
  });

  it("bridge deposit of ETH and tokens", async () => {
    const ether = await json("bridge deposit", { from: "3", amount: "10ether" });
    expect(ether).to.include({ index: "0", amount: String(10n * ETHER) });
    const tokens = await json("bridge deposit", { from: "3", amount: "1000", token: "demo" });
    expect(tokens).to.include({ index: "1", token: book.demoToken });
  });

  it("sequencer submit signs, and takes what any wallet signed", async () => {
    const submitted = await json("sequencer submit", { from: "3", to: "4", amount: "2ether" });
    expect(submitted).to.deep.include({ nonce: "0", known: false });
    expect(submitted.hash).to.match(HASH);

    const l2ChainId = BigInt(String(book.l2ChainId));
    const call = { kind: Kind.transferEth, recipient: `0x${"77".repeat(20)}`, amount: 1n, nonce: 1n };
    const raw = await signL2(developmentWallet(3, 31337n), l2ChainId, call);
    expect(await json("sequencer submit", { raw })).to.deep.include({ hash: keccak256(raw), nonce: "1" });
    expect(await json("sequencer submit", { raw })).to.include({ known: true });
  });

  it("sequencer submit says what is missing or wrong", async () => {
    const missing = await failing("sequencer submit", { from: "3", amount: "1ether" });
    expect(missing).to.include({ code: "ARGUMENT_INVALID" });
    const cases = [
      [{ amount: "1.5", to: "4" }, "ARGUMENT_INVALID"],
      [{ amount: "1.5dollars", to: "4" }, "ARGUMENT_INVALID"],
      [{ amount: "1ether", to: "4", token: "demo" }, "ARGUMENT_INVALID"],
      [{ amount: "1", to: "nobody" }, "ARGUMENT_INVALID"],
      [{ amount: "1", to: "99" }, "ACCOUNT_UNKNOWN"],
      [{ amount: "1", to: "4", from: `0x${"12".repeat(20)}` }, "KEY_UNAVAILABLE"],
      [{ amount: "1000ether", to: "4" }, "TX_BALANCE"],
      [{ amount: "1", to: "4", nonce: "7" }, "TX_NONCE_GAP"],
      [{ amount: "1", to: "4", maxFee: "1wei" }, "TX_UNDERPRICED"],
      [{ raw: "0x02" }, "TX_MALFORMED"],
    ] as const;
    for (const [args, code] of cases) {
      const { code: actual } = await failing("sequencer submit", { from: "3", ...args });
      expect(actual, JSON.stringify(args)).to.equal(code);
    }
  });

  it("sequencer commit", async () => {
    const committed = await json("sequencer commit", { from: "1", feeRecipient: "6" });
    expect(committed).to.deep.include({ number: "1", segments: 2, queueItems: 2 });
    expect(committed.transactions).to.have.length(2);
    expect(await failing("sequencer commit", { from: "1" })).to.include({ code: "NOTHING_TO_COMMIT" });
  });

  it("checkpoint list and verify", async () => {
    const { checkpoints } = await json("checkpoint list", { batch: "1" });
    const verdicts = (checkpoints as { verdict: string }[]).map(({ verdict }) => verdict);
    expect(verdicts).to.deep.equal(["right", "right"]);
    expect(await json("checkpoint verify")).to.include({ ok: true, right: 2 });
    expect(await failing("checkpoint list", { batch: "9" })).to.include({ code: "UNKNOWN_BATCH" });
  });

  it("bridge status tells both layers apart", async () => {
    const status = await json("bridge status", { account: "4", token: "demo" });
    expect(status.l2).to.deep.equal({ balance: String(2n * ETHER), nonce: "0" });
    expect(status.tokens).to.deep.include({ l1: "1000000", l2: "0" });
  });

  it("a cheating batch is seen by checkpoint verify and the watchtower, and refuted", async () => {
    await json("bridge withdraw", { from: "3", amount: "1ether" });
    await json("bridge withdraw", { from: "3", amount: "400", token: "demo" });
    expect(await json("scenario cheat", { from: "1", segment: "0" })).to.include({ number: "2", wrong: 0 });

    const verified = await failing("checkpoint verify");
    expect(verified.code).to.equal("BATCH_INVALID");
    expect(verified.document).to.include({ ok: false, right: 2 });

    const checked = await failing("watchtower check", { from: "2" });
    expect(checked.code).to.equal("WATCHTOWER_ALERT");
    const reports = checked.document?.reports as { action: string; verdict: { kind: string } }[];
    expect(reports.map(({ action, verdict }) => [verdict.kind, action])).to.deep.equal([
      ["valid", "none"],
      ["invalid", "alert"],
    ]);

    const refuted = await json("dispute refute", { from: "2", batch: "2" });
    expect(refuted).to.include({ number: "2", segment: 0, head: "1" });
    expect(await json("bond status", { account: "2" })).to.include({ available: String(ETHER / 2n) });
    const status = await json("rollup status");
    expect(status).to.deep.include({ head: "1", finalized: "0", burnedBonds: String(ETHER / 2n) });
    expect(status.rolledBack).to.have.length(1);
    expect(await failing("dispute refute", { from: "2", batch: "1" })).to.include({
      code: "ARGUMENT_INVALID",
    });
  });

  it("a challenge is listed with its moves, and answered", async () => {
    const committed = await json("sequencer commit", { from: "1", recordsPerSegment: "1" });
    expect(committed).to.include({ number: "2", segments: 2 });
    const careful = await failing("dispute challenge", { from: "5", batch: "2", segment: "1" });
    expect(careful.code).to.equal("NOT_FIRST_WRONG");
    await json("dispute challenge", { from: "5", batch: "2", segment: "1", unchecked: true });

    const { challenges } = await json("dispute status");
    const [challenge] = challenges as { segment: number; moves: { move: string }[] }[];
    expect(challenge?.segment).to.equal(1);
    expect(challenge?.moves.map(({ move }) => move)).to.deep.equal(["answer", "refute", "timeout"]);

    const early = await failing("dispute timeout", { from: "5", batch: "2" });
    expect(early).to.include({ code: "CALL_REVERTED" });
    expect(early.args).to.include({ error: "DeadlineNotReached" });
    const answered = await json("dispute answer", { from: "2", batch: "2" });
    expect(answered).to.include({ segment: 1 });
    const honest = await failing("dispute contradict", { transaction: answered.transaction });
    expect(honest).to.include({ code: "NO_CONTRADICTION" });
    for (const transaction of ["2", undefined]) {
      expect(await failing("dispute contradict", { transaction })).to.include({ code: "ARGUMENT_INVALID" });
    }
    expect((await json("dispute status")).challenges).to.deep.equal([]);
    expect((await json("dispute status", { all: true })).refuted).to.have.length(1);
  });

  it("prover prove makes a batch final at once, or shows a proof", async () => {
    const shown = await json("prover prove", { batch: "1", segment: "0", from: "2" });
    expect(shown).to.include({ verdict: "right", segment: 0 });
    expect(String(shown.proof).length).to.be.greaterThan(1000);
    const all = await json("prover prove", { batch: "1", from: "2", send: true });
    expect(all).to.deep.include({ proven: [0, 1], final: true });
  });

  it("after the window, rollup finalize; then claims, once", async () => {
    expect((await json("rollup finalize")).transactions).to.deep.equal([]);
    await runJson("scenario wait", { seconds: "600" });
    expect(await json("rollup finalize")).to.include({ finalized: "2", head: "2" });

    const { claimed } = await json("bridge claim", { from: "3" });
    const amounts = (claimed as { amount: string }[]).map(({ amount }) => amount);
    expect(amounts).to.deep.equal([String(ETHER), "400"]);
    expect((await json("bridge claim", { from: "3" })).claimed).to.deep.equal([]);
    const { fees } = await json("bridge claim", { from: "6", fees: true });
    expect(fees).to.equal(String(2n * 21_000n * 10n ** 9n));
  });

  it("bond withdraw takes out what is available", async () => {
    expect(await json("bond withdraw", { from: "2" })).to.include({ available: "0" });
    const tooMuch = await failing("bond withdraw", { from: "2", amount: "1wei" });
    expect(tooMuch.args).to.include({ error: "InsufficientBond" });
  });

  it("bridge force, and keys verify", async () => {
    const forced = await json("bridge force", { from: "3", amount: "1wei" });
    expect(forced).to.include({ kind: "withdraw", amount: "1" });
    expect(await json("keys verify")).to.include({ ok: true });
    expect(await runJson("keys setup")).to.include({ instance: "dev", setup: "development" });
  });

  it("keys that are not the deployment's are found out before anything is proven", async () => {
    const verifiers = (book.verifiers as object[]).map((its) => ({ ...its, vkHash: `0x${"13".repeat(32)}` }));
    const other = { ...book, verifiers, path: undefined };
    await writeFile(join(dirname(String(book.path)), "others.json"), JSON.stringify(other));
    const args = { deployment: "others" };
    const verified = await runJsonFailing("keys verify", args);
    expect(verified.code).to.equal("KEYS_DIFFER");
    expect(verified.document).to.include({ ok: false });
    const proof = await runJsonFailing("prover prove", { ...args, batch: "1", segment: "0" });
    expect(proof.code).to.equal("KEYS_DIFFER");
  });

  it("watchtower check still challenges when no prover can be opened, and says so", async () => {
    await json("bond deposit", { from: "2", amount: "1ether" });
    await json("scenario cheat", { from: "1", segment: "0" });
    // The deployment of the test before: its keys cannot be made here.
    const args = { deployment: "others", from: "2", act: "refute,challenge,answer,timeout" };
    const checked = await runJsonFailing("watchtower check", args);
    expect(checked.code).to.equal("WATCHTOWER_ALERT");
    const { alerts, reports } = checked.document as { alerts: string[]; reports: object[] };
    expect(alerts).to.have.length(1);
    expect(alerts[0]).to.include("no prover").and.to.include("KEYS_DIFFER");
    expect(reports.at(-1)).to.include({ action: "challenge", segment: 0 });
    expect(await json("watchtower check", { from: "2", act: "refute" })).to.deep.include({ alerts: [] });
    expect(await json("rollup status")).to.include({ head: "2" });
  });

  it("watchtower check finalizes and defends if it may, and refuses unknown actions", async () => {
    await json("sequencer commit", { from: "1" });
    await runJson("scenario wait", { seconds: "600" });
    const { reports } = await json("watchtower check", { act: "finalize,answer" });
    expect((reports as { action: string }[]).map(({ action }) => action)).to.deep.equal(["finalize"]);
    expect(await failing("watchtower check", { act: "pray" })).to.include({ code: "ARGUMENT_INVALID" });
    for (const webhook of ["hook.example", "ftp://hook.example", "https://me:xyzzy@hook.example"]) {
      const error = await failing("watchtower start", { webhook });
      expect(error).to.include({ code: "ARGUMENT_INVALID" });
      expect(JSON.stringify(error)).not.to.include("xyzzy");
    }
  });

  it("a refund needs a batch that fell with another", async () => {
    const refused = await failing("dispute refund", { batch: "3" });
    expect(refused.args).to.include({ error: "BatchLive" });
  });

  describe("on a deployment with a guardian and a primary", () => {
    const there = (args: Readonly<Record<string, unknown>> = {}) => ({ deployment: "leaving", ...args });
    const done = (id: string, args = {}) => runJson(id, there(args));
    const refused = (id: string, args = {}) => runJsonFailing(id, there(args));
    type Status = Record<"clock" | "turn" | "service" | "bonds", Record<string, unknown>>;
    const status = async () => (await done("rollup status")) as unknown as Status;

    before(async () => {
      const deployed = await done("rollup deploy", { guardian: "2", primary: "1" });
      expect(deployed.parameters).to.include({
        primaryTimeout: "120",
        longestPause: "60",
        escapeDelay: "600",
      });
      for (const from of ["1", "5"]) await done("bond deposit", { from, amount: "5ether" });
      await done("bridge deposit", { from: "3", amount: "10ether", maxPrice: "1ether" });
    });

    it("the primary commits alone, with and without anything to commit", async () => {
      expect((await status()).turn).to.deep.include({ slashed: false, fallbackFrom: "0", now: true });
      await done("sequencer commit", { from: "1" });
      expect((await status()).turn).to.deep.include({ now: false });
      const early = await refused("sequencer commit", { from: "5" });
      expect(early.code).to.equal("NOT_YOUR_TURN");
      const beat = await done("sequencer commit", { from: "1", heartbeat: true });
      expect(beat).to.include({ number: "2", segments: 1, queueItems: 0 });
      await runJson("scenario wait", { seconds: "60" });
      expect(await done("rollup finalize")).to.include({ finalized: "2" });
    });

    it("rollup pause and resume stop and start time, for the guardian only", async () => {
      const other = await refused("rollup pause", { from: "3", for: "1min" });
      expect(other.args).to.include({ error: "OnlyGuardian" });
      expect(await refused("rollup pause", { from: "2", for: "soon" })).to.include({
        code: "ARGUMENT_INVALID",
      });
      expect(await done("rollup pause", { from: "2", for: "1min" })).to.include({ seconds: "60" });
      expect((await status()).clock).to.include({ paused: true });
      const stopped = await refused("bridge deposit", { from: "3", amount: "1ether" });
      expect(stopped.args).to.include({ error: "ClockPaused" });
      expect(await refused("sequencer commit", { from: "1" })).to.include({ code: "CLOCK_PAUSED" });
      await done("rollup resume", { from: "2" });
      expect((await status()).clock).to.include({ paused: false });
    });

    it("rollup freeze waits for an item that nobody serves, and the watchtower says so", async () => {
      expect(await refused("rollup freeze")).to.include({ code: "NOT_FREEZABLE" });
      await done("bridge deposit", { from: "4", amount: "2ether" });
      expect((await status()).service).to.include({ freezable: false });
      expect(await refused("rollup freeze")).to.include({ code: "NOT_FREEZABLE" });
      expect(await done("watchtower check")).to.have.property("freeze");
      await runJson("scenario wait", { seconds: "600" });
      expect((await status()).service).to.include({ freezable: true });
      expect((await refused("watchtower check", { act: "all" })).code).to.equal("WATCHTOWER_ALERT");
      expect(await refused("bridge escape open")).to.include({ code: "NOT_FROZEN" });
      expect(await done("rollup freeze", { confirmations: "0" })).to.include({ finalized: "2" });
    });

    it("bridge escape and reclaim empty the bridge", async () => {
      const { records, deposits } = await done("bridge escape status");
      expect(records).to.have.length(1);
      expect(deposits).to.have.length(1);
      expect(await done("bridge escape open")).to.have.property("root");
      expect(await done("bridge escape prove", { from: "5", account: "3" })).to.deep.include({ refused: [] });
      expect(await refused("bridge escape prove", { from: "3" })).to.include({ code: "NOTHING_TO_ESCAPE" });
      expect(await done("bridge escape all", { from: "5" })).to.deep.include({ proven: 0, records: [] });
      expect(await done("bridge escape pay")).to.deep.include({ records: [], transactions: [] });
      expect((await done("bridge reclaim", { from: "4" })).items).to.have.length(1);
      expect(await refused("bridge reclaim", { from: "4", item: "1" })).to.include({
        code: "NOTHING_TO_RECLAIM",
      });
      const left = await runTask("bridge escape status", there());
      expect(left.stdout)
        .to.match(/paid/)
        .and.match(/returned/);
    });
  });

  it("rollup params check prints every bound, and fails if one is not kept", async () => {
    const { rows, costs } = await runJson("rollup params check", { measured: "bench/results.json" });
    expect(rows).to.have.length.greaterThan(9);
    expect(costs).to.have.length(3);
    const small = await runJsonFailing("rollup params check", { set: "batchBond=1ether,slot=3min" });
    expect(small.code).to.equal("PARAMETERS_REFUSED");
    expect(small.args).to.include({ parameter: "batchBond" });
    const wished = await runJsonFailing("rollup params check", { stallPrice: "4000ether" });
    expect(wished.args).to.include({ checkedBy: "params check" });
    for (const set of ["slot", "pride=7", "primary=nobody", "slot=fast"]) {
      expect(await runJsonFailing("rollup params check", { set })).to.include({ code: "ARGUMENT_INVALID" });
    }
    const missing = await runJsonFailing("rollup params check", { measured: "nowhere.json" });
    expect(missing.code).to.equal("ARGUMENT_INVALID");
    const out = await runJsonFailing("rollup params check", { set: "exitLimitBps=10001" });
    expect(out.args).to.include({ parameter: "exitLimitBps", bound: "most" });
    const { stdout } = await runTask("rollup params check");
    for (const line of stdout.split("\n")) expect(line.length, line).to.be.at.most(100);
  });

  it("a deployment that is not there is named with its path", async () => {
    const { code, message } = await runJsonFailing("rollup status", { deployment: "elsewhere" });
    expect(code).to.equal("DEPLOYMENT_MISSING");
    expect(message).to.include("elsewhere.json");
  });

  it("scenario list is an array of names and summaries", async () => {
    const list = (await runJson("scenario list")) as unknown as { name: string; summary: string }[];
    expect(list.map(({ name }) => name)).to.include.members(["honest", "fraud-proof"]);
    for (const { summary } of list) expect(summary).to.be.a("string");
    const played = await runJson("scenario run", { name: "bad-commit" });
    expect(played).to.include({ name: "bad-commit", ok: true });
    expect(played).to.have.property("timeline").that.is.an("array");
    expect(await runJsonFailing("scenario run", { name: "nope" })).to.include({ code: "SCENARIO_UNKNOWN" });
  });

  it("people read lines that fit a terminal, and nothing on standard output of a failed task", async () => {
    const runs = [
      await runTask("rollup status", here()),
      await runTask("checkpoint verify", here()),
      await runTask("bridge status", here({ account: "3", token: "demo" })),
      await runTask("scenario list"),
      await runTask("bond deposit", here({ amount: "zero" })),
    ];
    for (const { stdout } of runs) {
      for (const line of stdout.split("\n")) expect(line.length, line).to.be.at.most(100);
    }
    const failed = runs.at(-1);
    expect(failed?.success).to.equal(false);
    expect(failed?.stdout).to.equal("");
    expect(failed?.stderr).to.match(/^Error ARGUMENT_INVALID: /);
  });
});
