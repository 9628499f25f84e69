// Nonces and fees of the account that commits, on an L1 that counts what waits among the nonces used, as most nodes do.

import { expect } from "chai";
import { toQuantity } from "ethers";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import { Outbox } from "../../src/sequencing/outbox.ts";
import { type Anvil, startAnvil } from "../support/anvil.ts";

const STUCK_MS = 500;
const CHAIN = 31337n;
const TO = `0x${"12".repeat(20)}`;

describe("outbox", () => {
  let anvil: Anvil;
  const none = async () => undefined;

  beforeEach(async () => {
    anvil = await startAnvil();
    await anvil.provider.send("evm_setAutomine", [false]);
  });

  afterEach(() => anvil.stop());

  const wallet = () => developmentWallet(1, CHAIN).connect(anvil.provider);
  const outbox = (stuckMs = STUCK_MS) => new Outbox(anvil.provider, wallet(), stuckMs);
  const late = () => new Promise((done) => setTimeout(done, 1.5 * STUCK_MS));
  const mine = () => anvil.provider.send("evm_mine", []);
  const call = (value: bigint) => ({ to: TO, value });

  /** What is sent until now is not mined for its fee: blocks are empty, and ask for much more. */
  async function dear(): Promise<void> {
    const { maxFeePerGas } = await anvil.provider.getFeeData();
    await anvil.provider.send("anvil_setNextBlockBaseFeePerGas", [toQuantity(20n * (maxFeePerGas ?? 0n))]);
    await mine();
  }

  async function mined(nonce: number): Promise<bigint | undefined> {
    const own = await wallet().getAddress();
    const latest = await anvil.provider.getBlockNumber();
    for (let number = latest; number > 0; number--) {
      const block = await anvil.provider.getBlock(number, true);
      const its = block?.prefetchedTransactions.find((tx) => tx.from === own && tx.nonce === nonce);
      if (its !== undefined) return its.value;
    }
    return undefined;
  }

  it("counts on behind what waits, as long as that is not stuck", async () => {
    const signer = outbox().signer(none);
    for (const nonce of [0, 1, 2]) expect((await signer.sendTransaction(call(1n))).nonce).to.equal(nonce);
    await mine();
    expect(await mined(2)).to.equal(1n);
  });

  it("gives the nonce of what is stuck to what is sent next, for a fee that L1 takes", async () => {
    const signer = outbox().signer(none);
    await signer.sendTransaction(call(1n));
    await dear();
    await late();
    expect((await signer.sendTransaction(call(2n))).nonce).to.equal(0);
    await mine();
    expect(await mined(0)).to.equal(2n);
  });

  it("raises both fees by an eighth while L1's do not rise, up to ten times L1's", async () => {
    const signer = outbox(0).signer(none);
    let before = await signer.sendTransaction(call(1n));
    for (let i = 0; i < 40; i++) {
      const market = await anvil.provider.getFeeData();
      const after = await signer.sendTransaction(call(1n)).catch(() => undefined);
      const bound = 10n * (market.maxFeePerGas ?? 0n);
      if (after === undefined) {
        expect(((before.maxFeePerGas ?? 0n) * 11n) / 10n >= bound, "given up early").to.equal(true);
        return;
      }
      expect(after.nonce).to.equal(0);
      const wished = ((before.maxFeePerGas ?? 0n) * 9n) / 8n;
      expect((after.maxFeePerGas ?? 0n) >= (wished < bound ? wished : bound)).to.equal(true);
      expect((after.maxFeePerGas ?? 0n) <= bound).to.equal(true);
      before = after;
    }
    expect.fail("the fee rose without end");
  });

  it("leaves the reserved nonce to whom it is reserved for", async () => {
    const its = outbox();
    await its.signer(none).sendTransaction(call(1n));
    await its.signer(none).sendTransaction(call(2n));
    await dear();
    await late();
    expect((await its.signer(async () => 0).sendTransaction(call(3n))).nonce).to.equal(1);
    expect((await its.signer(none).sendTransaction(call(4n))).nonce).to.equal(0);
  });

  it("replaces what another process left only after it had its time, and finds out what that paid", async () => {
    const { maxFeePerGas } = await anvil.provider.getFeeData();
    const paid = 3n * (maxFeePerGas ?? 0n);
    await wallet().sendTransaction({ ...call(1n), maxFeePerGas: paid, maxPriorityFeePerGas: paid });
    const signer = outbox().signer(none);
    expect((await signer.sendTransaction(call(2n))).nonce).to.equal(1);
    await late();
    // L1 says that it is not enough, each time, until it is.
    for (let tries = 0; ; tries++) {
      const sent = await signer.sendTransaction(call(3n)).catch(() => undefined);
      if (sent !== undefined) {
        expect(sent.nonce).to.equal(0);
        expect(tries > 0).to.equal(true);
        break;
      }
      expect(tries < 40, "tries").to.equal(true);
    }
    await mine();
    expect(await mined(0)).to.equal(3n);
  });

  it("clears the way to a nonce, and touches nothing from there on", async () => {
    const its = outbox();
    const signer = its.signer(none);
    for (const value of [1n, 2n, 3n]) await signer.sendTransaction(call(value));
    await dear();
    await late();
    await its.clear(0, 2);
    await mine();
    expect([await mined(0), await mined(1), await mined(2)]).to.deep.equal([0n, 0n, undefined]);
  });

  it("leaves gas to spare, and sends nothing that L1 would refuse", async () => {
    const signer = outbox().signer(none);
    const sent = await signer.sendTransaction(call(1n));
    expect(sent.gasLimit).to.equal(25_200n);
    const poor = signer.sendTransaction(call(10n ** 30n));
    expect(
      await poor.then(
        () => "sent",
        () => "refused",
      ),
    ).to.equal("refused");
    expect(await anvil.provider.getTransactionCount(await signer.getAddress(), "pending")).to.equal(1);
  });
});
