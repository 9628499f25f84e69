// Every rule of the circuit is needed: change any one of them and some vector ends elsewhere than in the model.

import { expect } from "chai";
import { Kind } from "../../src/model/index.ts";
import type { CircuitInputs } from "../../src/prover/inputs.ts";
import { depositWords, everyCase, generateSegments, KNOWN, SENDER } from "../support/vectors.ts";
import { forced, hash, inputsOf, run, SMALL, stateWith } from "./harness.ts";
import { type Mutation, probe, probed } from "./mutants.ts";

/** Rule by rule: what is written, and what a slip would make of it. */
const SLIPS: readonly (readonly [Mutation["file"], string, readonly string[]])[] = [
  ["record", "let uses_a = eth_debit + token_debit * is_signed;", ["let uses_a = eth_debit;"]],
  [
    "record",
    "(1 - is_zero(sender)) * (1 - is_signed + is_signed * may_sign)",
    ["1 - is_signed + is_signed * may_sign"],
  ],
  [
    "record",
    "has_a * is_zero(nonce - a.leaf.hi) * covers_fee",
    ["is_zero(nonce - a.leaf.hi) * covers_fee", "has_a * covers_fee", "has_a * is_zero(nonce - a.leaf.hi)"],
  ],
  [
    "record",
    "let authorised = 1 - is_debit + is_debit * has_right;",
    ["let authorised = has_right;", "let authorised = 1;"],
  ],
  [
    "record",
    "has_b * b.leaf.lo, has_a * a.leaf.lo - is_signed * fee",
    [
      "b.leaf.lo, has_a * a.leaf.lo - is_signed * fee",
      "has_b * b.leaf.lo, a.leaf.lo - is_signed * fee",
      "has_b * b.leaf.lo, has_a * a.leaf.lo",
      "has_b * b.leaf.lo - is_signed * fee, has_a * a.leaf.lo - is_signed * fee",
    ],
  ],
  [
    "record",
    "let covered = 1 - is_debit + is_debit * covers_amount;",
    ["let covered = covers_amount;", "let covered = 1;"],
  ],
  ["record", "let moves = 1 - is_zero(amount);", ["let moves = 1;"]],
  ["record", "let full = is_zero(now.leaf_count - capacity::<D>());", ["let full = 0;", "let full = 1;"]],
  ["record", "let needs_leaf = moves * (1 - has_c);", ["let needs_leaf = moves;"]],
  [
    "record",
    "let executed = authorised * covered * (1 - transfer * no_room);",
    [
      "let executed = covered * (1 - transfer * no_room);",
      "let executed = authorised * (1 - transfer * no_room);",
      "let executed = authorised * covered;",
      "let executed = authorised * covered * (1 - no_room);",
    ],
  ],
  [
    "record",
    "let charged = signed_debit * has_right;",
    [
      "let charged = signed_debit;",
      "let charged = signed_debit * executed;",
      "let charged = is_debit * has_right;",
    ],
  ],
  [
    "record",
    "let paid_in = moved * is_credit * has_c;",
    ["let paid_in = moved * is_credit;", "let paid_in = 0;"],
  ],
  [
    "record",
    "let credits_absent = executed * needs_leaf * is_credit;",
    ["let credits_absent = executed * needs_leaf;"],
  ],
  ["record", "let inserts = credits_absent * (1 - full);", ["let inserts = credits_absent;"]],
  [
    "record",
    "let withdrawal = executed * moves * (is_debit - transfer);",
    [
      "let withdrawal = moves * (is_debit - transfer);",
      "let withdrawal = executed * (is_debit - transfer);",
      "let withdrawal = executed * moves * is_debit;",
    ],
  ],
  ["record", "withdrawal + credits_absent * full * (1 - is_debit)", ["withdrawal"]],
  [
    "record",
    "after_a.lo -= charge + moved * eth_debit;",
    ["after_a.lo -= charge;", "after_a.lo -= moved * eth_debit;", "after_a.lo -= charge + moved * is_debit;"],
  ],
  ["record", "after_a.hi += charged;", ["", "after_a.hi += executed;"]],
  ["record", "after_b.lo -= moved * token_debit;", [""]],
  ["record", "after_c.lo += paid_in;", ["after_c.lo += amount * has_c;"]],
  ["record", "after_c.next = select(inserts, recipient_key, c.leaf.next);", [""]],
  ["record", "let root = a.update(uses_a, now.state_root, after_a);", ["let root = now.state_root;"]],
  [
    "record",
    "let root = b.update(token_debit, root, after_b);",
    ["let root = b.update(is_token, root, after_b);"],
  ],
  [
    "record",
    "lo: amount, hi: 0, next: c.leaf.next",
    ["lo: amount, hi: 0, next: 0", "lo: amount, hi: 1, next: c.leaf.next"],
  ],
  [
    "record",
    "exits * hash([token, recipient, amount])",
    ["exits * hash([token, sender, amount])", "exits * hash([0, recipient, amount])"],
  ],
  ["record", "leaf_count: now.leaf_count + inserts,", ["leaf_count: now.leaf_count,"]],
  ["record", "exit_count: now.exit_count + exits,", ["exit_count: now.exit_count,"]],
  ["record", "fees: now.fees + charge,", ["fees: now.fees,", "fees: now.fees + fee,"]],
  ["record", "hash([2, token, sender])", ["hash([2, token, recipient])"]],
  [
    "record",
    "select(is_token, hash([2, token, recipient]), hash([1, recipient]))",
    ["hash([1, recipient])", "hash([2, token, recipient])"],
  ],
  [
    "segment",
    "exit_root: select(first, empty_root::<E>(), before.exit_root),",
    ["exit_root: before.exit_root,", "exit_root: empty_root::<E>(),"],
  ],
  ["segment", "exit_count: select(first, 0, before.exit_count),", ["exit_count: before.exit_count,"]],
  ["segment", "fees: select(first, 0, before.fees),", ["fees: before.fees,", "fees: 0,"]],
];

