// The bridge from a user's side: in by deposit, out by exit, against any sequencer's will.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type Signer, type TransactionRequest, toBeHex, zeroPadValue } from "ethers";
import { BRIDGE_PREDEPLOY, SELECTORS, toAddress } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import {
  claimExit,
  claimFees,
  depositEth,
  depositToken,
  feesOf,
  findExits,
  force,
  openCheckpoint,
} from "../../src/node/bridge.ts";
import { finalizeAll } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");
const [CAROL, DAVE] = ["carol", "dave"].map((name) => l2Wallet(name).address) as [string, string];

describe("bridge", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;
  let user: string;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-bridge-"));
    mempool = await openMempool(directory);
    user = await world.user.getAddress();
  });

  afterEach(() => rm(directory, { recursive: true }));

  const commit = (feeRecipient = world.book.deployer) =>
    sequence(node, mempool, world.sequencer, { feeRecipient });

  async function makeFinal() {
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalizeAll(node, world.user);
  }

  const withdrawal = async (nonce: number, recipient: string, value: bigint) =>
    await signL2(world, ALICE, {
      to: toAddress(BRIDGE_PREDEPLOY),
      data: SELECTORS.withdrawEth + zeroPadValue(recipient, 32).slice(2),
      value,
      nonce,
    });

  const balanceOf = (address: string) => node.chain.provider.getBalance(address);

  it("credits a deposit on L2 and burns the price of the place", async () => {
    const first = await depositEth(node, world.user, 7n);
    expect(first).to.include({ index: 0n, price: world.book.parameters.baseEnqueuePrice });
    expect((await depositEth(node, world.user, 3n, CAROL)).index).to.equal(1n);
    await commit();
    expect([node.account(user).balance, node.account(CAROL).balance]).to.deep.equal([7n, 3n]);
  });

  it("charges twice the price after each maxForced items of backlog", async () => {
    const cheap = await startWorld({ overrides: { maxForced: 2n } });
    const its = await cheap.open();
    const prices: bigint[] = [];
    for (let i = 0; i < 5; i++) prices.push((await depositEth(its, cheap.user, 1n)).price);
    const base = cheap.book.parameters.baseEnqueuePrice;
    expect(prices).to.deep.equal([base, base, 2n * base, 2n * base, 4n * base]);
  });

  it("forces transfers and withdrawals from the caller's own balance", async () => {
    await depositEth(node, world.user, 100n);
    await force(node, world.user, { kind: "transfer", recipient: CAROL, amount: 30n });
    await force(node, world.user, { kind: "withdraw", recipient: DAVE, amount: 20n });
    await force(node, world.user, { kind: "withdraw", recipient: DAVE, amount: 1000n });
    await force(node, world.user, { kind: "transfer", token: CAROL, recipient: DAVE, amount: 1n });
    const { id } = await commit();
    expect(node.account(user)).to.deep.equal({ nonce: 0n, balance: 50n });
    expect(node.account(CAROL).balance).to.equal(30n);
    const statuses = node.execute(id).records.map(({ status }) => status);
    expect(statuses).to.deep.equal(["executed", "executed", "executed", "failed", "failed"]);
    expect(findExits(node).map(({ amount }) => amount)).to.deep.equal([20n]);
  });

  it("follows an exit from pending to claimed, and pays it once", async () => {
    await fund(world, node, [ALICE]);
    await submit(node, mempool, await withdrawal(0, CAROL, 5n));
    await submit(node, mempool, await withdrawal(1, DAVE, 6n));
    await commit();
    const mine = () => findExits(node, CAROL.toUpperCase().replace("0X", "0x"));
    expect(mine().map(({ status, amount }) => [status, amount])).to.deep.equal([["pending", 5n]]);
    await rejectsWith(claimExit(node, world.user, 1n, 0n), "EXIT_NOT_FINAL");

    await makeFinal();
    expect(mine()[0]?.status).to.equal("final");
    await rejectsWith(claimExit(node, world.user, 1n, 9n), "UNKNOWN_EXIT");
    await claimExit(node, world.user, 1n, 1n);
    expect(await balanceOf(DAVE)).to.equal(6n);
    await node.derivation.sync();
    expect(mine()[0]?.status).to.equal("claimable");
    await claimExit(node, world.user, 1n, 0n);
    expect(await balanceOf(CAROL)).to.equal(5n);
    await node.derivation.sync();
    expect(findExits(node).map(({ status }) => status)).to.deep.equal(["claimed", "claimed"]);
    await revertsWith(claimExit(node, world.user, 1n, 0n), "AlreadyClaimed");
  });

  it("pays exits of batches that lie long behind finality", async () => {
    await fund(world, node, [ALICE]);
    await submit(node, mempool, await withdrawal(0, CAROL, 5n));
    await commit();
    for (let i = 0; i < 3; i++) {
      await depositEth(node, world.user, 1n);
      await commit();
    }
    await makeFinal();
    const late = await world.open();
    late.execute((await late.derivation.sync()).live[4]?.id ?? "");
    await claimExit(late, world.user, 1n, 0n);
    expect(await balanceOf(CAROL)).to.equal(5n);
  });

  it("credits a batch's fees to its fee recipient, once", async () => {
    await fund(world, node, [ALICE]);
    await submit(node, mempool, await withdrawal(0, CAROL, 5n));
    await commit(DAVE);
    await makeFinal();
    expect(await feesOf(node, DAVE)).to.equal(0n);
    await openCheckpoint(node, world.user, 1n);
    const fees = 40_000n * 10n ** 9n;
    expect(await feesOf(node, DAVE)).to.equal(fees);
    await claimFees(node, world.user, DAVE);
    expect(await balanceOf(DAVE)).to.equal(fees);
    await revertsWith(claimFees(node, world.user, DAVE), "FeesOutOfRange");
    await revertsWith(openCheckpoint(node, world.user, 1n), "AlreadyOpened");
  });

  it("claims what is left of the fees if others claim a part first, but not for ever", async () => {
    await fund(world, node, [ALICE]);
    await submit(node, mempool, await withdrawal(0, CAROL, 5n));
    await commit(DAVE);
    await makeFinal();
    await openCheckpoint(node, world.user, 1n);
    const fees = await feesOf(node, DAVE);
    /** Somebody else's claim of one wei comes before each of the next ones. */
    const overtaken = (times: number) => {
      let left = times;
      return {
        provider: world.user.provider,
        getAddress: () => world.user.getAddress(),
        sendTransaction: async (its: TransactionRequest) => {
          if (left-- > 0) await claimFees(node, world.challenger, DAVE, 1n);
          return await world.user.sendTransaction(its);
        },
      } as unknown as Signer;
    };
    await revertsWith(claimFees(node, overtaken(1), DAVE, fees), "FeesOutOfRange");
    await revertsWith(claimFees(node, overtaken(9), DAVE), "FeesOutOfRange");
    expect(await balanceOf(DAVE)).to.equal(4n);
    expect((await claimFees(node, overtaken(2), DAVE)).paid).to.equal(true);
    expect(await balanceOf(DAVE)).to.equal(fees);
  });

  it("takes tokens in, moves them on L2, and pays them out", async () => {
    const { ethers } = world.connection;
    const demo = await ethers.deployContract("DemoToken");
    const token = (await demo.getAddress()).toLowerCase();
    await demo.getFunction("mint")(user, 100n);
    await fund(world, node, [ALICE]);
    await depositToken(node, world.user, token, 60n, ALICE.address);
    await depositToken(node, world.user, token, 10n);
    await force(node, world.user, { kind: "withdraw", token, recipient: CAROL, amount: 4n });
    const [ofToken, toDave, amount] = [token, DAVE, toBeHex(25n)].map((word) =>
      zeroPadValue(word, 32).slice(2),
    );
    const calls = [
      { to: token, data: SELECTORS.transfer + toDave + amount, nonce: 0 },
      {
        to: toAddress(BRIDGE_PREDEPLOY),
        data: SELECTORS.withdrawToken + ofToken + toDave + amount,
        nonce: 1,
      },
    ];
    for (const call of calls) await submit(node, mempool, await signL2(world, ALICE, call));
    await commit();
    expect(node.tokenBalance(token, ALICE.address)).to.equal(10n);
    expect(node.tokenBalance(token, user)).to.equal(6n);
    expect(node.tokenBalance(token, DAVE)).to.equal(25n);

    await makeFinal();
    for (const { index } of findExits(node)) await claimExit(node, world.user, 1n, index);
    const held = [user, CAROL, DAVE].map((account) => demo.getFunction("balanceOf")(account));
    expect(await Promise.all(held)).to.deep.equal([30n, 4n, 25n]);
  });

  it("refuses a token without code before any ether moves", async () => {
    const error = await depositToken(node, world.user, CAROL, 1n).catch((reason: unknown) => reason);
    expect(error).to.have.property("code");
    expect((await node.derivation.sync()).queue).to.deep.equal([]);
  });

  it("shows no exit of a wrong batch", async () => {
    await depositEth(node, world.user, 100n);
    await commit();
    await force(node, world.user, { kind: "withdraw", recipient: DAVE, amount: 20n });
    await node.derivation.sync();
    await commitBatch(
      node,
      world.sequencer,
      corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" }),
    );
    await node.derivation.sync();
    expect(findExits(node)).to.deep.equal([]);
  });
});
