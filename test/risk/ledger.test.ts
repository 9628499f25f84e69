// The ledger behind the features keeps the balances that the model's rules lead to.

import { expect } from "chai";
import fc from "fast-check";
import { applyRecord, INSTANCES, Kind, type RecordWords, State, toAddress } from "../../src/model/index.ts";
import type { RecordFacts } from "../../src/risk/facts.ts";
import { Ledger } from "../../src/risk/ledger.ts";

const ACCOUNTS = [1n, 2n, 3n, 4n];
const KINDS = [
  Kind.depositEth,
  Kind.transferEth,
  Kind.withdrawEth,
  Kind.forcedTransferEth,
  Kind.transferToken,
];
const account = fc.constantFrom(...ACCOUNTS);
const step = fc.record({
  kind: fc.constantFrom(...KINDS),
  sender: account,
  recipient: account,
  amount: fc.bigInt(0n, 50n),
  nonceOff: fc.constantFrom(0n, 0n, 0n, 1n),
});

/** Keys must differ; nobody asks for a root. */
const KEYS = (inputs: readonly bigint[]) =>
  inputs.reduce((sum, input) => (sum << 160n) + input, 0n) % 2n ** 250n;

function run(
  state: State,
  {
    kind,
    sender,
    recipient,
    amount,
    nonceOff,
  }: Omit<RecordWords, "token" | "nonce" | "fee"> & { nonceOff: bigint },
): RecordFacts {
  const token = kind === Kind.transferToken ? 9n : 0n;
  const signed = kind >= 8n;
  const nonce = signed ? state.account(sender).nonce + nonceOff : 0n;
  const words = { kind, sender, recipient, token, amount, nonce, fee: signed ? 3n : 0n };
  const { status, reason, fee } = applyRecord(state, words);
  return {
    ...{ hash: "0x", kind, status, amount, fee, price: 0n, token: toAddress(token) },
    ...{ sender: toAddress(sender), recipient: toAddress(recipient) },
    ...(reason === undefined ? {} : { reason }),
  };
}

describe("ledger of the risk model", () => {
  const balances = (ledger: Ledger) => ACCOUNTS.map((one) => ledger.account(toAddress(one))?.balance ?? 0n);

  it("agrees with the transition function on every balance, and with itself after a rollback", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.array(step, { maxLength: 10 }), (first, second) => {
        const state = State.genesis({ ...INSTANCES.mini, hash: KEYS });
        const ledger = new Ledger();
        ledger.begin(1n);
        for (const one of first) ledger.apply(run(state, one), 0);
        const before = [...balances(ledger), ledger.custody];
        expect(balances(ledger)).to.deep.equal(ACCOUNTS.map((one) => state.account(one).balance));
        ledger.begin(2n);
        for (const one of second) ledger.apply(run(state, one), 1);
        expect(balances(ledger)).to.deep.equal(ACCOUNTS.map((one) => state.account(one).balance));
        ledger.rollBack(2n);
        expect([...balances(ledger), ledger.custody]).to.deep.equal(before);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  it("counts as on L2 what was deposited and has not left", () => {
    const state = State.genesis({ ...INSTANCES.mini, hash: KEYS });
    const ledger = new Ledger();
    ledger.begin(1n);
    const steps = [
      { kind: Kind.depositEth, sender: 1n, recipient: 2n, amount: 40n, nonceOff: 0n },
      { kind: Kind.withdrawEth, sender: 2n, recipient: 2n, amount: 30n, nonceOff: 0n },
      { kind: Kind.withdrawEth, sender: 2n, recipient: 2n, amount: 30n, nonceOff: 0n },
    ];
    for (const one of steps) ledger.apply(run(state, one), 0);
    expect(ledger.custody).to.equal(10n);
  });

  it("cannot roll a settled batch back", () => {
    const ledger = new Ledger();
    const state = State.genesis({ ...INSTANCES.mini, hash: KEYS });
    ledger.begin(1n);
    ledger.apply(
      run(state, { kind: Kind.depositEth, sender: 1n, recipient: 2n, amount: 40n, nonceOff: 0n }),
      0,
    );
    ledger.settle(1n);
    ledger.rollBack(1n);
    expect(ledger.account(toAddress(2n))?.balance).to.equal(40n);
  });
});
