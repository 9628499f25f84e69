// `h` as the circom circuits compute it: a chain of circomlib's Poseidon over the words.

import { buildPoseidon, type Poseidon } from "circomlibjs";

/** Inputs of the widest Poseidon that circomlib has; the first one takes the chain so far. */
const WIDTH = 16;
const CHUNK = WIDTH - 1;

let loaded: Promise<Poseidon> | undefined;

/**
 * acc = 0; acc = Poseidon16(acc, w₀ … w₁₄) for each 15 words, the last ones padded with zeros. The circuit fixes how many words
 * there are, so that padding is unambiguous.
 */
export async function circomWordsHash(words: readonly bigint[]): Promise<bigint> {
  loaded ??= buildPoseidon();
  const poseidon = await loaded;
  let chain = poseidon.F.zero;
  for (let start = 0; start < words.length; start += CHUNK) {
    const chunk = Array.from({ length: CHUNK }, (_, i) => words[start + i] ?? 0n);
    chain = poseidon([chain, ...chunk]);
  }
  return poseidon.F.toObject(chain);
}
