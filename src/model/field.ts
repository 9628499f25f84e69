// The BN254 scalar field and the fixed-width integers around it.

import { toBeHex } from "ethers";
import { fail } from "../errors.ts";

/** Order of the BN254 scalar field (`p`). */
export const P = 21888242871839275222246405745257275088548364400416034343698204186575808495617n;

export function isCanonical(x: bigint): boolean {
  return x >= 0n && x < P;
}

/** `x mod p` in `[0, p)`, for negative `x` too. */
export function mod(x: bigint): bigint {
  const rest = x % P;
  return rest < 0n ? rest + P : rest;
}

/** Returns `x` if it is a canonical field element, else fails. */
export function canonical(x: bigint, what: string): bigint {
  return isCanonical(x) ? x : fail("FIELD_RANGE", { what, value: x });
}

/** Returns `x` if it is an unsigned integer of `bits` bits, else fails. */
export function uint(x: bigint, bits: number, what: string): bigint {
  return x >= 0n && x >> BigInt(bits) === 0n ? x : fail("INTEGER_RANGE", { what, bits, value: x });
}

/** 32 bytes, big-endian, as 0x hex. */
export function toBytes32(x: bigint): string {
  return toBeHex(uint(x, 256, "a 32-byte integer"), 32);
}

/** A 160-bit integer as a lower-case address. */
export function toAddress(x: bigint): string {
  return toBeHex(uint(x, 160, "an address"), 20);
}

/** Big-endian bytes of exactly `length`. */
export function toBytes(x: bigint, length: number): Uint8Array {
  const digits = uint(x, 8 * length, `an integer of ${length} bytes`).toString(16);
  return new Uint8Array(Buffer.from(digits.padStart(2 * length, "0"), "hex"));
}

const HEX = /^0x(?:[0-9a-f]{2})*$/i;

/** Bytes of a 0x hex string; throws TX_MALFORMED for anything else. ethers' own takes each byte apart, ten times as slowly. */
export function bytesOf(hex: string): Uint8Array {
  if (!HEX.test(hex)) fail("TX_MALFORMED", { reason: "it is no 0x hex string of whole bytes" });
  return new Uint8Array(Buffer.from(hex.slice(2), "hex"));
}

/** Big-endian integer from bytes; 0 if there are none. */
export function fromBytes(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}
