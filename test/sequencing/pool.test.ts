// The pool's rules: order, room, nonces, replacement, money.

import { expect } from "chai";
import { type PoolEntry, TransactionPool } from "../../src/sequencing/pool.ts";
import { INSTANCES, Kind, type SignedRecord, State, toAddress } from "../../src/model/index.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const GWEI = 10n ** 9n;
const ALICE = 0xa11cen;
const BOB = 0xb0bn;
const FEE = 21_000n * GWEI;
const LIMITS = { total: 5, perSender: 4, nonceGap: 2 };

let made = 0;

function entry(account: bigint, nonce: bigint, more: Partial<SignedRecord> = {}): PoolEntry {
  const record: SignedRecord = {
    ...{ kind: Kind.transferEth, nonce, priority: GWEI, maxFee: 2n * GWEI, gasLimit: 21_000n },
    ...{ token: 0n, recipient: BOB, amount: 1n, r: 1n, s: 1n, parity: 0 },
    ...more,
  };
  const hash = `0x${(++made).toString(16).padStart(64, "0")}`;
  return {
    ...{ hash, raw: "0x", record, account, sender: toAddress(account), receivedAt: made },
    ...{ seq: BigInt(made), stored: true, sealing: false },
  };
}

describe("transaction pool", () => {
  let pool: TransactionPool;
  let state: State;

  beforeEach(() => {
    pool = new TransactionPool(LIMITS, GWEI);
    state = State.genesis(INSTANCES.dev);
    for (const account of [ALICE, BOB, 0xcn]) {
      state.tree.insert(state.accountKey(account), { lo: 10n ** 18n, hi: 0n });
    }
  });

  const check = ({ hash, account, record }: PoolEntry) => pool.check(hash, account, record, state);
  const put = (one: PoolEntry) => {
    check(one);
    pool.put(one, state.account(one.account).nonce);
    return one;
  };
  const order = () => pool.take(100, () => true);

  it("keeps the order of arrival, and of nonces within a sender", () => {
    const [late, first, early, second] = [entry(ALICE, 1n), entry(BOB, 0n), entry(ALICE, 0n), entry(BOB, 1n)];
    for (const one of [late, first, early, second]) put(one);
    expect(order()).to.deep.equal([first, early, late, second]);
  });

  it("holds back what has a gap before it", () => {
    put(entry(ALICE, 1n));
    expect(order()).to.deep.equal([]);
    expect(pool.ready.count).to.equal(0);
    expect(pool.nextNonce(ALICE, 0n)).to.equal(0n);
    put(entry(ALICE, 0n));
    expect(pool.ready.count).to.equal(2);
    expect(pool.nextNonce(ALICE, 0n)).to.equal(2n);
  });

  it("gives no transaction out before it is stored, nor one after it", () => {
    const [first, second] = [put(entry(ALICE, 0n)), put(entry(BOB, 0n))];
    first.stored = false;
    expect(order()).to.deep.equal([]);
    first.stored = true;
    expect(order()).to.deep.equal([first, second]);
  });

  it("refuses what it has", () => {
    const one = put(entry(ALICE, 0n));
    throwsWith(() => check(one), "TX_KNOWN");
  });

  it("refuses used nonces, and those too far ahead of the next one", () => {
    const used = State.genesis(INSTANCES.dev);
    used.tree.insert(used.accountKey(ALICE), { lo: 10n ** 18n, hi: 3n });
    state = used;
    throwsWith(() => check(entry(ALICE, 2n)), "TX_NONCE_TOO_LOW");
    check(entry(ALICE, 5n));
    throwsWith(() => check(entry(ALICE, 6n)), "TX_NONCE_GAP");
  });

  it("has room for so many in all and of a sender; a replacement needs none", () => {
    for (const nonce of [0n, 1n, 2n, 3n]) put(entry(ALICE, nonce));
    throwsWith(() => check(entry(ALICE, 4n)), "POOL_SENDER_FULL");
    put(entry(BOB, 0n));
    throwsWith(() => check(entry(0xcn, 0n)), "POOL_FULL");
    put(entry(ALICE, 3n, { maxFee: 3n * GWEI, priority: 2n * GWEI }));
    expect(pool.size).to.equal(5);
  });

  it("leaves room for what can run, however much waits for nonces that never come", () => {
    for (const nonce of [1n, 2n]) put(entry(ALICE, nonce));
    put(entry(BOB, 1n));
    throwsWith(() => check(entry(0xcn, 1n)), "POOL_FULL");
    put(entry(0xcn, 0n));
    put(entry(ALICE, 0n));
    expect(pool.ready.count).to.equal(4);
  });

  it("replaces in place for a tenth more of both fees, to the wei", () => {
    const old = put(entry(ALICE, 0n));
    const after = put(entry(BOB, 0n));
    const fees = { maxFee: (22n * GWEI) / 10n, priority: (11n * GWEI) / 10n };
    throwsWith(() => check(entry(ALICE, 0n, { ...fees, maxFee: fees.maxFee - 1n })), "TX_REPLACEMENT");
    throwsWith(() => check(entry(ALICE, 0n, { ...fees, priority: fees.priority - 1n })), "TX_REPLACEMENT");
    const better = put(entry(ALICE, 0n, fees));
    expect(order()).to.deep.equal([better, after]);
    expect(pool.get(old.hash)).to.equal(undefined);
  });

  it("does not replace what goes into a block right now", () => {
    put(entry(ALICE, 0n)).sealing = true;
    throwsWith(() => check(entry(ALICE, 0n, { maxFee: 9n * GWEI, priority: 9n * GWEI })), "TX_REPLACEMENT");
  });

  it("counts what a sender's waiting transactions may take of its ETH, and not that of the one replaced", () => {
    const all = 10n ** 18n;
    put(entry(ALICE, 0n, { amount: all - 2n * FEE - 10n, priority: 0n, maxFee: GWEI }));
    const next = { priority: 0n, maxFee: GWEI };
    throwsWith(() => check(entry(ALICE, 1n, { ...next, amount: FEE + 11n })), "TX_BALANCE");
    check(entry(ALICE, 1n, { ...next, amount: 10n }));
    check(entry(ALICE, 0n, { maxFee: 2n * GWEI, priority: GWEI, amount: all - 2n * FEE }));
  });

  it("refuses more of a token than the sender has", () => {
    const token = { kind: Kind.transferToken, token: 0x70n, amount: 5n, gasLimit: 40_000n } as const;
    throwsWith(() => check(entry(ALICE, 0n, token)), "TX_BALANCE");
    state.tree.insert(state.tokenKey(0x70n, ALICE), { lo: 5n, hi: 0n });
    check(entry(ALICE, 0n, token));
  });

  it("forgets what went into a block, and goes on with the nonce after it", () => {
    const [first, second] = [put(entry(ALICE, 0n)), put(entry(ALICE, 1n))];
    pool.remove([first]);
    expect(order()).to.deep.equal([second]);
    expect(pool.nextNonce(ALICE, 1n)).to.equal(2n);
    pool.remove([second]);
    expect(pool.size).to.equal(0);
    expect(pool.ready.count).to.equal(0);
  });

  it("starts again with what is left when blocks were dropped", () => {
    const all = [put(entry(ALICE, 0n)), put(entry(BOB, 0n)), put(entry(ALICE, 1n))];
    pool.remove(all.slice(0, 2));
    pool.reset(all, () => 0n);
    expect(order()).to.deep.equal(all);
    pool.reset(all, (account) => (account === ALICE ? 1n : 0n));
    expect(order()).to.deep.equal([all[1], all[2]]);
  });

  it("stays in order over thousands that come and go", () => {
    const many = new TransactionPool({ total: 1e6, perSender: 1e6, nonceGap: 0 }, GWEI);
    const entries = Array.from({ length: 5_000 }, (_, i) => entry(ALICE, BigInt(i), { amount: 0n }));
    for (const one of entries) many.put(one, 0n);
    const seen: PoolEntry[] = [];
    while (many.ready.count > 0) {
      const some = many.take(7, () => true);
      many.remove(some);
      seen.push(...some);
    }
    expect(seen).to.deep.equal(entries);
  });
});
