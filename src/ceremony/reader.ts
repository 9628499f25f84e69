// Reads the integers and points of snarkjs's files: little-endian, coordinates in Montgomery form.

import { Q } from "../prover/bn254.ts";
import type { G1, G2 } from "./vk.ts";

const INTEGER_BYTES = 32;

/** 2^-256 modulo the field's prime: takes a coordinate out of Montgomery form. */
const FROM_MONTGOMERY = inverse(2n ** 256n % Q);

export class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  bytes(length: number): Buffer {
    const part = this.#bytes.subarray(this.#at, this.#at + length);
    if (part.length !== length) throw new Error("a section ends early");
    this.#at += length;
    return part;
  }

  byte(): number {
    return this.bytes(1)[0] as number;
  }

  /** 32 bits. */
  word(): number {
    return this.bytes(4).readUInt32LE();
  }

  /** 256 bits. */
  integer(): bigint {
    return BigInt(`0x${Buffer.from(this.bytes(INTEGER_BYTES)).reverse().toString("hex")}`);
  }

  g1(): G1 {
    return [this.#coordinate(), this.#coordinate()];
  }

  g2(): G2 {
    return [
      [this.#coordinate(), this.#coordinate()],
      [this.#coordinate(), this.#coordinate()],
    ];
  }

  end(): void {
    if (!this.done) throw new Error("a section is longer than what it holds");
  }

  #coordinate(): bigint {
    const value = this.integer();
    if (value >= Q) throw new Error("a coordinate is not below the field's prime");
    return (value * FROM_MONTGOMERY) % Q;
  }
}

function inverse(value: bigint): bigint {
  let [result, base] = [1n, value];
  for (let exponent = Q - 2n; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % Q;
    base = (base * base) % Q;
  }
  return result;
}
