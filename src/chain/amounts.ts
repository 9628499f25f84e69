// Amounts and lengths of time as people read and write them. What does not fit is ARGUMENT_INVALID.

import { formatEther, parseUnits } from "ethers";
import { fail } from "../errors.ts";

/** `1.5 ETH`, exact to the wei. */
export function ether(wei: bigint): string {
  return `${formatEther(wei).replace(/\.0$/, "")} ETH`;
}

const UNITS: Readonly<Record<string, number>> = { ether: 18, eth: 18, gwei: 9, wei: 0 };

/** `1.5ether`, `20gwei`, `1000wei`; a bare integer is wei. */
export function parseEtherAmount(text: string, argument: string): bigint {
  const expected = "an amount like 1.5ether, 20gwei or 1000 (wei)";
  const [, digits = "", unit = "wei"] = /^(\d+(?:\.\d+)?)\s*(ether|eth|gwei|wei)?$/i.exec(text) ?? [];
  const decimals = UNITS[unit.toLowerCase()] ?? 0;
  if (digits === "" || (digits.split(".")[1]?.length ?? 0) > decimals) {
    return fail("ARGUMENT_INVALID", { argument, expected, actual: text });
  }
  return parseUnits(digits, decimals);
}

const SECONDS: Readonly<Record<string, bigint>> = { s: 1n, min: 60n, h: 3600n, d: 86_400n };

/** `90s`, `10min`, `6h`, `2d`; a bare integer is seconds. */
export function parseDuration(text: string, argument: string): bigint {
  const [, digits, unit = "s"] = /^(\d+)\s*(s|min|h|d)?$/.exec(text) ?? [];
  const seconds = SECONDS[unit];
  if (digits !== undefined && seconds !== undefined) return BigInt(digits) * seconds;
  return fail("ARGUMENT_INVALID", {
    argument,
    expected: "a duration like 90s, 10min, 6h or 2d",
    actual: text,
  });
}
