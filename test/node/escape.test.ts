// The way out: a rollup that serves nobody is frozen by anyone, and everybody leaves with what the last final state says.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ContractFactory, dataSlice, type Signer, type TransactionRequest } from "ethers";
import { withSigner } from "../../src/chain/client.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { capacityOf, State } from "../../src/model/index.ts";
import { claimExit, depositEth, depositToken, findExits, force } from "../../src/node/bridge.ts";
import { finalizeAll } from "../../src/node/dispute.ts";
import {
  escapeAccount,
  escapeAll,
  escapeStatus,
  openState,
  payEscapes,
  reclaim,
  reclaimable,
} from "../../src/node/escape.ts";
import { escapeCall, type OwnedLeaf, subtreesOf } from "../../src/node/escape-proof.ts";
import { freezeUnserved, unserved } from "../../src/node/freeze.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { buildBatch, commitBatch, sequence } from "../../src/node/sequencer.ts";
import { watchOnce } from "../../src/watchtower/watch.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { ETHER, fund, l2Wallet, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith, throwsWith } from "../support/rejects-harness.ts";
import { Random } from "../support/vectors-wallet.ts";

const WALLETS = Array.from({ length: 11 }, (_, i) => l2Wallet(`escaper ${i}`));
const [ALICE] = WALLETS as [(typeof WALLETS)[0]];

