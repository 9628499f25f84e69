// The public inputs of a segment's proof, and how they bind what L1 knows (protocol §7).

import { AbiCoder, concat, keccak256 } from "ethers";
import { canonical, mod, toBytes32 } from "./field.ts";
import { type Hash, hash as pureHash } from "./poseidon2.ts";
import { flattenWords, type SegmentWords } from "./records.ts";

/** Whom, where and for what a proof counts. */
export interface ProofContext {
  /** Chain id of L1. */
  readonly chainId: bigint;
  readonly rollup: string;
  readonly batchId: string;
  readonly segment: number;
  /** Gets the reward. */
  readonly beneficiary: string;
}

export interface PublicInputs {
  /** Checkpoint before the segment. */
  readonly a: bigint;
  /** Checkpoint after the segment. */
  readonly b: bigint;
  /** Hash of the words. */
  readonly h: bigint;
  readonly r: bigint;
  readonly y: bigint;
  readonly context: bigint;
}

export interface ClaimInput {
  readonly a: bigint;
  readonly b: bigint;
  /** The segment's words, with as many records as parsing found or as there are queue items. */
  readonly words: SegmentWords;
  readonly context: ProofContext;
}

/** What L1 asks a proof of a segment for, whatever proof system makes it. */
export interface Claim {
  readonly a: bigint;
  readonly b: bigint;
  readonly context: bigint;
  /** The `1 + 7m` words that exist on L1. */
  readonly words: readonly bigint[];
}

export interface StatementInput extends ClaimInput {
  readonly n: number;
  readonly hash?: Hash;
}

const CONTEXT_TYPES = ["uint256", "address", "bytes32", "uint256", "address"];

export function contextOf({ chainId, rollup, batchId, segment, beneficiary }: ProofContext): bigint {
  const values = [chainId, rollup, batchId, segment, beneficiary];
  return mod(BigInt(keccak256(AbiCoder.defaultAbiCoder().encode(CONTEXT_TYPES, values))));
}

/** `h` of the Noir circuit: hash of all `1 + 7n` words. Other circuits have one of their own. */
export function hashWords(words: readonly bigint[], hash: Hash = pureHash): bigint {
  return hash(words);
}

/** `r`: depends on `h`, so that a prover fixes its copy of the words first. `words` are the `1 + 7m` that exist. */
export function challengeR(words: readonly bigint[], h: bigint, context: bigint): bigint {
  return mod(BigInt(keccak256(concat([...words, h, context].map(toBytes32)))));
}

/** `y`: the polynomial with the words as coefficients, lowest first, at `r`. Trailing zero words change nothing. */
export function evaluateY(words: readonly bigint[], r: bigint): bigint {
  return words.reduceRight((sum, word) => mod(sum * r + word), 0n);
}

export function claimOf({ a, b, words: { first, records }, context }: ClaimInput): Claim {
  return {
    a: canonical(a, "a"),
    b: canonical(b, "b"),
    context: contextOf(context),
    words: flattenWords(first, records, records.length),
  };
}

/** The public inputs of a proof of this claim whose circuit hashes its words to `h`. */
export function bindWords({ a, b, context, words }: Claim, h: bigint): PublicInputs {
  const r = challengeR(words, canonical(h, "h"), context);
  return { a, b, h, r, y: evaluateY(words, r), context };
}

/** The public inputs with the `h` of the Noir circuit. */
export function publicInputs({ n, hash, ...input }: StatementInput): PublicInputs {
  const { first, records } = input.words;
  return bindWords(claimOf(input), hashWords(flattenWords(first, records, n), hash));
}

/** The public inputs in their one order. */
export function publicInputList({ a, b, h, r, y, context }: PublicInputs): bigint[] {
  return [a, b, h, r, y, context];
}
