// Integers as JSON-RPC writes them.

import type { Hex } from "../chain/types.ts";

/** Without leading zeros. */
export function toQuantity(value: bigint | number): Hex {
  return `0x${value.toString(16)}`;
}

/** Plain data as JSON-RPC writes it: integers of any kind as quantities, sets as lists, bytes as hex. */
export function toJson(value: unknown): unknown {
  if (typeof value === "bigint" || typeof value === "number") return toQuantity(value);
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString("hex")}`;
  if (Array.isArray(value)) return value.map(toJson);
  if (value instanceof Set) return [...value].map(toJson);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, its]) => [key, toJson(its)]));
  }
  return value;
}
