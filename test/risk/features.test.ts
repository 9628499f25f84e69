// Each feature of a batch says what it is called after, and ordinary batches do not raise it.

import { expect } from "chai";
import { Kind } from "../../src/model/index.ts";
import type { BatchFacts, RecordFacts } from "../../src/risk/facts.ts";
import {
  BATCH_FEATURE_NAMES,
  type BatchFeature,
  TRANSACTION_FEATURE_NAMES,
} from "../../src/risk/features.ts";
import { History } from "../../src/risk/history.ts";
import { address, batch, ETHER, GWEI, named, quietPast, record, withdrawal } from "./support.ts";

/** Somebody of the past, and somebody nobody knows. */
const [ALICE, BOB, CAROL] = [address(1), address(2), address(3)];
const fresh = (i: number) => address(0x1000 + i);
const pay = (sender = ALICE, recipient = BOB, its: Partial<RecordFacts> = {}) =>
  record({ sender, recipient, ...its });

function see(records: readonly RecordFacts[], its: Partial<BatchFacts> = {}) {
  const history = new History();
  const number = quietPast(history);
  return named(history.add(batch(number, records, its)).batch);
}

const USUAL = [pay(), pay(BOB, CAROL), pay(CAROL, ALICE)];

describe("features of a batch", () => {
  const quiet = see(USUAL);

  const cases: readonly (readonly [BatchFeature, readonly RecordFacts[], Partial<BatchFacts>?])[] = [
    ["moved", [pay(ALICE, BOB, { amount: 8n * ETHER })]],
    ["exits", [withdrawal(ALICE, 5n * ETHER)]],
    ["largest", [pay(ALICE, BOB, { amount: 9n * ETHER })]],
    ["fresh", [pay(ALICE, fresh(1)), pay()]],
    ["freshValue", [pay(ALICE, fresh(1)), pay()]],
    ["relayed", [pay(ALICE, fresh(1), { amount: ETHER }), pay(fresh(1), fresh(2), { amount: ETHER / 2n })]],
    ["drained", [pay(ALICE, BOB, { amount: (99n * ETHER) / 10n })]],
    ["emptied", [pay(ALICE, BOB, { amount: (99n * ETHER) / 10n })]],
    ["fanIn", [pay(ALICE, fresh(1)), pay(BOB, fresh(1)), pay(CAROL, fresh(1))]],
    ["refused", [pay(ALICE, BOB, { status: "failed", reason: "balance too low" })]],
    ["refusedValue", [pay(ALICE, BOB, { status: "failed", reason: "balance too low", amount: 70n * ETHER })]],
    ["disorder", [pay(ALICE, BOB, { status: "skipped", reason: "wrong nonce", fee: 0n }), pay()]],
    ["loudest", [pay(), pay(), pay(), pay(), pay(BOB)]],
    ["empty", USUAL, { dataSegments: 10 }],
    ["size", USUAL, { dataSegments: 30 }],
    ["padding", USUAL, { unusedBytes: 118 }],
    ["feeLevel", [pay(ALICE, BOB, { price: 16n * GWEI })]],
    ["feeOutlier", [pay(), pay(), pay(ALICE, BOB, { price: 64n * GWEI })]],
    ["baseFee", USUAL, { baseFee: 4n * GWEI }],
    ["gap", USUAL, { committedAt: 100_000n }],
    ["left", USUAL, { left: { items: 3, oldest: 10n } }],
    ["starved", USUAL, { left: { items: 1, oldest: 3_000n } }],
    ["newcomer", USUAL, { committer: address(0xbbbb) }],
    ["takeover", USUAL, { committer: address(0xbbbb) }],
    ["l1Fee", USUAL, { l1: { baseFee: 9n * GWEI, fullness: 0.5 } }],
    ["l1Fullness", USUAL, { l1: { baseFee: GWEI, fullness: 0.95 } }],
  ];

  for (const [feature, records, its] of cases) {
    it(`${feature} rises with what it is called after`, () => {
      expect(see(records, its)[feature]).to.be.greaterThan(quiet[feature] + 0.01);
    });
  }

  it("refuted counts batches of the committer that were rolled back, and blames no descendant", () => {
    const history = new History();
    const number = quietPast(history);
    const [mallory, victim] = [address(0xdead), address(0xcafe)];
    history.add(batch(number, USUAL, { committer: mallory }));
    history.add(batch(number + 1, USUAL, { committer: victim }));
    expect(named(history.add(batch(number, USUAL, { committer: mallory })).batch).refuted).to.equal(1);
    expect(named(history.add(batch(number + 1, USUAL, { committer: victim })).batch).refuted).to.equal(0);
  });

  it("are all covered above", () => {
    const covered = [...cases.map(([feature]) => feature), "refuted"];
    expect([...covered].sort()).to.deep.equal([...BATCH_FEATURE_NAMES].sort());
  });

  it("are numbers, whatever a batch holds", () => {
    for (const records of [
      [],
      [pay(fresh(1), fresh(2), { status: "skipped", reason: "sender absent", fee: 0n })],
    ]) {
      const history = new History();
      const seen = history.add(batch(1, records, { dataSegments: 0 }));
      for (const value of [...seen.batch, ...seen.transactions.flat()])
        expect(value).to.satisfy(Number.isFinite);
    }
  });

  it("do not depend on what is committed later, and go back with a rollback", () => {
    const [once, twice] = [new History(), new History()];
    const number = quietPast(once);
    quietPast(twice);
    const wrong = [pay(ALICE, fresh(1), { amount: 9n * ETHER })];
    once.add(batch(number, wrong));
    twice.add(batch(number, wrong));
    const replaced = batch(number, [pay(ALICE, fresh(1), { amount: 9n * ETHER })]);
    // The payment was taken back: the recipient is a stranger once more, and Alice has her money.
    expect(named(once.add(replaced).batch).fresh).to.equal(1);
    expect(named(twice.add(replaced).batch).drained).to.equal(0);
  });
});

describe("features of a transaction", () => {
  const look = (its: RecordFacts) => {
    const history = new History();
    const { transactions } = history.add(batch(quietPast(history), [its]));
    const [values = []] = transactions;
    return Object.fromEntries(TRANSACTION_FEATURE_NAMES.map((name, i) => [name, values[i]]));
  };

  it("tell a payment of all that somebody has to a stranger from an ordinary one", () => {
    const usual = look(pay());
    const all = look(pay(ALICE, fresh(1), { amount: (99n * ETHER) / 10n }));
    expect(usual).to.deep.include({ stranger: 0, exit: 0, refused: 0, forced: 0, amount: 0 });
    expect(all.spent).to.be.greaterThan(0.95);
    expect(all.stranger).to.equal(1);
    expect(all.amount).to.be.greaterThan(6);
  });

  it("know what leaves, what was refused, and what came by L1", () => {
    expect(look(withdrawal(ALICE, ETHER)).exit).to.equal(1);
    const refused = look(
      pay(ALICE, BOB, { status: "failed", reason: "balance too low", amount: 40n * ETHER }),
    );
    expect(refused).to.deep.include({ refused: 1, refusedValue: 0.5 });
    expect(look(record({ kind: Kind.forcedTransferEth, sender: ALICE, recipient: BOB })).forced).to.equal(1);
  });
});
