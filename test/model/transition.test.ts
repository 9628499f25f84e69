// Properties of whole segments, on long random runs.

import { expect } from "chai";
import {
  accountKey,
  applyRecord,
  applySegment,
  Kind,
  kindName,
  NO_RECORD,
  type RecordWords,
  type SignedRecord,
  State,
  tokenKey,
} from "../../src/model/index.ts";
import {
  BASE_FEE,
  CHAIN_ID,
  dataSource,
  depositWords,
  feeAt,
  generateSegments,
  type SegmentVector,
  signRecord,
  vectorOf,
  walletOf,
} from "../support/vectors.ts";
import { expectCode } from "./errors.ts";
import { Ledger, pictureOfLedger, pictureOfState } from "./ledger.ts";

const SIZES = { n: 8, D: 5, E: 4 };

describe("Transition function, over many segments", () => {
  const roomy = generateSegments({ seed: "roomy", count: 80, ...SIZES });
  const crowded = generateSegments({ seed: "crowded", count: 80, ...SIZES, capacity: 24 });
  const runs = { "a roomy tree": roomy, "a tree that fills up": crowded };

  for (const [where, run] of Object.entries(runs)) {
    it(`agrees with a ledger of plain maps, in ${where}`, () => {
      const ledger = new Ledger(run[0]?.before.tree.capacity ?? 0);
      for (const { words, after } of run) {
        ledger.apply(words.first, words.records);
        expect(pictureOfState(after, ledger)).to.deep.equal(pictureOfLedger(ledger));
      }
    });

    it(`makes and loses no money: balances, exits and fees add up to the deposits, in ${where}`, () => {
      const ledger = new Ledger(run[0]?.before.tree.capacity ?? 0);
      const expected = new Map<bigint, bigint>();
      for (const { words } of run) {
        // What an earlier batch paid out to L1 has left.
        if (words.first) {
          for (const { token, amount } of ledger.exits)
            expected.set(token, (expected.get(token) ?? 0n) - amount);
          expected.set(0n, (expected.get(0n) ?? 0n) - ledger.fees);
        }
        for (const { kind, token, amount } of words.records) {
          if (kind === Kind.depositEth || kind === Kind.depositToken) {
            expected.set(token, (expected.get(token) ?? 0n) + amount);
          }
        }
        ledger.apply(words.first, words.records);
        for (const [asset, supply] of expected) expect(ledger.supply(asset)).to.equal(supply);
      }
    });
  }

  it("meets every kind with every outcome that it can have", () => {
    const seen = new Set([...roomy, ...crowded].flatMap(outcomesOf));
    const signed = ["transferEth", "transferToken", "withdrawEth", "withdrawToken"];
    const forced = ["forcedTransferEth", "forcedTransferToken", "forcedWithdrawEth", "forcedWithdrawToken"];
    for (const kind of [...signed, ...forced, "depositEth", "depositToken"])
      expect(seen).to.include(`${kind} executed`);
    for (const kind of [...signed, ...forced]) expect(seen).to.include(`${kind} balance too low`);
    for (const kind of signed) {
      for (const reason of ["sender absent", "wrong nonce", "fee not covered"]) {
        expect(seen).to.include(`${kind} ${reason}`);
      }
    }
    for (const kind of ["transferEth", "transferToken", "forcedTransferEth"]) {
      expect(seen).to.include(`${kind} tree full`);
    }
    expect(seen).to.include("depositEth exit");
    expect(seen).to.include("depositToken exit");
    expect(seen).to.include("nothing nothing");
  });

  it("counts the running batch's fees and exits: they start at none and grow within it", () => {
    for (const { words, before, after, receipts } of roomy) {
      const [fees, exits] = words.first ? [0n, 0] : [before.fees, before.exits.count];
      expect(after.fees).to.equal(receipts.reduce((sum, { fee }) => sum + fee, fees));
      expect(after.exits.count).to.equal(exits + receipts.filter(({ exit }) => exit).length);
    }
  });

  it("gives the same checkpoint from a clone, and leaves what was cloned alone", () => {
    for (const { before, words, a, b } of roomy.slice(0, 20)) {
      expect(applySegment(before.clone(), words).checkpoint).to.equal(b);
      expect(before.checkpoint()).to.equal(a);
    }
  });

  it("is the same for equal seeds and another for another seed", () => {
    const [again] = generateSegments({ seed: "roomy", count: 1, ...SIZES });
    const [other] = generateSegments({ seed: "other", count: 1, ...SIZES });
    expect(again?.b).to.equal(roomy[0]?.b);
    expect(other?.b).to.not.equal(roomy[0]?.b);
  });

  it("lets absent records change nothing: a shorter segment and one padded with zero words agree", () => {
    for (const { before, words, b } of roomy.slice(0, 20)) {
      const padded = [...words.records, NO_RECORD, NO_RECORD];
      expect(applySegment(before.clone(), { first: words.first, records: padded }).checkpoint).to.equal(b);
    }
  });

  it("refuses words of a kind that neither decoder nor queue makes", () => {
    for (const kind of [1n, 8n, 9n, 12n, 13n, 16n]) {
      expectCode("UNKNOWN_KIND", () => applyRecord(State.genesis(SIZES), { ...NO_RECORD, kind }));
    }
  });

  it("stops when a balance would reach 2^128, which the bridge rules out", () => {
    const state = State.genesis(SIZES);
    applyRecord(state, depositWords(1n, 0n, 2n ** 128n - 1n));
    expectCode("BALANCE_OVERFLOW", () => applyRecord(state, depositWords(1n, 0n, 1n)));
  });
});

