// From what people type to values. Whatever does not fit is ARGUMENT_INVALID.

import { getAddress, isAddress } from "ethers";
import { parseDuration } from "../../src/chain/amounts.ts";
import type { Hex } from "../../src/chain/types.ts";
import { fail } from "../../src/errors.ts";

export { parseDuration, parseEtherAmount } from "../../src/chain/amounts.ts";

/** An integer of the token's smallest unit. */
export function parseTokenAmount(text: string, argument: string): bigint {
  if (/^\d+$/.test(text)) return BigInt(text);
  const expected = "an integer of the token's smallest unit";
  return fail("ARGUMENT_INVALID", { argument, expected, actual: text });
}

export function parsePositive(amount: bigint, argument: string): bigint {
  return amount > 0n
    ? amount
    : fail("ARGUMENT_INVALID", { argument, expected: "more than 0", actual: String(amount) });
}

export function parseHexAddress(text: string, argument: string): Hex {
  if (isAddress(text)) return getAddress(text).toLowerCase();
  return fail("ARGUMENT_INVALID", { argument, expected: "an address", actual: text });
}

export function parseTransactionHash(text: string, argument: string): Hex {
  if (/^0x[0-9a-f]{64}$/i.test(text)) return text.toLowerCase();
  return fail("ARGUMENT_INVALID", { argument, expected: "a transaction's hash", actual: text });
}

export function parseNatural(text: string, argument: string): bigint {
  if (/^\d+$/.test(text)) return BigInt(text);
  return fail("ARGUMENT_INVALID", { argument, expected: "a whole number, 0 or more", actual: text });
}

/** `500ms`, `1s`, `2min`, in milliseconds. */
export function parseMilliseconds(text: string, argument: string): number {
  const [, digits] = /^(\d+)\s*ms$/.exec(text) ?? [];
  return digits === undefined ? Number(parseDuration(text, argument)) * 1000 : Number(digits);
}

export function parsePort(text: string, argument: string): number {
  const port = Number(parseNatural(text, argument));
  return port < 65_536
    ? port
    : fail("ARGUMENT_INVALID", { argument, expected: "a port below 65536", actual: text });
}

/** Where something is sent to. What is wrong with it is said without it: many hold a token. */
export function parseUrl(text: string, argument: string): string {
  const url = URL.parse(text);
  const expected = "an http or https URL without a name and password";
  if (url === null) return fail("ARGUMENT_INVALID", { argument, expected, actual: "something else" });
  const isPlain = url.username === "" && url.password === "";
  if (isPlain && /^https?:$/.test(url.protocol)) return text;
  return fail("ARGUMENT_INVALID", { argument, expected, actual: isPlain ? url.protocol : "one with them" });
}

export function parseSegment(text: string): number {
  return Number(parseNatural(text, "--segment"));
}

export function parseChoice<Choice extends string>(
  text: string,
  argument: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  return found ?? fail("ARGUMENT_INVALID", { argument, expected: choices.join(" or "), actual: text });
}

/** Several of the choices, separated by commas. */
export function parseChoices<Choice extends string>(
  text: string,
  argument: string,
  choices: readonly Choice[],
): readonly Choice[] {
  if (text === "none") return [];
  return text.split(",").map((part) => parseChoice(part.trim(), argument, choices));
}

/** A value that has no default. */
export function required(text: string | undefined, argument: string): string {
  return text ?? fail("ARGUMENT_INVALID", { argument, expected: "given", actual: "nothing" });
}
