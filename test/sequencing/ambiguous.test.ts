// Writes of which nobody knows whether they took place: the connection broke after the database had committed, or before.

import { expect } from "chai";
import { LuntraError } from "../../src/errors.ts";
import { depositEth } from "../../src/node/bridge.ts";
import type { Lease } from "../../src/store/index.ts";
import { ETHER, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith } from "../support/rejects-harness.ts";
import { GWEI, type Rig, startRig, until } from "../support/sequencer-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("a write that failed", () => {
  let world: World;
  let rig: Rig;

  beforeEach(async () => {
    world = await startWorld();
    rig = await startRig(world);
    await depositEth(await world.open(), world.user, ETHER, ALICE.address);
    await until(() => balance(ALICE.address) === ETHER, "the deposit");
  });

  afterEach(() => rig.close());

  const balance = (address: string) => {
    const { chain } = rig.service.engine;
    return chain.stateAt(chain.head.number).account(BigInt(address)).balance;
  };
  const pay = (nonce: number, more = {}) =>
    signL2(world, ALICE, { to: BOB.address, value: 1n, nonce, ...more });

  /** The next write fails: after it was committed, or instead. */
  function failNext(took: boolean): void {
    const lease = rig.service.engine.lease as { fenced: Lease["fenced"] };
    const real = lease.fenced.bind(lease);
    lease.fenced = async (action, epoch) => {
      lease.fenced = real;
      if (took) await real(action, epoch);
      throw new LuntraError("STORE_UNAVAILABLE", { reason: "the connection broke" });
    };
  }

  for (const took of [true, false]) {
    const how = took ? "though it took place" : "and did not take place";

    it(`of a segment, ${how}: the segment is there once`, async () => {
      await rig.service.pool.submit(await pay(0));
      failNext(took);
      await until(() => balance(BOB.address) === 1n, "the payment");
      await rig.service.pool.submit(await pay(1));
      await until(() => balance(BOB.address) === 2n, "another one");
      const { chain } = rig.service.engine;
      await until(() => chain.number("safe") === chain.head.number, "the commit");
    });

    it(`of a transaction, ${how}: it is refused, and the pool is as the database says`, async () => {
      await rig.service.pool.submit(await pay(1));
      failNext(took);
      const fees = { maxFeePerGas: 4n * GWEI, maxPriorityFeePerGas: GWEI };
      const replacement = await pay(1, { ...fees, value: 7n });
      await rejectsWith(rig.service.pool.submit(replacement), "STORE_UNAVAILABLE");
      await until(() => rig.service.engine.leads && rig.service.pool.list().length === 1, "the pool");
      await rig.service.pool.submit(await pay(0));
      await until(() => balance(BOB.address) === (took ? 8n : 2n), "two payments");
      expect(rig.service.pool.list()).to.have.length(0);
    });
  }
});