describe("Transition function, order of records", () => {
  const ada = walletOf("ada");
  const ben = walletOf("ben");
  const transfer = { kind: Kind.transferEth, amount: 100n } as const;
  const fee = feeAt(transfer);
  const funded = (D = 2) => stateOf(D, depositWords(ada.address, 0n, 10n ** 9n));

  it("takes an account's nonces in their order only", () => {
    const first = signRecord(ada, { ...transfer, nonce: 0n, recipient: ben.address });
    const second = signRecord(ada, { ...transfer, nonce: 1n, recipient: ben.address });
    const statuses = (...records: readonly SignedRecord[]) =>
      run(funded(), ...records).receipts.map(({ status }) => status);
    expect(statuses(first, second)).to.deep.equal(["executed", "executed"]);
    expect(statuses(second, first)).to.deep.equal(["skipped", "executed"]);
  });

  it("lets a recipient spend in the same segment what it has just got, but not before", () => {
    const pay = signRecord(ada, { ...transfer, amount: fee + 5n, recipient: ben.address });
    const pass = signRecord(ben, { ...transfer, amount: 5n, recipient: 77n });
    expect(run(funded(), pay, pass).after.account(77n).balance).to.equal(5n);
    const reversed = run(funded(), pass, pay);
    expect(reversed.receipts.map(({ reason }) => reason)).to.deep.equal(["sender absent", undefined]);
    expect(reversed.after.account(77n).balance).to.equal(0n);
  });

  it("inserts a stranger once when two records pay it in one segment", () => {
    const records = [0n, 1n].map((nonce) => signRecord(ada, { ...transfer, nonce, recipient: 77n }));
    const { before, after } = run(funded(), ...records);
    expect(after.tree.count).to.equal(before.tree.count + 1);
    expect(after.account(77n).balance).to.equal(200n);
  });

  it("pays the sender itself sequentially: only fee and nonce remain", () => {
    const whole = 10n ** 9n - fee;
    const { after, receipts } = run(
      funded(),
      signRecord(ada, { ...transfer, amount: whole, recipient: ada.address }),
    );
    expect(receipts[0]?.status).to.equal("executed");
    expect(after.account(ada.address)).to.deep.equal({ nonce: 1n, balance: whole });
  });

  it("inserts a key whose covering leaf is the sender's own", () => {
    // Over many recipients the sender's leaf is the covering one sooner or later; its value must survive.
    let state = funded(6);
    let met = 0;
    for (let nonce = 0n; met < 3; nonce++) {
      const recipient = 1000n + nonce;
      const cover = state.tree.lookup(state.accountKey(recipient)).leaf.key;
      if (cover === state.accountKey(ada.address)) met++;
      const { after, receipts } = run(state, signRecord(ada, { ...transfer, nonce, recipient }));
      expect(receipts[0]?.status).to.equal("executed");
      state = after;
      expect(state.account(ada.address)).to.deep.equal({
        nonce: nonce + 1n,
        balance: 10n ** 9n - (nonce + 1n) * (fee + 100n),
      });
    }
  });
});

