// The circuit agrees with the model on every kind of record and every outcome.

import { expect } from "chai";
import { Kind, P } from "../../src/model/index.ts";
import type { Circuit } from "../../src/prover/circuit.ts";
import { depositWords, everyCase, generateSegments, KNOWN, SENDER } from "../support/vectors.ts";
import {
  expectAccepted,
  forced,
  hash,
  inputsOf,
  refusal,
  run,
  SMALL,
  smallCircuit,
  stateWith,
} from "./harness.ts";

const WRONG_END = "run does not end in b";

describe("Segment circuit", () => {
  let circuit: Circuit;

  before(async () => {
    circuit = await smallCircuit();
  });

  for (const { name, vector } of everyCase({ ...SMALL, hash })) {
    it(`leads where the model leads, and nowhere else: ${name}`, async () => {
      const inputs = inputsOf(vector);
      await expectAccepted(circuit, inputs, name);
      const unchanged = inputs.a === inputs.b ? [] : [inputs.a];
      for (const b of [(inputs.b + 1n) % P, ...unchanged]) {
        expect(await refusal(circuit, { ...inputs, b }, name)).to.equal(WRONG_END);
      }
    });
  }

  it("runs segments of random records one after another, until the tree is full and after", async () => {
    const vectors = generateSegments({ ...SMALL, hash, seed: "circuit", count: 80 });
    for (const [i, vector] of vectors.entries()) {
      const inputs = inputsOf(vector);
      await expectAccepted(circuit, inputs, `segment ${i}`);
      expect(await refusal(circuit, { ...inputs, b: inputs.b ^ 1n }, `segment ${i}`)).to.equal(WRONG_END);
    }
    expect(vectors.at(-1)?.after.tree.full).to.equal(true);
  });

  it("keeps exits and fees within a batch, and drops them at the next batch's first segment", async () => {
    const withdrawal = forced(Kind.forcedWithdrawEth, KNOWN);
    const funded = stateWith([depositWords(SENDER.address, 0n, 10n)]);
    const same = run(funded, { first: false, records: [withdrawal, withdrawal] });
    const next = run(same.after, { first: true, records: [withdrawal] });
    expect([same.after.exits.count, next.after.exits.count]).to.deep.equal([2, 1]);
    await expectAccepted(circuit, inputsOf(same), "same batch");
    await expectAccepted(circuit, inputsOf(next), "next batch");
  });

  it("skips a sender of 0 even if somebody has sent it money", async () => {
    const rich = stateWith([depositWords(0n, 0n, 10n)]);
    const vector = run(rich, {
      first: true,
      records: [{ ...forced(Kind.forcedTransferEth, KNOWN), sender: 0n }],
    });
    expect(vector.receipts[0]?.reason).to.equal("no sender");
    await expectAccepted(circuit, inputsOf(vector), "sender 0");
  });

  it("asks for no sender in a deposit", async () => {
    const deposit = { ...depositWords(KNOWN, 0n, 1n), sender: 0n };
    const vector = run(stateWith([]), { first: true, records: [deposit] });
    expect(vector.receipts[0]?.status).to.equal("executed");
    await expectAccepted(circuit, inputsOf(vector), "deposit");
  });

  it("does not let an absent sender spend what the leaf that covers its key holds", async () => {
    // Whoever's key comes before the stranger's: with enough holders it is not the sentinel.
    const holders = Array.from({ length: 12 }, (_, i) => depositWords(BigInt(i + 1), 0n, 10n ** 20n));
    const state = stateWith(holders);
    for (const kind of [Kind.forcedTransferEth, Kind.transferEth]) {
      for (const sender of [1001n, 1002n, 1003n, 1004n]) {
        const vector = run(state, { first: true, records: [{ ...forced(kind, KNOWN), sender }] });
        expect(vector.receipts[0]?.status).to.not.equal("executed");
        await expectAccepted(circuit, inputsOf(vector), `kind ${kind}`);
      }
    }
  });

  it("can prove words that no decoder makes into a record: all zeros, with trivial hints", async () => {
    const vector = run(stateWith([]), { first: true, records: [] });
    const inputs = inputsOf(vector);
    expect(inputs.hints.every(({ a }) => a.leaf.key === 0n && a.leaf.next === 0n)).to.equal(true);
    await expectAccepted(circuit, inputs, "empty segment");
  });
});
