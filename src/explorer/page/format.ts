// From what the node says to what people read. Nothing here touches the document.

import type { Hex } from "./types.ts";

export function integer(quantity: Hex): number {
  return Number(BigInt(quantity));
}

const GROUPED = new Intl.NumberFormat("en-US");

/** With thousands separators. */
export function count(quantity: Hex | number): string {
  return GROUPED.format(typeof quantity === "number" ? quantity : BigInt(quantity));
}

/** Enough of a hash for people to tell it from others. */
export function short(hex: Hex): string {
  return hex.length <= 14 ? hex : `${hex.slice(0, 8)}…${hex.slice(-4)}`;
}

/** An amount of a unit with so many decimals, exact. */
export function decimal(amount: bigint, decimals: number): string {
  const digits = amount.toString().padStart(decimals + 1, "0");
  const [whole, rest] = [digits.slice(0, digits.length - decimals), digits.slice(digits.length - decimals)];
  const fraction = rest.replace(/0+$/, "");
  return `${GROUPED.format(BigInt(whole))}${fraction === "" ? "" : `.${fraction}`}`;
}

const FRACTION = 6;

/** Rounded down to six places; what is less than that is said to be. */
export function ether(wei: Hex | bigint): string {
  const value = BigInt(wei);
  const step = 10n ** BigInt(18 - FRACTION);
  if (value > 0n && value < step) return "< 0.000001 ETH";
  return `${decimal((value / step) * step, 18)} ETH`;
}

/** Prices of gas. */
export function gwei(wei: Hex): string {
  return `${decimal(BigInt(wei), 9)} gwei`;
}

/** `1 h 30 min`, `4 min 12 s`, `9 s`: the two largest units. */
export function span(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [unit, size] of [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const amount = Math.floor(rest / size);
    rest %= size;
    if (amount > 0 || (unit === "s" && parts.length === 0)) parts.push(`${amount} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}

/** Of this browser's time zone. */
export function moment(seconds: number): string {
  return new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
}

/** What is little is not nothing. */
export function percent(probability: number): string {
  if (probability > 0 && probability < 0.001) return "< 0.1 %";
  return `${(100 * probability).toFixed(probability < 0.1 ? 1 : 0)} %`;
}

/** Control characters, those that turn the direction of writing, and those that show nothing are how names pretend to be others. */
const UNSEEMLY = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;
const LONGEST_NAME = 24;

/** A name that a stranger chose. */
export function stranger(name: string): string {
  const plain = name.replace(UNSEEMLY, "").trim();
  return plain.length <= LONGEST_NAME ? plain : `${plain.slice(0, LONGEST_NAME)}…`;
}

/** The text of an ABI-encoded string; undefined if it is none. */
export function decodeString(data: Hex): string | undefined {
  const bytes =
    data
      .slice(2)
      .match(/../g)
      ?.map((byte) => Number.parseInt(byte, 16)) ?? [];
  const length = Number.parseInt(data.slice(2 + 64, 2 + 128), 16);
  if (!(length >= 0) || 64 + length > bytes.length) return undefined;
  return new TextDecoder().decode(Uint8Array.from(bytes.slice(64, 64 + length)));
}