describe("Attacks on the transition function", () => {
  const ada = walletOf("ada");
  const gold = walletOf("gold").address;
  const transfer = { kind: Kind.transferEth, amount: 100n, recipient: 5n } as const;
  const rich = () =>
    stateWith(depositWords(ada.address, 0n, 10n ** 9n), depositWords(ada.address, gold, 500n));

  it("token 0 does not alias the account record: moving it touches neither ETH nor nonce", () => {
    expect(tokenKey(0n, ada.address)).to.not.equal(accountKey(ada.address));
    const forced: RecordWords = {
      ...NO_RECORD,
      kind: Kind.forcedTransferToken,
      sender: ada.address,
      recipient: 5n,
      amount: 1n,
    };
    const state = rich();
    const before = state.checkpoint();
    expect(applyRecord(state, forced)).to.include({ status: "failed", reason: "balance too low" });
    expect(state.checkpoint()).to.equal(before);
  });

  it("replay: a record that counted once is skipped ever after", () => {
    const record = signRecord(ada, transfer);
    const once = run(rich(), record).after;
    const twice = run(once, record);
    expect(twice.receipts[0]).to.deep.equal({ status: "skipped", reason: "wrong nonce", fee: 0n });
    expect(twice.after.checkpoint()).to.equal(once.checkpoint());
  });

  it("stale failure: a failed record took its nonce, so it cannot be included once the balance is back", () => {
    const record = signRecord(ada, { kind: Kind.transferToken, token: gold, recipient: 5n, amount: 501n });
    const failed = run(rich(), record);
    expect(failed.receipts[0]).to.include({ status: "failed", fee: feeAt(record) });
    applyRecord(failed.after, depositWords(ada.address, gold, 1000n));
    expect(run(failed.after, record).receipts[0]).to.include({ status: "skipped", reason: "wrong nonce" });
  });

  it("forged bill: a sequencer cannot charge an account for a record that it did not sign", () => {
    const record = { ...signRecord(ada, transfer), amount: 101n };
    const { before, after, receipts } = run(rich(), record);
    expect(receipts[0]?.status).to.equal("skipped");
    expect(after.account(ada.address)).to.deep.equal(before.account(ada.address));
    expect(after.fees).to.equal(0n);
  });

  it("another rollup's signature counts for nothing here", () => {
    const { receipts } = run(rich(), signRecord(ada, transfer, CHAIN_ID + 1n));
    expect(receipts[0]).to.include({ status: "skipped", reason: "sender absent" });
  });

  it("overcharge: the fee depends on the record's own bounds and the header's base fee only", () => {
    const record = signRecord(ada, { ...transfer, maxFee: 1000n, priority: 3n, gasLimit: 2n ** 24n - 1n });
    expect(run(rich(), record).receipts[0]?.fee).to.equal(21_000n * (BASE_FEE + 3n));
  });

  it("lost deposit: one that finds the tree full becomes an exit", () => {
    const state = stateWith(...Array.from({ length: 8 }, (_, i) => depositWords(BigInt(i + 1), 0n, 1n)));
    expect(state.tree.full).to.equal(true);
    const receipt = applyRecord(state, depositWords(99n, gold, 7n));
    expect(receipt).to.deep.equal({
      status: "executed",
      fee: 0n,
      exit: { index: 0, token: gold, recipient: 99n, amount: 7n },
    });
  });

  it("sender 0: what is sent to the zero account, nobody can spend, neither signed nor forced", () => {
    const state = stateWith(depositWords(0n, 0n, 10n ** 9n), depositWords(0n, gold, 500n));
    const before = state.checkpoint();
    for (const [name, kind] of Object.entries(Kind)) {
      if (name === "nothing" || name.startsWith("deposit")) continue;
      const token = (kind & 1n) === 1n ? gold : 0n;
      const receipt = applyRecord(state, { ...NO_RECORD, kind, token, recipient: 5n, amount: 1n });
      expect(receipt, name).to.deep.equal({ status: "skipped", reason: "no sender", fee: 0n });
    }
    expect(state.checkpoint()).to.equal(before);
  });

  it("tree filler: an amount of 0 inserts no leaf", () => {
    const { before, after } = run(rich(), signRecord(ada, { ...transfer, amount: 0n, recipient: 4242n }));
    expect(after.tree.count).to.equal(before.tree.count);
  });
});

/** The vector of one data segment. */
function run(before: State, ...records: readonly SignedRecord[]): SegmentVector {
  return vectorOf(before, dataSource(records), false, 4);
}

/** A state that these deposits made, in a tree of nine leaves. */
function stateWith(...deposits: readonly RecordWords[]): State {
  return stateOf(2, ...deposits);
}

function stateOf(D: number, ...deposits: readonly RecordWords[]): State {
  const state = State.genesis({ D, E: 2 });
  for (const deposit of deposits) applyRecord(state, deposit);
  return state;
}

function outcomesOf({ words, receipts }: SegmentVector): string[] {
  return receipts.flatMap(({ status, reason, exit }, i) => {
    const kind = kindName(words.records[i]?.kind ?? 0n);
    return [`${kind} ${reason ?? status}`, ...(exit === undefined ? [] : [`${kind} exit`])];
  });
}
