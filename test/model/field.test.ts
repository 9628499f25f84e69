import { expect } from "chai";
import {
  canonical,
  fromBytes,
  isCanonical,
  mod,
  P,
  toAddress,
  toBytes,
  toBytes32,
  uint,
} from "../../src/model/index.ts";
import { expectCode } from "./errors.ts";

describe("Field", () => {
  it("takes 0 to p − 1 as canonical, and nothing else", () => {
    expect([0n, 1n, P - 1n].every(isCanonical)).to.equal(true);
    expect([-1n, P, P + 1n].some(isCanonical)).to.equal(false);
    expectCode("FIELD_RANGE", () => canonical(P, "a checkpoint"));
  });

  it("reduces negative numbers into [0, p)", () => {
    expect(mod(-1n)).to.equal(P - 1n);
    expect(mod(-P)).to.equal(0n);
    expect(mod(2n * P + 5n)).to.equal(5n);
  });

  it("writes fixed widths and refuses what does not fit", () => {
    expect(toBytes32(258n)).to.equal(`0x${"00".repeat(30)}0102`);
    expect(toAddress(0n)).to.equal(`0x${"00".repeat(20)}`);
    expect([...toBytes(258n, 4)]).to.deep.equal([0, 0, 1, 2]);
    expect([...toBytes(0n, 2)]).to.deep.equal([0, 0]);
    expectCode("INTEGER_RANGE", () => toBytes(65_536n, 2));
    expectCode("INTEGER_RANGE", () => toBytes32(1n << 256n));
    expectCode("INTEGER_RANGE", () => toAddress(1n << 160n));
    expectCode("INTEGER_RANGE", () => uint(-1n, 8, "a byte"));
  });

  it("reads bytes back", () => {
    expect(fromBytes(toBytes(0xdeadbeefn, 9))).to.equal(0xdeadbeefn);
    expect(fromBytes(new Uint8Array())).to.equal(0n);
  });
});
