import { expect } from "chai";
import { ERRORS, fail, isLuntraError, LuntraError } from "../src/errors.ts";

describe("Errors", () => {
  it("carry code, arguments and cause, and say what was expected, what came and what to do", () => {
    const cause = new Error("below");
    let caught: unknown;
    try {
      fail("TX_CHAIN_ID", { expected: 1n, actual: 2n }, cause);
    } catch (error) {
      caught = error;
    }
    expect(caught).to.be.instanceOf(LuntraError).and.to.deep.include({ code: "TX_CHAIN_ID", cause });
    const { message, args } = caught as LuntraError<"TX_CHAIN_ID">;
    expect(args).to.deep.equal({ expected: 1n, actual: 2n });
    expect(message).to.equal(`TX_CHAIN_ID: expected chain id 1, got 2. ${ERRORS.TX_CHAIN_ID.advice}.`);
  });

  it("are told apart by code", () => {
    const error = new LuntraError("TX_TYPE", { type: 3 });
    expect(isLuntraError(error)).to.equal(true);
    expect(isLuntraError(error, "TX_TYPE")).to.equal(true);
    expect(isLuntraError(error, "TX_VALUE")).to.equal(false);
    expect(isLuntraError(new Error("TX_TYPE"))).to.equal(false);
  });

  it("advise in a sentence without a full stop, which the message adds", () => {
    for (const [code, { advice }] of Object.entries(ERRORS)) expect(advice, code).to.match(/^[A-Z`].*[^.]$/);
  });
});
