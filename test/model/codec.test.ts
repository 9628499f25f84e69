import { expect } from "chai";
import * as fc from "fast-check";
import {
  decodeSegment,
  encodeRecord,
  encodeSegment,
  Kind,
  maxSegmentBytes,
  NO_RECORD,
  recordLength,
  type SignedRecord,
  toBytes,
  wordsOfData,
} from "../../src/model/index.ts";
import { BASE_FEE, CHAIN_ID, SIGNED_KINDS, signRecord, walletOf } from "../support/vectors.ts";
import { expectCode } from "./errors.ts";

const SEED = 0x636f6465;
const ada = walletOf("ada");
const uint = (bits: number) => fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });

const signedRecord: fc.Arbitrary<SignedRecord> = fc
  .record({
    kind: fc.constantFrom(...SIGNED_KINDS),
    nonce: uint(32),
    priority: uint(48),
    maxFee: uint(48),
    gasLimit: uint(24),
    token: uint(160),
    recipient: uint(160),
    amount: uint(112),
    r: uint(256),
    s: uint(255),
    parity: fc.constantFrom<0 | 1>(0, 1),
  })
  .map((record) => {
    const isToken = record.kind === Kind.transferToken || record.kind === Kind.withdrawToken;
    return isToken ? record : { ...record, token: 0n };
  });

describe("Compact records", () => {
  it("take 118 bytes for ETH and 138 for tokens", () => {
    expect(SIGNED_KINDS.map(recordLength)).to.deep.equal([118, 138, 118, 138]);
    expect(maxSegmentBytes(32)).to.equal(138 * 32);
  });

  it("have the layout of the protocol, byte for byte", () => {
    const record = {
      kind: Kind.transferToken,
      nonce: 0x01020304n,
      priority: 0x05n,
      maxFee: 0x06n,
      gasLimit: 0x07n,
      token: 0x08n,
      recipient: 0x09n,
      amount: 0x0an,
      r: 0x0bn,
      s: 0x0cn,
      parity: 1,
    } as const;
    const [token, recipient] = [0x08n, 0x09n].map((x) => [...toBytes(x, 20)]) as [number[], number[]];
    expect([...encodeRecord(record)]).to.deep.equal([
      0x0f,
      ...[1, 2, 3, 4],
      ...toBytes(5n, 6),
      ...toBytes(6n, 6),
      ...toBytes(7n, 3),
      ...token,
      ...recipient,
      ...toBytes(10n, 14),
      ...toBytes(11n, 32),
      ...toBytes((1n << 255n) + 12n, 32),
    ]);
  });

  it("decode to what was encoded", () => {
    fc.assert(
      fc.property(fc.array(signedRecord, { maxLength: 5 }), (records) => {
        expect(decodeSegment(encodeSegment(records), 5)).to.deep.equal(records);
      }),
      { seed: SEED, numRuns: 300 },
    );
  });

  it("refuse fields that are too wide", () => {
    const record = signRecord(ada, { kind: Kind.transferEth });
    for (const change of [{ nonce: 1n << 32n }, { amount: 1n << 112n }, { s: 1n << 255n }, { maxFee: -1n }]) {
      expectCode("INTEGER_RANGE", () => encodeRecord({ ...record, ...change }));
    }
  });
});

describe("Parsing a segment's bytes", () => {
  const one = encodeRecord(signRecord(ada, { kind: Kind.transferEth }));
  const two = encodeRecord(signRecord(ada, { kind: Kind.withdrawToken, token: 9n, nonce: 1n }));
  const join = (...parts: readonly Iterable<number>[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
  const found = (bytes: Uint8Array, n = 4) => decodeSegment(bytes, n).length;

  it("stops at the end", () => {
    expect(found(new Uint8Array())).to.equal(0);
    expect(found(one)).to.equal(1);
    expect(found(join(one, two))).to.equal(2);
  });

  it("stops at a kind byte that is not in the table, whatever follows", () => {
    const signed = new Set(SIGNED_KINDS.map(Number));
    for (let kind = 0; kind < 256; kind++) {
      const bytes = join(one, [kind], two.subarray(1), two);
      if (!signed.has(kind)) expect(found(bytes), `kind ${kind}`).to.equal(1);
    }
  });

  it("stops at a truncated record, be it short of one byte", () => {
    for (const length of [1, 50, two.length - 1]) {
      expect(found(join(one, two.subarray(0, length)))).to.equal(1);
    }
  });

  it("stops after n records", () => {
    expect(found(join(one, two, one), 2)).to.equal(2);
    expect(found(join(one, two, one), 0)).to.equal(0);
  });

  it("gives every byte string words of kinds in the table, within their widths", () => {
    const kinds = new Set<bigint>(Object.values(Kind));
    const noise = fc.uint8Array({ maxLength: 150 });
    const pieces = fc.array(fc.oneof(noise, fc.constantFrom(one, two), signedRecord.map(encodeRecord)), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const words = wordsOfData(join(...parts), { chainId: CHAIN_ID, baseFee: BASE_FEE, n: 4 });
        expect(words.length).to.be.at.most(4);
        for (const { kind, sender, recipient, token, amount, nonce, fee } of words) {
          expect(kinds.has(kind)).to.equal(true);
          for (const address of [sender, recipient, token]) expect(address >> 160n).to.equal(0n);
          expect([amount >> 112n, nonce >> 32n, fee >> 64n]).to.deep.equal([0n, 0n, 0n]);
        }
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it("counts a void record and goes on after it", () => {
    const broken = encodeRecord({ ...signRecord(ada, { kind: Kind.transferEth }), r: 0n });
    const words = wordsOfData(join(broken, one), { chainId: CHAIN_ID, baseFee: BASE_FEE, n: 4 });
    expect(words.map(({ kind }) => kind)).to.deep.equal([Kind.nothing, Kind.transferEth]);
    expect(words[0]).to.deep.equal(NO_RECORD);
  });
});
