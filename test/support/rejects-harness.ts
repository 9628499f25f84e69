// Assertions on typed errors: the code, never the message.

import { expect } from "chai";
import { type ErrorCode, isLuntraError, type LuntraError } from "../../src/errors.ts";

export async function rejectsWith<Code extends ErrorCode>(
  promise: Promise<unknown>,
  code: Code,
): Promise<LuntraError<Code>> {
  const error: unknown = await promise.then(
    () => expect.fail(`expected ${code}, but nothing was thrown`),
    (reason: unknown) => reason,
  );
  return ofCode(error, code);
}

export function throwsWith<Code extends ErrorCode>(action: () => unknown, code: Code): LuntraError<Code> {
  try {
    action();
  } catch (error) {
    return ofCode(error, code);
  }
  return expect.fail(`expected ${code}, but nothing was thrown`);
}

/** Rejects because L1 refused with the named custom error. */
export async function revertsWith(
  promise: Promise<unknown>,
  error: string,
): Promise<LuntraError<"CALL_REVERTED">> {
  const refusal = await rejectsWith(promise, "CALL_REVERTED");
  expect(refusal.args.error).to.equal(error);
  return refusal;
}

function ofCode<Code extends ErrorCode>(error: unknown, code: Code): LuntraError<Code> {
  if (isLuntraError(error, code)) return error;
  throw error;
}
