import { expect } from "chai";
import { AbiCoder, concat, keccak256 } from "ethers";
import {
  bindWords,
  challengeR,
  claimOf,
  contextOf,
  evaluateY,
  flattenWords,
  hash,
  Kind,
  NO_RECORD,
  P,
  type ProofContext,
  publicInputList,
  publicInputs,
  toAddress,
  toBytes32,
} from "../../src/model/index.ts";
import { depositWords } from "../support/vectors.ts";
import { expectCode } from "./errors.ts";

const context: ProofContext = {
  chainId: 31337n,
  rollup: toAddress(0xabcn),
  batchId: toBytes32(0xdefn),
  segment: 2,
  beneficiary: toAddress(0x123n),
};

const records = [depositWords(7n, 0n, 9n), { ...depositWords(8n, 5n, 6n), sender: 4n }];
const input = { a: 11n, b: 12n, words: { first: true, records }, n: 4, context };

describe("Words of a segment", () => {
  it("stand in the protocol's order, absent records as zeros", () => {
    const words = flattenWords(
      true,
      [{ ...NO_RECORD, kind: 14n, sender: 1n, recipient: 2n, token: 3n, amount: 4n, nonce: 5n, fee: 6n }],
      2,
    );
    expect(words).to.deep.equal([1n, 14n, 1n, 2n, 3n, 4n, 5n, 6n, 0n, 0n, 0n, 0n, 0n, 0n, 0n]);
    expect(flattenWords(false, [], 1)[0]).to.equal(0n);
    expectCode("SEGMENT_SIZE", () => flattenWords(true, records, 1));
  });
});

describe("Statement", () => {
  it("has the context of the protocol", () => {
    const encoded = AbiCoder.defaultAbiCoder().encode(
      ["uint256", "address", "bytes32", "uint256", "address"],
      [31337n, context.rollup, context.batchId, 2, context.beneficiary],
    );
    expect(contextOf(context)).to.equal(BigInt(keccak256(encoded)) % P);
  });

  it("binds words, h and context as the protocol says", () => {
    const { h, r, y, context: bound } = publicInputs(input);
    const existing = flattenWords(true, records, 2);
    expect(h).to.equal(hash(flattenWords(true, records, 4)));
    expect(r).to.equal(BigInt(keccak256(concat([...existing, h, bound].map(toBytes32)))) % P);
    expect(y).to.equal(existing.reduce((sum, word, j) => (sum + word * power(r, j)) % P, 0n));
  });

  it("binds another circuit's h to the same claim", () => {
    const claim = claimOf(input);
    const { h, r, context: bound } = publicInputs(input);
    expect(claim).to.deep.equal({ a: 11n, b: 12n, context: bound, words: flattenWords(true, records, 2) });
    const other = bindWords(claim, h + 1n);
    expect(other).to.include({ a: 11n, b: 12n, h: h + 1n, context: bound });
    expect(other.r)
      .to.equal(challengeR(claim.words, h + 1n, bound))
      .and.to.not.equal(r);
    expect(other.y).to.equal(evaluateY(claim.words, other.r));
    expectCode("FIELD_RANGE", () => bindWords(claim, P));
  });

  it("evaluates the padded words to the same y", () => {
    const { r, y } = publicInputs(input);
    expect(evaluateY(flattenWords(true, records, 4), r)).to.equal(y);
  });

  it("lists the public inputs in their one order", () => {
    const inputs = publicInputs(input);
    const { h, r, y } = inputs;
    expect(publicInputList(inputs)).to.deep.equal([11n, 12n, h, r, y, contextOf(context)]);
  });

  it("refuses checkpoints that are no canonical field elements", () => {
    expectCode("FIELD_RANGE", () => publicInputs({ ...input, a: P }));
    expectCode("FIELD_RANGE", () => publicInputs({ ...input, b: P }));
  });
});

describe("Attacks on the statement", () => {
  const { h, r, context: bound } = publicInputs(input);
  const existing = flattenWords(true, records, 2);

  it("adaptive copy: r changes with h, so the words are fixed before r is known", () => {
    expect(challengeR(existing, h + 1n, bound)).to.not.equal(r);
  });

  it("stolen proof: r and context change with each part of the context, the beneficiary among them", () => {
    const changes: Partial<ProofContext>[] = [
      { chainId: 1n },
      { rollup: toAddress(1n) },
      { batchId: toBytes32(1n) },
      { segment: 3 },
      { beneficiary: toAddress(1n) },
    ];
    for (const change of changes) {
      const other = publicInputs({ ...input, context: { ...context, ...change } });
      expect(other.context).to.not.equal(bound);
      expect(other.r).to.not.equal(r);
    }
  });

  it("other words: a changed word changes y at the same r", () => {
    const { y } = publicInputs(input);
    for (let j = 0; j < existing.length; j++) {
      const forged = existing.map((word, i) => (i === j ? word + 1n : word));
      expect(evaluateY(forged, r)).to.not.equal(y);
    }
  });

  it("empty segment: y is the first word alone, and r still depends on h and context", () => {
    const empty = publicInputs({ ...input, words: { first: false, records: [] } });
    expect(empty.y).to.equal(0n);
    const elsewhere = publicInputs({
      ...input,
      words: { first: false, records: [] },
      context: { ...context, segment: 9 },
    });
    expect(elsewhere.r).to.not.equal(empty.r);
  });

  it("void or absent: a void record counts towards r, though its words are zero", () => {
    const shorter = publicInputs({ ...input, words: { first: true, records } });
    const longer = publicInputs({ ...input, words: { first: true, records: [...records, NO_RECORD] } });
    expect(longer.h).to.equal(shorter.h);
    expect(longer.r).to.not.equal(shorter.r);
    expect(NO_RECORD.kind).to.equal(Kind.nothing);
  });
});

function power(base: bigint, exponent: number): bigint {
  return Array.from({ length: exponent }).reduce<bigint>((result) => (result * base) % P, 1n);
}
