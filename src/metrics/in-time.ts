// Bounds how long somebody waits for an answer that may never come.

import { fail } from "../errors.ts";

/** Throws TOO_SLOW; what was begun goes on by itself. */
export async function inTime<T>(ms: number, action: () => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    try {
      fail("TOO_SLOW", { ms });
    } catch (error) {
      late.reject(error);
    }
  }, ms);
  try {
    return await Promise.race([action(), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
