// Limits: what a watchtower may spend holds across restarts and crashes, refutations come before answers, and of several watchtowers
// one acts and the others lose nothing.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import type { Signer } from "ethers";
import { disputeOf } from "../../src/chain/view.ts";
import { isLuntraError } from "../../src/errors.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf, depositBond } from "../../src/node/bond.ts";
import { challenge } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { Ledger } from "../../src/watchtower/ledger.ts";
import type { Limits } from "../../src/watchtower/limits.ts";
import { Purse, type PurseOptions } from "../../src/watchtower/purse.ts";
import { delayOf, turnOrder } from "../../src/watchtower/turn.ts";
import { type WatchPolicy, type WatchRound, watchOnce } from "../../src/watchtower/watch.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { ETHER, fund, l2Wallet, standInProver, startWorld, type World } from "../support/node-harness.ts";

interface Waiting {
  readonly from: string;
  readonly maxFeePerGas: string;
}

const ALICE = l2Wallet("alice");
const GWEI = 10n ** 9n;

describe("a watchtower's purse", () => {
  let world: World;
  let node: Node;
  let folder: string;
  let signers: readonly Signer[];

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    folder = await mkdtemp(join(tmpdir(), "luntra-purse-"));
    signers = (await world.connection.ethers.getSigners()) as unknown as Signer[];
  });

  afterEach(() => rm(folder, { recursive: true }));

  async function wrongBatch(): Promise<string> {
    await fund(world, node, [ALICE]);
    await node.derivation.sync();
    const built = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
    const { id } = await commitBatch(node, world.sequencer, built);
    await node.derivation.sync();
    return id;
  }

  async function rightBatch(): Promise<string> {
    await fund(world, node, [ALICE, ALICE]);
    await node.derivation.sync();
    const { id } = await commitBatch(node, world.sequencer, buildBatch(node, []));
    await node.derivation.sync();
    return id;
  }

  const troubles: unknown[] = [];
  const ledgerOf = (name: string, account: string) =>
    Ledger.open(join(folder, `${name}.json`), account.toLowerCase(), (error) => troubles.push(error));

  interface Watcher {
    readonly node: Node;
    readonly purse: Purse;
    readonly account: string;
    round(more?: Partial<WatchPolicy>): Promise<WatchRound>;
  }

  /** A watchtower in all but its loops. */
  async function watcher(
    signer: Signer,
    limits: Limits = {},
    options: Partial<PurseOptions> & { name?: string; spreadMs?: number } = {},
  ): Promise<Watcher> {
    const account = await signer.getAddress();
    const its = await world.open();
    const ledger = await ledgerOf(options.name ?? account, account);
    const purse = new Purse(its, signer, { limits, ledger, ...options });
    const turn = turnOrder(account, options.spreadMs ?? 0);
    const policy = {
      prover: standInProver,
      signer,
      signerFor: (...args: Parameters<Purse["for"]>) => purse.for(...args),
      turn,
    };
    const round = async (more: Partial<WatchPolicy> = {}) => {
      const seen = await watchOnce(its, { ...policy, ...more });
      await purse.settle();
      return seen;
    };
    return { node: its, purse, account, round };
  }

  const errorsOf = ({ reports }: WatchRound) =>
    reports
      .flatMap(({ error, insteadOf }) => [insteadOf?.error, error])
      .filter((error) => error !== undefined)
      .map((error) => (error as { code?: string }).code);

  it("spends what it counts: gas as L1 says it was paid", async () => {
    await wrongBatch();
    const one = await watcher(world.challenger, { gasBudget: ETHER });
    const before = await node.chain.provider.getBalance(one.account);
    const { reports } = await one.round();
    expect(reports[0]).to.include({ action: "refute" });
    const after = await node.chain.provider.getBalance(one.account);
    expect(one.purse.spent).to.equal(before - after);
    expect((await watcher(world.challenger)).purse.spent).to.equal(before - after);
    expect(troubles).to.deep.equal([]);
  });

  it("does not act beyond its budget, says so, and acts in the next period", async () => {
    const id = await wrongBatch();
    const one = await watcher(world.challenger, { gasBudget: 1n });
    expect(errorsOf(await one.round())).to.deep.equal(["LIMIT_REACHED", "LIMIT_REACHED"]);
    expect((await node.derivation.sync()).head).to.equal(1n);
    const two = await watcher(world.challenger, { gasBudget: ETHER, periodMs: 1 });
    expect(errorsOf(await two.round())).to.deep.equal([]);
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  it("counts after a crash what may have been sent, at its highest price", async () => {
    const account = (await world.challenger.getAddress()).toLowerCase();
    const ledger = await ledgerOf("crash", account);
    const most = ETHER / 2n;
    const fees = { maxFeePerGas: 2n * GWEI, maxPriorityFeePerGas: GWEI };
    await ledger.sending({ nonce: 10_000, purpose: "refute", about: "", at: Date.now(), most, ...fees });
    await wrongBatch();
    const one = await watcher(world.challenger, { gasBudget: most }, { name: "crash" });
    expect(one.purse.spent).to.equal(most);
    expect(errorsOf(await one.round())).to.include("LIMIT_REACHED");
    expect((await node.derivation.sync()).head).to.equal(1n);
  });

  it("keeps a part of the budget from answers, for refutations", async () => {
    const right = await rightBatch();
    await challenge(node, world.challenger, right, 0, { unchecked: true });
    const account = (await (signers[5] as Signer).getAddress()).toLowerCase();
    const ledger = await ledgerOf("spent", account);
    const fees = { maxFeePerGas: GWEI, maxPriorityFeePerGas: GWEI };
    const most = (ETHER * 3n) / 4n;
    await ledger.sending({ nonce: 0, purpose: "refute", about: "before", at: Date.now(), most, ...fees });
    await ledger.settled(0, most);
    const one = await watcher(signers[5] as Signer, { gasBudget: ETHER }, { name: "spent" });
    expect(errorsOf(await one.round())).to.include("LIMIT_REACHED");
    const wrong = await wrongBatch();
    const { reports } = await one.round();
    const refuted = reports.find(({ id }) => id === wrong);
    expect(refuted).to.include({ action: "refute" });
    expect((await node.derivation.sync()).dead.map(({ id }) => id)).to.deep.equal([wrong]);
  });

  it("pays no more for gas than it may", async () => {
    await wrongBatch();
    const one = await watcher(world.challenger, { maxGasPrice: 1n });
    expect(errorsOf(await one.round())).to.deep.equal(["LIMIT_REACHED", "LIMIT_REACHED"]);
    expect(one.purse.spent).to.equal(0n);
  });

  it("locks no more bond at a time than it may, by L1's word", async () => {
    const { challengeBond } = await bondOf(node, await world.challenger.getAddress());
    await wrongBatch();
    const may = ["challenge", "refund"] as const;
    const limits = { maxBond: (3n * challengeBond) / 2n };
    const one = await watcher(world.challenger, limits);
    expect(errorsOf(await one.round({ may }))).to.deep.equal([]);
    expect(await one.purse.locked()).to.equal(0n);
    await one.node.derivation.sync();
    expect(await one.purse.locked()).to.equal(challengeBond);
    // Somebody rolls it back; another wrong one follows, while the first bond is not yet back.
    await (await watcher(signers[5] as Signer)).round({ may: ["refute"] });
    await wrongBatch();
    const restarted = await watcher(world.challenger, limits);
    expect(errorsOf(await restarted.round({ may: ["challenge"] }))).to.deep.equal(["LIMIT_REACHED"]);
    await restarted.round({ may: ["refund"] });
    expect(errorsOf(await restarted.round({ may: ["challenge"] }))).to.deep.equal([]);
  });

  it("replaces what is stuck, with the same nonce and at a higher price", async () => {
    await wrongBatch();
    await world.connection.provider.request({ method: "evm_setAutomine", params: [false] });
    const one = await watcher(world.challenger, {}, { stuckMs: -1, yieldMs: -1 });
    for (let i = 0; i < 3; i++) {
      const round = await one.round({ sendMs: 300, may: ["refute"] });
      expect(errorsOf(round)).to.deep.equal(["TRANSACTION_OVERDUE"]);
    }
    const waiting = (await world.connection.provider.request({
      method: "eth_pendingTransactions",
      params: [],
    })) as { from: string }[];
    const own = waiting.filter(({ from }) => from.toLowerCase() === one.account.toLowerCase());
    expect(own.length).to.equal(1);
    await world.connection.provider.request({ method: "evm_setAutomine", params: [true] });
    await world.connection.networkHelpers.mine();
    expect((await node.derivation.sync()).dead.length).to.equal(1);
  });

  /** What waits in L1's pool of an account. */
  async function waitingOf(account: string): Promise<readonly Waiting[]> {
    const all = (await rpc("eth_pendingTransactions")) as readonly Waiting[];
    return all.filter(({ from }) => from.toLowerCase() === account.toLowerCase());
  }

  const rpc = (method: string, ...params: unknown[]) => world.connection.provider.request({ method, params });

  it("sends what is stuck again while it waits for it, and not only once L1 has had all its time", async () => {
    await wrongBatch();
    await rpc("evm_setAutomine", false);
    const one = await watcher(world.challenger, {}, { stuckMs: 200, yieldMs: -1 });
    const round = one.round({ resendMs: 300, may: ["refute"] });
    const price = async () => Number((await waitingOf(one.account))[0]?.maxFeePerGas ?? 0);
    while ((await price()) === 0) await sleep(10);
    const first = await price();
    while ((await price()) === first) await sleep(10);
    expect((await waitingOf(one.account)).length).to.equal(1);
    await rpc("evm_setAutomine", true);
    await world.connection.networkHelpers.mine();
    const { reports } = await round;
    expect(reports[0]?.receipt).not.to.equal(undefined);
  });

  it("does not send again what still waits, whoever it was that sent it", async () => {
    await wrongBatch();
    await rpc("evm_setAutomine", false);
    const one = await watcher(world.challenger, {}, { name: "own", yieldMs: -1 });
    await one.round({ sendMs: 300, may: ["refute"] });
    const restarted = await watcher(world.challenger, {}, { name: "own", yieldMs: -1 });
    const again = await restarted.round({ sendMs: 300, may: ["refute"] });
    expect(errorsOf(again)).to.deep.equal(["OVERTAKEN"]);
    expect((await waitingOf(one.account)).length).to.equal(1);
    await rpc("evm_setAutomine", true);
    await world.connection.networkHelpers.mine();
  });

  it("replaces what is stuck even if its clock was set back meanwhile", async () => {
    await wrongBatch();
    await rpc("evm_setAutomine", false);
    const name = "clock";
    const one = await watcher(world.challenger, {}, { name, yieldMs: -1 });
    await one.round({ sendMs: 300, may: ["refute"] });
    const ledger = await ledgerOf(name, one.account);
    const [open] = ledger.open;
    if (open === undefined) throw new RangeError("expected something open");
    await ledger.sending({ ...open, at: Date.now() + 86_400_000 });
    const two = await watcher(world.challenger, {}, { name, yieldMs: -1 });
    expect(errorsOf(await two.round({ sendMs: 300, may: ["refute"] }))).to.deep.equal([
      "TRANSACTION_OVERDUE",
    ]);
    expect((await waitingOf(one.account)).length).to.equal(1);
    await rpc("evm_setAutomine", true);
    await world.connection.networkHelpers.mine();
  });

  for (const hash of [undefined, `0x${"ab".repeat(32)}`]) {
    it(`acts though L1 has forgotten what it sent at its highest price${hash ? "" : ", or never got it"}`, async () => {
      const id = await wrongBatch();
      const account = await world.challenger.getAddress();
      const ledger = await ledgerOf("cap", account);
      const nonce = await node.chain.provider.getTransactionCount(account);
      const fees = { maxFeePerGas: 500n * GWEI, maxPriorityFeePerGas: 500n * GWEI };
      const its = { nonce, purpose: "answer", about: "", at: Date.now() - 86_000_000, most: 1n, ...fees };
      await ledger.sending(its);
      if (hash !== undefined) await ledger.sent(nonce, hash);
      const one = await watcher(world.challenger, { maxGasPrice: 500n * GWEI }, { name: "cap" });
      expect(errorsOf(await one.round())).to.deep.equal([]);
      expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
    });
  }

  it("leaves no gap of nonces before what it sends", async () => {
    await wrongBatch();
    const account = await world.challenger.getAddress();
    const ledger = await ledgerOf("gap", account);
    const nonce = (await node.chain.provider.getTransactionCount(account)) + 1;
    const fees = { maxFeePerGas: GWEI, maxPriorityFeePerGas: GWEI };
    await ledger.sending({ nonce, purpose: "answer", about: "", at: Date.now() - 80_000, most: 1n, ...fees });
    const one = await watcher(world.challenger, {}, { name: "gap" });
    expect(errorsOf(await one.round({ sendMs: 1_000, may: ["refute"] }))).to.deep.equal([]);
  });

  it("says so if its account has too little, and challenges if that suffices", async () => {
    await wrongBatch();
    await node.derivation.sync();
    const account = await world.challenger.getAddress();
    const one = await watcher(world.challenger);
    await rpc("hardhat_setBalance", account, "0x1");
    expect(errorsOf(await one.round())).to.deep.equal(["LIMIT_REACHED", "LIMIT_REACHED"]);
    expect(one.purse.spent).to.equal(0n);
  });

  it("does not count what it replaces against its budget", async () => {
    const id = await wrongBatch();
    const account = await world.challenger.getAddress();
    const ledger = await ledgerOf("twice", account);
    const nonce = await node.chain.provider.getTransactionCount(account);
    const fees = { maxFeePerGas: 1n, maxPriorityFeePerGas: 1n };
    const most = (ETHER * 999n) / 1_000n;
    // L1 did not take it.
    await ledger.sending({ nonce, purpose: "refute", about: "", at: Date.now(), most, ...fees });
    const one = await watcher(world.challenger, { gasBudget: ETHER }, { name: "twice" });
    await rpc("hardhat_setNextBlockBaseFeePerGas", "0x2540be400");
    await world.connection.networkHelpers.mine();
    const { reports } = await one.round();
    expect(reports[0]).to.include({ action: "refute" });
    expect((await node.derivation.sync()).dead.map((batch) => batch.id)).to.deep.equal([id]);
  });

  it("waits no longer for a freeze than for anything else", async () => {
    await fund(world, node, [ALICE]);
    await world.increaseTime(world.book.parameters.escapeDelay + 1n);
    await rpc("evm_setAutomine", false);
    const one = await watcher(world.challenger);
    const { freeze } = await one.round({ sendMs: 300, may: ["freeze"] });
    expect(isLuntraError(freeze?.error, "TRANSACTION_OVERDUE")).to.equal(true);
    await rpc("evm_setAutomine", true);
    await world.connection.networkHelpers.mine();
  });

  it("stands back while somebody's transaction waits that does the same, but not for ever", async () => {
    await wrongBatch();
    await world.connection.provider.request({ method: "evm_setAutomine", params: [false] });
    const [one, two] = [await watcher(world.challenger), await watcher(signers[5] as Signer)];
    await one.round({ sendMs: 300 });
    expect(errorsOf(await two.round({ sendMs: 300, may: ["refute"] }))).to.deep.equal(["OVERTAKEN"]);
    expect(two.purse.spent).to.equal(0n);
    const impatient = await watcher(signers[6] as Signer, {}, { yieldMs: -1 });
    expect(errorsOf(await impatient.round({ sendMs: 300, may: ["refute"] }))).to.deep.equal([
      "TRANSACTION_OVERDUE",
    ]);
    // What is left waits for nothing.
    await world.connection.provider.request({ method: "evm_setAutomine", params: [true] });
    await world.connection.networkHelpers.mine();
  });

  it("takes turns that follow from the batch and the account, and differ from batch to batch", () => {
    const accounts = ["11", "22", "33"].map((byte) => `0x${byte.repeat(20)}`);
    const firsts = Array.from({ length: 64 }, (_, i) => {
      const id = `0x${(i + 1).toString(16).padStart(64, "0")}`;
      const delays = accounts.map((account) => delayOf(id, account, 4_000));
      expect(delays.every((delay) => delay >= 0 && delay < 4_000)).to.equal(true);
      expect(delayOf(id, accounts[0] as string, 4_000)).to.equal(delays[0]);
      return delays.indexOf(Math.min(...delays));
    });
    expect(new Set(firsts).size).to.equal(3);
  });

  it("of three with one policy, one refutes, and nobody else pays for gas or locks a bond", async () => {
    const three = [4, 5, 6].map((index) => signers[index] as Signer);
    for (const signer of three) await depositBond(node, signer, ETHER);
    const watchers = await Promise.all(three.map((signer) => watcher(signer, {}, { spreadMs: 1_500 })));
    let wasted = 0n;
    for (let i = 0; i < 3; i++) {
      const id = await wrongBatch();
      const before = watchers.map(({ purse }) => purse.spent);
      const rounds = await Promise.all(watchers.map((one) => one.round()));
      const { dead } = await node.derivation.sync();
      expect(dead.at(-1)?.id).to.equal(id);
      const winner = disputeOf(node.derivation.view, id).fraud?.beneficiary;
      for (const [at, { account, purse }] of watchers.entries()) {
        if (account.toLowerCase() === winner) continue;
        wasted += purse.spent - (before[at] ?? 0n);
        const { locked } = await bondOf(node, account);
        expect(locked).to.equal(0n);
      }
      expect(rounds.flatMap(({ reports }) => reports.filter(({ receipt }) => receipt)).length).to.equal(1);
    }
    console.log(`      wasted by the others: ${wasted} wei for gas`);
    expect(wasted).to.equal(0n);
  });
});
