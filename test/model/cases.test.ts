// Every row of the protocol's case table, for every kind of record.

import { expect } from "chai";
import { flagsOf, Kind, type RecordWords, type State, traceSegment } from "../../src/model/index.ts";
import { everyCase, type NamedCase } from "../support/vectors.ts";

describe("Transition function, case by case", () => {
  const cases = everyCase();
  for (const example of cases) it(example.name, () => check(example));

  it("has a name of its own for each case", () => {
    expect(new Set(cases.map(({ name }) => name)).size).to.equal(cases.length);
  });
});

/** Checks the receipt, and every number that may change, against the protocol's words. */
function check({ kind, outcome, full, vector }: NamedCase): void {
  const { before, after } = vector;
  const { records } = traceSegment(before.clone(), vector.words, vector.n);
  const [record] = records;
  if (record === undefined) throw new Error("a trace has n records");
  const { words, receipt } = record;

  expect({ status: receipt.status, reason: receipt.reason }).to.deep.equal({
    status: outcome.status,
    reason: outcome.reason,
  });
  expect(before.tree.full).to.equal(full);
  expect(after.tree.count - before.tree.count).to.equal(outcome.inserts ? 1 : 0);
  expect(after.exits.count).to.equal(outcome.exits ? 1 : 0);
  if (outcome.exits) {
    const { token, recipient, amount } = words;
    expect(receipt.exit).to.deep.equal({ index: 0, token, recipient, amount });
    expect(after.exits.exit(0)).to.deep.equal({ token, recipient, amount });
  } else {
    expect(receipt.exit).to.equal(undefined);
  }

  const { token, debit, credit, signed } = flagsOf(Kind[kind]);
  const charged = signed && outcome.status !== "skipped";
  const fee = charged ? words.fee : 0n;
  const moved = outcome.status === "executed" ? words.amount : 0n;
  const credited = credit && !outcome.exits ? moved : 0n;
  expect(receipt.fee).to.equal(fee);
  expect(after.fees).to.equal(fee);

  const change = changeIn(before, after, words);
  const self = words.sender === words.recipient;
  expect(change.senderNonce).to.equal(charged ? 1n : 0n);
  expect(change.senderAsset).to.equal((self ? credited : 0n) - (debit ? moved : 0n) - (token ? 0n : fee));
  expect(change.senderEth).to.equal(token ? -fee : change.senderAsset);
  if (!self) expect(change.recipientAsset).to.equal(credited);
}

function changeIn(before: State, after: State, { kind, sender, recipient, token }: RecordWords) {
  const asset = (state: State, holder: bigint) =>
    flagsOf(kind).token ? state.tokenBalance(token, holder) : state.account(holder).balance;
  return {
    senderNonce: after.account(sender).nonce - before.account(sender).nonce,
    senderEth: after.account(sender).balance - before.account(sender).balance,
    senderAsset: asset(after, sender) - asset(before, sender),
    recipientAsset: asset(after, recipient) - asset(before, recipient),
  };
}