function vectors(): CircuitInputs[] {
  const funded = [depositWords(SENDER.address, 0n, 10n)];
  const withdrawal = forced(Kind.forcedWithdrawEth, KNOWN);
  const same = run(stateWith(funded), { first: false, records: [withdrawal, withdrawal] });
  const next = run(same.after, { first: true, records: [withdrawal] });
  const holders = Array.from({ length: 12 }, (_, i) => depositWords(BigInt(i), 0n, 10n ** 20n));
  const zero = run(stateWith(holders), { first: true, records: [{ ...withdrawal, sender: 0n }] });
  const deposit = { ...depositWords(KNOWN, 0n, 1n), sender: 0n };
  const anonymous = run(stateWith([]), { first: true, records: [deposit] });
  const absent = [1001n, 1002n, 1003n, 1004n].flatMap((sender) =>
    [Kind.forcedTransferEth, Kind.forcedTransferToken, Kind.withdrawEth, Kind.transferToken].map((kind) =>
      run(stateWith(holders), { first: true, records: [{ ...forced(kind, 5n), sender }] }),
    ),
  );
  const all = [
    ...[same, next, zero, anonymous, ...absent],
    ...everyCase({ ...SMALL, hash }).map(({ vector }) => vector),
    ...generateSegments({ ...SMALL, hash, seed: "mutants", count: 60 }),
  ];
  return all.map((vector) => inputsOf(vector));
}

describe("Mutants of the circuit", function () {
  this.timeout(600_000);

  let all: CircuitInputs[];

  before(() => {
    all = vectors();
  });

  it("leave every vector alone if nothing is changed", async () => {
    const circuit = await probe();
    for (const inputs of all) expect(await probed(circuit, inputs)).to.equal(inputs.b);
  });

  for (const [file, from, slips] of SLIPS) {
    for (const to of slips) {
      it(`are found out: ${to === "" ? `no ${from}` : to}`, async () => {
        const circuit = await probe({ file, from, to });
        for (const inputs of all) if ((await probed(circuit, inputs)) !== inputs.b) return;
        expect.fail("no vector tells the mutant from the circuit");
      });
    }
  }
});