describe("escape", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-escape-"));
    mempool = await openMempool(directory);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const commit = () => sequence(node, mempool, world.sequencer);
  const balanceOf = (address: string) => node.chain.provider.getBalance(address);
  const custody = (token = NOTHING_ADDRESS) => node.chain.contracts.bridge.custody(token);

  async function makeFinal() {
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalizeAll(node, world.user);
  }

  /** A final batch with the given deposits, and then an item that nobody takes. */
  async function abandoned(): Promise<bigint> {
    await commit();
    await makeFinal();
    const { index } = await depositEth(node, world.user, 7n);
    return index;
  }

  async function frozen(): Promise<bigint> {
    const index = await abandoned();
    await world.increaseTime(world.book.parameters.escapeDelay);
    await freezeUnserved(node, world.user);
    await node.derivation.sync();
    return index;
  }

  describe("a freeze", () => {
    it("comes only for an item that waits, in the exact second, once", async () => {
      await fund(world, node, [ALICE]);
      await commit();
      await makeFinal();
      expect(unserved(node)).to.equal(undefined);
      await rejectsWith(freezeUnserved(node, world.user), "NOT_FREEZABLE");
      await world.increaseTime(10n * world.book.parameters.escapeDelay);
      await rejectsWith(freezeUnserved(node, world.user), "NOT_FREEZABLE");

      const { index } = await depositEth(node, world.user, 7n);
      const at = node.derivation.view.time;
      const freezableFrom = at + world.book.parameters.escapeDelay;
      expect(unserved(node)).to.deep.equal({ index, enqueuedAt: at, freezableFrom, freezable: false });
      const { time } = world.connection.networkHelpers;
      await time.increaseTo(freezableFrom - 1n);
      await rejectsWith(freezeUnserved(node, world.user), "NOT_FREEZABLE");
      await time.increaseTo(freezableFrom);
      await rejectsWith(freezeUnserved(node, world.user, { confirmations: 1 }), "NOT_CONFIRMED");
      await world.connection.networkHelpers.mine(2);
      await freezeUnserved(node, world.user, { confirmations: 2 });
      const view = await node.derivation.sync();
      expect(view).to.include({ frozen: true });
      expect(view.freeze).to.deep.equal({ kind: "unserved", index, enqueuedAt: at });
      expect(unserved(node)).to.equal(undefined);
      await rejectsWith(freezeUnserved(node, world.user), "NOT_FREEZABLE");
    });

    it("gives way to a batch that lacks nothing but the call that makes it final", async () => {
      await fund(world, node, [ALICE]);
      const { id } = await commit();
      await world.increaseTime(world.book.parameters.escapeDelay);
      await node.derivation.sync();
      expect(unserved(node)).to.deep.include({ finalizeFirst: id, freezable: false });
      await rejectsWith(freezeUnserved(node, world.user), "NOT_FREEZABLE");
      await finalizeAll(node, world.user);
      expect(unserved(node)).to.equal(undefined);
    });

    it("is reported by the watchtower, and sent only if it may", async () => {
      await fund(world, node, [ALICE]);
      const index = await abandoned();
      expect((await watchOnce(node, { signer: world.user })).freeze).to.include({ index, freezable: false });
      await world.increaseTime(world.book.parameters.escapeDelay);
      const told = await watchOnce(node, { signer: world.user });
      expect(told.freeze).to.include({ freezable: true }).and.not.to.have.property("receipt");
      const acted = await watchOnce(node, { signer: world.user, may: ["freeze"] });
      expect(acted.freeze).to.have.property("receipt");
      expect((await node.derivation.sync()).frozen).to.equal(true);
    });
  });

  it("is for frozen rollups only", async () => {
    await fund(world, node, [ALICE]);
    await commit();
    await makeFinal();
    await rejectsWith(openState(node, world.user), "NOT_FROZEN");
    await rejectsWith(escapeAccount(node, world.user, ALICE.address), "NOT_FROZEN");
    await rejectsWith(reclaim(node, world.user, 0n), "NOT_FROZEN");
  });

  it("of one account pays its ETH and tokens, once, whoever calls", async () => {
    const { ethers } = world.connection;
    const demo = await ethers.deployContract("DemoToken");
    const token = (await demo.getAddress()).toLowerCase();
    await demo.getFunction("mint")(await world.user.getAddress(), 100n);
    await fund(world, node, [ALICE]);
    await depositToken(node, world.user, token, 60n, ALICE.address);
    await frozen();

    const { records, refused } = await escapeAccount(node, world.challenger, ALICE.address);
    expect(records.map(({ token: asset, amount }) => [asset, amount])).to.deep.equal([
      [NOTHING_ADDRESS, ETHER],
      [token, 60n],
    ]);
    expect(refused).to.deep.equal([]);
    expect(await balanceOf(ALICE.address)).to.equal(ETHER);
    expect(await demo.getFunction("balanceOf")(ALICE.address)).to.equal(60n);
    expect([await custody(), await custody(token)]).to.deep.equal([7n, 0n]);
    await rejectsWith(escapeAccount(node, world.challenger, ALICE.address), "NOTHING_TO_ESCAPE");
    expect(escapeStatus(node, ALICE.address).records.map(({ status }) => status)).to.deep.equal([
      "paid",
      "paid",
    ]);
    const fresh = await world.open();
    expect(fresh.derivation.view.escape).to.deep.equal(node.derivation.view.escape);
  });

  it("of all pays everybody, some before, and nobody who refuses holds the others up", async () => {
    const refuser = world.book.addresses.clock;
    await fund(world, node, WALLETS);
    await depositEth(node, world.user, 5n, refuser);
    await frozen();
    await escapeAccount(node, world.user, ALICE.address);

    const escaped = await escapeAll(node, world.challenger);
    expect(escaped.records).to.have.length(WALLETS.length);
    expect(escaped.receipts.length).to.be.lessThan(4);
    expect(await balanceOf(WALLETS[3]?.address ?? "")).to.equal(0n);
    const paid = await payEscapes(node, world.challenger);
    expect(paid.refused.map(({ account }) => account)).to.deep.equal([refuser.toLowerCase()]);
    for (const { address } of WALLETS) expect(await balanceOf(address)).to.equal(ETHER);
    const statuses = escapeStatus(node).records.map(({ status }) => status);
    expect(statuses.filter((status) => status !== "paid")).to.deep.equal(["credited"]);
    expect(await custody()).to.equal(12n);
    expect((await escapeAll(node, world.user)).records).to.deep.equal([]);
  });

  it("of all passes account 0 by, to whom anybody can send ETH and tokens", async () => {
    const { ethers } = world.connection;
    const demo = await ethers.deployContract("DemoToken");
    const token = (await demo.getAddress()).toLowerCase();
    await demo.getFunction("mint")(await world.user.getAddress(), 100n);
    await fund(world, node, WALLETS.slice(0, 4));
    await depositEth(node, world.user, 1n, NOTHING_ADDRESS);
    await depositToken(node, world.user, token, 3n, NOTHING_ADDRESS);
    await depositToken(node, world.user, token, 60n, ALICE.address);
    await frozen();
    expect(node.account(NOTHING_ADDRESS).balance).to.equal(1n);
    expect(node.tokenBalance(token, NOTHING_ADDRESS)).to.equal(3n);

    const escaped = await escapeAll(node, world.challenger);
    expect(escaped.records).to.have.length(5);
    expect(escaped.unproven).to.deep.equal([]);
    expect(escaped.receipts).to.have.length(2);
    await payEscapes(node, world.challenger);
    for (const { address } of WALLETS.slice(0, 4)) expect(await balanceOf(address)).to.equal(ETHER);
    expect(await demo.getFunction("balanceOf")(ALICE.address)).to.equal(60n);
    expect([await custody(), await custody(token)]).to.deep.equal([8n, 3n]);
    await rejectsWith(escapeAccount(node, world.user, NOTHING_ADDRESS), "NOTHING_TO_ESCAPE");
  });

  it("of all goes on past a subtree that L1 refuses, and says which", async () => {
    const many = Array.from({ length: 28 }, (_, i) => l2Wallet(`one of many ${i}`));
    await fund(world, node, many);
    await frozen();
    await openState(node, world.user);
    const { records } = escapeStatus(node);
    const state = node.stateAfter(node.derivation.batchAt(1n).id);
    // Two single leaves far from each other are left.
    for (const subtree of subtreesOf(records.slice(1, -1), state.tree.depth)) {
      const { first, leaves, path } = escapeCall(state, subtree);
      await withSigner(node.chain, world.user).bridge.escape(first, leaves, path);
    }
    let sent = 0;
    const clumsy = {
      provider: world.challenger.provider,
      getAddress: () => world.challenger.getAddress(),
      sendTransaction: (its: TransactionRequest) => {
        const data = its.data ?? "0x";
        return world.challenger.sendTransaction({
          ...its,
          data: sent++ > 0 ? data : `${dataSlice(data, 0, data.length / 2 - 2)}00`,
        });
      },
    } as unknown as Signer;
    const escaped = await escapeAll(node, clumsy);
    expect(escaped.records.map(({ index }) => index)).to.deep.equal([records.at(-1)?.index]);
    const [unproven] = escaped.unproven;
    expect(unproven?.records.map(({ index }) => index)).to.deep.equal([records[0]?.index]);
    expect(unproven?.error.args.error).to.equal("WrongStateProof");
    expect((await escapeAll(node, world.user)).records).to.have.length(1);
  });

  it("of all pays nobody who burns the volunteer's gas, unless that one is asked for", async () => {
    const recipients = {
      /** Takes the money, and burns a million in a call of blake2f that fails. */
      million: "0x600c8060095f395ff35f5f5f5f6009620f4240fa00",
      /** The same with 63/64 of all that it gets. */
      all: "0x60098060095f395ff35f5f5f5f60095afa00",
    };
    const deployed = async (code: string) => {
      const contract = await new ContractFactory([], code, world.user).deploy();
      return (await contract.getAddress()).toLowerCase();
    };
    const [million, all] = [await deployed(recipients.million), await deployed(recipients.all)];
    await fund(world, node, WALLETS.slice(0, 3));
    await depositEth(node, world.user, 5n, million);
    await depositEth(node, world.user, 5n, all);
    await fund(world, node, WALLETS.slice(3));
    await frozen();
    await escapeAll(node, world.user);

    const paid = await payEscapes(node, world.challenger);
    expect(paid.refused.map(({ account }) => account)).to.have.members([million, all]);
    const gas = paid.receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
    expect(gas < 1_200_000n, String(gas)).to.equal(true);
    for (const { address } of WALLETS) expect(await balanceOf(address)).to.equal(ETHER);

    expect((await payEscapes(node, world.challenger, million)).refused).to.deep.equal([]);
    expect(await balanceOf(million)).to.equal(5n);
  });

  it("leaves final withdrawals to claims, and deposits that no final batch took to their depositors", async () => {
    await fund(world, node, [ALICE]);
    await depositEth(node, world.user, 100n);
    const user = await world.user.getAddress();
    await force(node, world.user, { kind: "withdraw", recipient: ALICE.address, amount: 30n });
    const index = await frozen();
    // Nobody took these either, but the second one brought nothing.
    expect(reclaimable(node).map((item) => item.index)).to.deep.equal([index]);
    await rejectsWith(reclaim(node, world.user, 0n), "NOTHING_TO_RECLAIM");
    await rejectsWith(reclaim(node, world.user, 99n), "NOTHING_TO_RECLAIM");
    const before = await balanceOf(user);
    await reclaim(node, world.challenger, index);
    expect((await balanceOf(user)) - before).to.equal(7n);
    await rejectsWith(reclaim(node, world.challenger, index), "NOTHING_TO_RECLAIM");
    expect(escapeStatus(node, user).deposits.map(({ reclaimed }) => reclaimed)).to.deep.equal([true]);

    const [exit] = findExits(node, ALICE.address);
    expect((await claimExit(node, world.user, 1n, exit?.index ?? 9n)).paid).to.equal(true);
    await escapeAll(node, world.user);
    await payEscapes(node, world.user);
    expect(await balanceOf(ALICE.address)).to.equal(ETHER + 30n);
    expect((await balanceOf(user)) > before).to.equal(false);
    expect(await custody()).to.equal(0n);
    await revertsWith(depositEth(node, world.user, 1n), "RollupIsFrozen");
  });

  it("gives deposits back where the last final state is wrong and nobody can say what it is", async () => {
    await fund(world, node, [ALICE]);
    const wrong = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
    await commitBatch(node, world.sequencer, wrong);
    await makeFinal();
    const { index } = await depositEth(node, world.user, 7n);
    await world.increaseTime(world.book.parameters.escapeDelay);
    await freezeUnserved(node, world.user);
    await node.derivation.sync();
    throwsWith(() => escapeStatus(node), "BATCH_INVALID");
    expect(reclaimable(node).map((item) => item.index)).to.deep.equal([index]);
    await reclaim(node, world.challenger, index);
    await node.derivation.sync();
    expect(reclaimable(node)).to.deep.equal([]);
  });

  it("from genesis gives deposits back, and has nothing else to give", async () => {
    const { index } = await depositEth(node, world.user, 7n);
    await world.increaseTime(world.book.parameters.escapeDelay);
    await freezeUnserved(node, world.challenger);
    await openState(node, world.user);
    expect(await openState(node, world.user)).to.equal(undefined);
    expect(escapeStatus(node)).to.deep.include({ frozen: true, records: [] });
    await reclaim(node, world.challenger, index);
    expect(await custody()).to.equal(0n);
  });

  it("finds the owner of every leaf", async () => {
    await fund(world, node, WALLETS);
    await frozen();
    const state = node.stateAfter(node.derivation.batchAt(1n).id);
    expect(escapeStatus(node).records).to.have.length(state.tree.count - 1);
  });

  describe("subtrees", () => {
    const D = 9;
    const leaf = (index: number): OwnedLeaf => ({
      index,
      token: NOTHING_ADDRESS,
      account: ALICE.address.toLowerCase(),
      amount: 1n,
      nonce: 0n,
      next: 0n,
    });

    it("cover every leaf exactly once, aligned, and at most 81 at a time", () => {
      const random = new Random("subtrees");
      for (let round = 0; round < 50; round++) {
        const indices = new Set(Array.from({ length: 1 + random.integer(300) }, () => random.integer(700)));
        const cover = subtreesOf([...indices].map(leaf), D);
        const covered = cover.flatMap(({ owned }) => owned.map(({ index }) => index));
        expect(covered.sort((a, b) => a - b)).to.deep.equal([...indices].sort((a, b) => a - b));
        for (const { first, levels, owned } of cover) {
          const width = 3 ** levels;
          expect(width).to.be.at.most(81);
          expect(first % width).to.equal(0);
          for (const { index } of owned) expect(index >= first && index < first + width).to.equal(true);
        }
      }
    });

    it("are whole blocks where all leave, and single leaves where few do", () => {
      const all = Array.from({ length: 243 }, (_, i) => leaf(i));
      expect(subtreesOf(all, 21).map(({ first, levels }) => [first, levels])).to.deep.equal([
        [0, 4],
        [81, 4],
        [162, 4],
      ]);
      expect(subtreesOf([leaf(5)], 21)).to.deep.equal([{ first: 5, levels: 0, owned: [leaf(5)] }]);
      expect(capacityOf(D)).to.be.greaterThan(81);
    });

    it("name leaves of account 0 by their hash, since L1 takes it for that", () => {
      const state = State.genesis({ D, E: 3 });
      state.tree.insert(state.accountKey(0n), { lo: 1n, hi: 0n });
      const zero: OwnedLeaf = { ...leaf(1), account: NOTHING_ADDRESS };
      const { leaves } = escapeCall(state, { first: 0, levels: 1, owned: [zero] });
      expect(leaves).to.deep.equal(escapeCall(state, { first: 0, levels: 1, owned: [] }).leaves);
    });

    it("name unused leaves by zero, and others by their hash", () => {
      const state = State.genesis({ D, E: 3 });
      state.tree.insert(state.accountKey(5n), { lo: 1n, hi: 2n });
      const { leaves, path } = escapeCall(state, { first: 0, levels: 1, owned: [] });
      expect(leaves.map(({ account }) => account)).to.deep.equal(Array(3).fill(NOTHING_ADDRESS));
      expect(leaves.map(({ next }) => BigInt(next) === 0n)).to.deep.equal([false, false, true]);
      expect(path).to.have.length(D - 1);
    });
  });
});
