// The sequencer as a service: from a raw transaction to a final batch, and back when L1 changes its mind.

import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "chai";
import { headOf } from "../../src/chain/view.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { ETHER, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { receiptsAsked } from "../support/receipts.ts";
import { rejectsWith } from "../support/rejects-harness.ts";
import { GWEI, type Rig, startRig, until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("sequencer service", () => {
  let world: World;
  let rig: Rig;

  beforeEach(async () => {
    world = await startWorld();
  });

  afterEach(() => rig.close());

  const pay = (nonce: number, more = {}) =>
    signL2(world, ALICE, { to: BOB.address, value: 1n, nonce, ...more });
  const latest = () => rig.service.engine.chain.stateAt(rig.service.engine.chain.head.number);
  const balance = (address: string) => latest().account(BigInt(address)).balance;

  async function funded(): Promise<void> {
    await depositEth(await world.open(), world.user, ETHER, ALICE.address);
    await until(() => balance(ALICE.address) === ETHER, "the deposit");
  }

  it("brings a deposit to L2, and a payment to L1", async () => {
    rig = await startRig(world);
    await funded();
    const { chain, node } = rig.service.engine;
    const hash = await rig.service.pool.submit(await pay(0));
    await until(() => chain.transaction(hash) !== undefined, "the block");
    await until(() => chain.finality(chain.transaction(hash)?.block ?? 0n) === "safe", "the commit");
    expect(node.account(BOB.address).balance).to.equal(1n);
    expect(headOf(node.derivation.view).id).to.equal(chain.ground.id);
    expect(rig.failures.map(({ error }) => String(error))).to.deep.equal([]);
  });

  it("keeps block hashes from the sealing to finality", async () => {
    rig = await startRig(world);
    await funded();
    const { chain } = rig.service.engine;
    const sealed = new Map<bigint, string>();
    chain.on("block", ({ number, hash }) => sealed.set(number, hash));
    for (let nonce = 0; nonce < 9; nonce++) await rig.service.pool.submit(await pay(nonce));
    await until(
      () => chain.number("safe") === chain.head.number && balance(BOB.address) === 9n,
      "the commit",
    );
    await world.increaseTime(world.book.parameters.challengeWindow);
    await world.connection.networkHelpers.mine();
    await until(() => chain.number("finalized") === chain.head.number, "finality");
    for (const [number, hash] of sealed) expect(chain.block(number)?.hash).to.equal(hash);
  });

  it("ends though L1 does not take what it sent", async () => {
    rig = await startRig(world);
    await funded();
    const { chain, node } = rig.service.engine;
    await until(() => chain.number("safe") === chain.head.number, "the commit");
    const rpc = (method: string, ...params: unknown[]) =>
      world.connection.provider.request({ method, params });
    await rpc("evm_setAutomine", false);
    await world.increaseTime(world.book.parameters.challengeWindow);
    await world.connection.networkHelpers.mine();
    while (((await rpc("eth_pendingTransactions")) as unknown[]).length === 0) await sleep(10);
    const began = performance.now();
    await rig.service.stop();
    expect(performance.now() - began).to.be.lessThan(5_000);
    expect(await receiptsAsked(node)).to.equal(0);
  });

  it("seals nonces in order, whichever came first, and waits for gaps", async () => {
    rig = await startRig(world);
    await funded();
    const { chain } = rig.service.engine;
    for (const nonce of [2, 1]) await rig.service.pool.submit(await pay(nonce));
    expect(rig.service.pool.nextNonce(ALICE.address)).to.equal(0n);
    await rig.service.pool.submit(await pay(0));
    expect(rig.service.pool.nextNonce(ALICE.address)).to.equal(3n);
    await until(() => balance(BOB.address) === 3n, "three payments");
    expect(chain.number("latest") > 1n).to.equal(true);
  });

  it("takes a replacement that pays a tenth more, and no other", async () => {
    rig = await startRig(world);
    await funded();
    const first = await rig.service.pool.submit(await pay(1, { maxPriorityFeePerGas: GWEI }));
    await rejectsWith(rig.service.pool.submit(await pay(1, { maxFeePerGas: 3n * GWEI })), "TX_REPLACEMENT");
    const fees = { maxFeePerGas: 3n * GWEI, maxPriorityFeePerGas: 2n * GWEI };
    const second = await rig.service.pool.submit(await pay(1, { ...fees, value: 5n }));
    expect(rig.service.pool.get(first)).to.equal(undefined);
    await rejectsWith(rig.service.pool.submit(await pay(1, { ...fees, value: 5n })), "TX_KNOWN");
    await rig.service.pool.submit(await pay(0));
    await until(() => balance(BOB.address) === 6n, "both payments");
    expect(rig.service.engine.chain.transaction(second)).to.not.equal(undefined);
  });

  it("starts again where it was, from the database alone", async () => {
    rig = await startRig(world, { policy: { segmentMs: 10, batchMs: 3_600_000, patienceMs: 3_600_000 } });
    await funded();
    for (let nonce = 0; nonce < 5; nonce++) await rig.service.pool.submit(await pay(nonce));
    await rig.service.pool.submit(await pay(7));
    await until(() => balance(BOB.address) === 5n, "five payments");
    const { hash } = rig.service.engine.chain.head;
    await rig.service.stop();
    const again = await startRig(world, {}, rig.store);
    expect(again.service.engine.chain.block(hash)?.hash).to.equal(hash);
    expect(again.service.pool.list()).to.have.length(1);
    await until(
      () => again.service.engine.chain.number("safe") === again.service.engine.chain.head.number,
      "L1",
    );
    await again.close();
  });
});
