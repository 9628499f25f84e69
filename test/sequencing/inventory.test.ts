// What becomes of transactions that leave the pool, and of those that could not be stored.

import { expect } from "chai";
import { INSTANCES, Kind, State, toAddress } from "../../src/model/index.ts";
import type { RunningChain } from "../../src/l2/chain.ts";
import { developmentWallet, signL2 } from "../../src/node/l2-wallet.ts";
import { Inventory } from "../../src/sequencing/inventory.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const GWEI = 10n ** 9n;
const CHAIN_ID = 4242n;

describe("inventory", () => {
  const wallet = developmentWallet(3, 31337n);
  let inventory: Inventory;
  let raw: string;

  beforeEach(async () => {
    const state = State.genesis(INSTANCES.dev);
    state.tree.insert(state.accountKey(BigInt(wallet.address)), { lo: 10n ** 18n, hi: 0n });
    const chain = {
      ...{ chainId: CHAIN_ID, head: { number: 0n }, stateAt: () => state },
      ...{ transaction: () => undefined, number: () => 0n },
    } as unknown as RunningChain;
    inventory = new Inventory(chain, {
      ...{ baseFee: GWEI, limits: { total: 10, perSender: 10, nonceGap: 4 } },
    });
    raw = await signL2(wallet, CHAIN_ID, {
      ...{ kind: Kind.transferEth, recipient: toAddress(5n), amount: 1n, nonce: 0n },
      ...{ maxFee: 2n * GWEI, priority: 0n },
    });
  });

  it("takes a transaction that had to leave only once its row is gone", () => {
    const entry = inventory.reserve(raw);
    inventory.evict([entry]);
    expect(inventory.settled).to.deep.equal([entry.hash]);
    throwsWith(() => inventory.reserve(raw), "TX_BALANCE");
    inventory.forget(inventory.settled);
    expect(inventory.reserve(raw).hash).to.equal(entry.hash);
    expect(inventory.settled).to.deep.equal([]);
  });

  it("holds nothing up with what could not be stored", () => {
    const entry = inventory.reserve(raw);
    expect(inventory.pool.ready.count).to.equal(1);
    inventory.takeBack([entry]);
    expect(inventory.pool.ready.count).to.equal(0);
    expect(inventory.has(entry.hash)).to.equal(false);
  });
});
