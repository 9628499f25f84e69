// What becomes of transactions that leave the pool, and of those that could not be stored.

import { expect } from "chai";
import { INSTANCES, Kind, State, toAddress } from "../../src/model/index.ts";
import type { RunningChain } from "../../src/l2/chain.ts";
import type { Hex } from "../../src/chain/types.ts";
import type { View } from "../../src/chain/view.ts";
import { developmentWallet, signL2 } from "../../src/node/l2-wallet.ts";
import { Inventory } from "../../src/sequencing/inventory.ts";
import type { PoolEntry } from "../../src/sequencing/pool.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const GWEI = 10n ** 9n;
const CHAIN_ID = 4242n;

const MINUTE = 60_000;

describe("inventory", () => {
  const wallet = developmentWallet(3, 31337n);
  const poor = State.genesis(INSTANCES.dev);
  let inventory: Inventory;
  let state: State;
  let raw: Hex;

  const sign = (nonce: bigint) =>
    signL2(wallet, CHAIN_ID, {
      ...{ kind: Kind.transferEth, recipient: toAddress(5n), amount: 1n, nonce },
      ...{ maxFee: 2n * GWEI, priority: 0n },
    });

  /** Stored, as after an answer. */
  function store(...raws: readonly Hex[]): readonly PoolEntry[] {
    const entries = raws.map((one) => inventory.reserve(one));
    inventory.stored(entries.map(({ hash }, i) => ({ hash, seq: BigInt(i + 1) })));
    return entries;
  }

  const waiting = () => inventory.pool.take(100, () => true).map(({ record }) => record.nonce);

  beforeEach(async () => {
    state = State.genesis(INSTANCES.dev);
    state.tree.insert(state.accountKey(BigInt(wallet.address)), { lo: 10n ** 18n, hi: 0n });
    const chain = {
      ...{ chainId: CHAIN_ID, head: { number: 0n }, stateAt: () => state },
      ...{ transaction: () => undefined, number: () => 0n },
    } as unknown as RunningChain;
    inventory = new Inventory(chain, {
      ...{ baseFee: GWEI, limits: { total: 8, perSender: 8, nonceGap: 4 } },
    });
    raw = await sign(0n);
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

  it("holds what cannot pay its fee, and what comes after it, until its sender has money", async () => {
    const [first] = store(raw, await sign(1n)) as [PoolEntry];
    inventory.park([first]);
    expect(waiting()).to.deep.equal([]);
    inventory.wake(poor);
    expect(waiting()).to.deep.equal([]);
    expect(inventory.pool.get(first.hash)).to.equal(first);
    inventory.wake(state);
    expect(waiting()).to.deep.equal([0n, 1n]);
    expect(inventory.settled).to.deep.equal([]);
  });

  it("gives up what could not pay its fee for a quarter of an hour, and not a millisecond before", () => {
    const [entry] = store(raw) as [PoolEntry];
    inventory.park([entry], 0);
    inventory.wake(poor, 15 * MINUTE - 1);
    expect(inventory.settled).to.deep.equal([]);
    inventory.wake(poor, 15 * MINUTE);
    expect(inventory.settled).to.deep.equal([entry.hash]);
  });

  it("lets the sender replace what is parked, whatever it pays", async () => {
    const [entry] = store(await sign(0n)) as [PoolEntry];
    inventory.park([entry]);
    const other = await signL2(wallet, CHAIN_ID, {
      ...{ kind: Kind.transferEth, recipient: toAddress(6n), amount: 0n, nonce: 0n },
      ...{ maxFee: GWEI, priority: 0n },
    });
    store(other);
    expect(waiting()).to.deep.equal([0n]);
    expect(inventory.has(entry.hash)).to.equal(false);
    inventory.wake(state);
    expect(waiting()).to.deep.equal([0n]);
  });

  it("parks no more than a quarter of the pool: the oldest leave", async () => {
    const entries = store(...(await Promise.all([0n, 1n, 2n].map(sign))));
    for (const entry of entries) inventory.park([entry]);
    expect(inventory.settled).to.deep.equal([entries[0]?.hash]);
  });

  it("keeps what is final until no reorg of L1 takes that back, and forgets nothing if one does", () => {
    const [entry] = store(raw) as [PoolEntry];
    const view = (finalized: bigint, block: number) =>
      ({ finalized, l1: { number: block } }) as unknown as View;
    const { index } = state.tree.lookup(state.accountKey(BigInt(wallet.address)));
    const hasNonce = (nonce: bigint) => state.tree.set(index, { lo: 10n ** 18n, hi: nonce });
    hasNonce(1n);
    inventory.settle(view(1n, 100));
    inventory.settle(view(1n, 163));
    expect(inventory.settled).to.deep.equal([]);
    hasNonce(0n);
    inventory.settle(view(0n, 164));
    inventory.settle(view(0n, 300));
    expect(inventory.settled).to.deep.equal([]);
    hasNonce(1n);
    inventory.settle(view(1n, 301));
    inventory.settle(view(1n, 365));
    expect(inventory.settled).to.deep.equal([entry.hash]);
  });
});
