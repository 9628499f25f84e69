// The exit limit from a user's side: a claim that L1 puts off is no error, and the same claim pays later.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { ZeroAddress } from "ethers";
import {
  claimExit,
  claimFees,
  depositEth,
  feesOf,
  feesPutOff,
  findExits,
  force,
  openCheckpoint,
} from "../../src/node/bridge.ts";
import { finalizeAll } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { sequence, submit } from "../../src/node/sequencer.ts";
import { ETHER, fund, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { revertsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");
const [CAROL, DAVE] = ["carol", "dave"].map((name) => l2Wallet(name).address) as [string, string];
const DELAY = 1000n;

describe("exit limit", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld({ overrides: { exitLimitBps: 1_000n, exitDelay: DELAY } });
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-limit-"));
    mempool = await openMempool(directory);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const balanceOf = (address: string) => node.chain.provider.getBalance(address);

  async function makeFinal() {
    await sequence(node, mempool, world.sequencer, { feeRecipient: DAVE });
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalizeAll(node, world.user);
  }

  it("puts an exit off that is too large, and pays it in its second", async () => {
    await depositEth(node, world.user, 100n);
    await force(node, world.user, { kind: "withdraw", recipient: CAROL, amount: 60n });
    await force(node, world.user, { kind: "withdraw", recipient: DAVE, amount: 10n });
    await makeFinal();
    const put = await claimExit(node, world.user, 1n, 0n);
    expect(put.paid).to.equal(false);
    const { time } = await node.derivation.sync();
    expect(put.payableFrom).to.equal(time + DELAY);
    expect(findExits(node, CAROL)[0]).to.include({ status: "delayed", payableFrom: time + DELAY });
    expect((await claimExit(node, world.user, 1n, 1n)).paid).to.equal(true);
    await revertsWith(claimExit(node, world.user, 1n, 0n), "PaymentWaits");

    await world.connection.networkHelpers.time.setNextBlockTimestamp(time + DELAY);
    expect(await claimExit(node, world.user, 1n, 0n)).to.include({ paid: true });
    expect([await balanceOf(CAROL), await balanceOf(DAVE)]).to.deep.equal([60n, 10n]);
    await node.derivation.sync();
    expect(findExits(node, CAROL)[0]?.status).to.equal("claimed");
    expect(node.derivation.view.delayed.size).to.equal(0);
  });

  it("sends gas for the payment, too, when the limit is free again by the time of inclusion", async () => {
    const { networkHelpers, provider } = world.connection;
    await depositEth(node, world.user, 1000n);
    for (const recipient of [CAROL, DAVE]) {
      await force(node, world.user, { kind: "withdraw", recipient, amount: 60n });
    }
    await makeFinal();
    expect((await claimExit(node, world.user, 1n, 0n)).paid).to.equal(true);
    await provider.request({ method: "evm_setAutomine", params: [false] });
    const claim = claimExit(node, world.user, 1n, 1n);
    const pending = () =>
      provider.request({ method: "eth_getBlockTransactionCountByNumber", params: ["pending"] });
    while ((await pending()) === "0x0") await new Promise((resolve) => setTimeout(resolve, 10));
    await networkHelpers.time.increase(DELAY);
    expect(await claim).to.include({ paid: true });
    expect(await balanceOf(DAVE)).to.equal(60n);
  });

  it("puts fees off under their amount, while more accrue", async () => {
    const fees = 21_000n * 10n ** 9n;
    await fund(world, node, [ALICE], 2n * fees);
    await submit(node, mempool, await signL2(world, ALICE, { to: CAROL, nonce: 0, maxFeePerGas: 10n ** 9n }));
    await makeFinal();
    await openCheckpoint(node, world.user, 1n);
    expect(await claimFees(node, world.user, DAVE)).to.include({ paid: false });
    const { time } = await node.derivation.sync();
    expect(feesPutOff(node, DAVE)).to.deep.equal([
      { token: ZeroAddress, amount: fees, payableFrom: time + DELAY },
    ]);
    expect(await feesOf(node, DAVE)).to.equal(fees);
    await revertsWith(claimFees(node, world.user, DAVE), "PaymentWaits");
    await world.increaseTime(DELAY);
    expect(await claimFees(node, world.user, DAVE)).to.include({ paid: true });
    expect(await balanceOf(DAVE)).to.equal(fees);
    await node.derivation.sync();
    expect(feesPutOff(node, DAVE)).to.deep.equal([]);
    await revertsWith(claimFees(node, world.user, DAVE), "FeesOutOfRange");
  });

  it("sends what the place may cost at most, and gets the rest back", async () => {
    const user = await world.user.getAddress();
    const before = await balanceOf(user);
    const { price, fee } = await depositEth(node, world.user, 5n, CAROL, { maxPrice: ETHER });
    expect(price).to.equal(world.book.parameters.baseEnqueuePrice);
    expect(before - (await balanceOf(user))).to.equal(5n + price + fee);
    await revertsWith(depositEth(node, world.user, 5n, CAROL, { maxPrice: price - 1n }), "PriceAbovePayment");
  });
});
