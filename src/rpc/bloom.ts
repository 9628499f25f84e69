// The bloom filter of a block's or a transaction's logs, as Ethereum defines it.

import { getBytes, hexlify, keccak256 } from "ethers";
import type { Hex } from "../chain/types.ts";
import type { L2Event } from "../l2/events.ts";

const BLOOM_BYTES = 256;

export const EMPTY_BLOOM: Hex = `0x${"00".repeat(BLOOM_BYTES)}`;

/** Three bits for each address and topic. */
export function bloomOf(events: readonly Pick<L2Event, "address" | "topics">[]): Hex {
  if (events.length === 0) return EMPTY_BLOOM;
  const bloom = new Uint8Array(BLOOM_BYTES);
  const words = new Set(events.flatMap(({ address, topics }) => [address, ...topics]));
  for (const word of words) {
    const digest = getBytes(keccak256(word));
    for (const i of [0, 2, 4]) {
      const bit = (((digest[i] as number) << 8) | (digest[i + 1] as number)) & 0x7ff;
      const byte = BLOOM_BYTES - 1 - (bit >> 3);
      bloom[byte] = (bloom[byte] as number) | (1 << (bit & 7));
    }
  }
  return hexlify(bloom);
}
