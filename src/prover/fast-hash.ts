// Poseidon2 from barretenberg's WASM: some six times as fast as the model's own, which stays the oracle.

import { BackendType, BarretenbergSync } from "@aztec/bb.js";
import { fail } from "../errors.ts";
import { fromBytes, toBytes } from "../model/field.ts";
import { type Hash, hash } from "../model/poseidon2.ts";

/** Loads the hasher and checks it against the model's on every length that the protocol's tree uses. */
export async function loadFastHash(): Promise<Hash> {
  // Its native backend is another process, which a call waits for by spinning: on a machine that is busy, four times as slow.
  const barretenberg = await BarretenbergSync.initSingleton({ backend: BackendType.Wasm });
  const fast: Hash = (inputs) =>
    fromBytes(barretenberg.poseidon2Hash({ inputs: inputs.map((input) => toBytes(input, 32)) }).hash);

  for (let length = 1; length <= 7; length++) {
    const inputs = Array.from({ length }, (_, i) => hash([BigInt(length), BigInt(i)]));
    const expected = hash(inputs);
    const actual = fast(inputs);
    if (actual !== expected) fail("FAST_HASH_DIFFERS", { length, expected, actual });
  }
  return fast;
}
