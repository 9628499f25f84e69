// Assertions on typed errors: the code counts, never the message.

import { expect } from "chai";
import { type ErrorCode, LuntraError } from "../../src/errors.ts";

export function expectCode(code: ErrorCode, action: () => unknown): void {
  let caught: unknown;
  try {
    action();
  } catch (error) {
    caught = error;
  }
  expect(caught, `expected ${code}, but nothing was thrown`).to.be.instanceOf(LuntraError);
  expect((caught as LuntraError).code, (caught as LuntraError).message).to.equal(code);
}
