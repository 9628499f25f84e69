// Reads the input of a `commit` transaction exactly as Solidity's calldata decoder does. Libraries are stricter than
// the compiler (padding, overlapping or backward offsets), and a committer chooses the encoding: whoever reads
// less than L1 accepts is blind to the batches that it cannot read.

import { fail } from "../errors.ts";
import type { Header } from "../model/batch.ts";
import type { Hex } from "./types.ts";

export interface CommitInput {
  readonly parent: Header;
  readonly parentCounter: bigint;
  readonly header: Header;
  readonly checkpoints: readonly Hex[];
  readonly segments: readonly Uint8Array[];
}

const WORD = 32n;
const SELECTOR = 4n;
const HEADER_WORDS = 8n;
const TWO_256 = 1n << 256n;
const SIGN = 1n << 255n;
const MAX_LENGTH = (1n << 64n) - 1n;

/** `transaction` is named in errors: CALLDATA_MALFORMED if L1 itself could not have read this input. */
export function decodeCommit(input: Uint8Array, transaction: Hex): CommitInput {
  const size = BigInt(input.length);
  const malformed = (reason: string): never => fail("CALLDATA_MALFORMED", { transaction, reason });

  /** calldataload: positions are modulo 2^256, bytes after the end are zero. */
  const load = (position: bigint): bigint => {
    const at = BigInt.asUintN(256, position);
    if (at >= size) return 0n;
    const from = Number(at);
    const bytes = new Uint8Array(32);
    bytes.set(input.subarray(from, from + 32));
    return BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
  };

  const header = (at: bigint): Header => {
    const word = (i: bigint) => load(at + i * WORD);
    return {
      number: uint64(word(0n)),
      parent: hex32(word(1n)),
      lastCheckpoint: hex32(word(2n)),
      dataCommitment: hex32(word(3n)),
      queueEnd: uint64(word(4n)),
      queueHash: hex32(word(5n)),
      baseFee: uint64(word(6n)),
      feeRecipient: `0x${BigInt.asUintN(160, word(7n)).toString(16).padStart(40, "0")}`,
    };
  };

  /** An array that is an argument of the function: offset from the first argument, forward only. */
  const arrayArgument = (head: bigint): { readonly at: bigint; readonly length: bigint } => {
    const offset = load(head);
    if (offset > MAX_LENGTH) malformed("array offset above 2^64");
    const at = SELECTOR + offset;
    if (at + 31n >= size) malformed("array beyond the input");
    const length = load(at);
    if (length > MAX_LENGTH) malformed("array length above 2^64");
    if (at + WORD + length * WORD > size) malformed("array longer than the input");
    return { at: at + WORD, length };
  };

  /** An element of dynamic size: offset from the array's first element, signed, hence backward too. */
  const bytesElement = (base: bigint, index: bigint): Uint8Array => {
    const offset = signed(load(base + index * WORD));
    if (offset >= size - base - 31n) malformed("segment offset beyond the input");
    const at = BigInt.asUintN(256, base + offset);
    const length = load(at);
    if (length > MAX_LENGTH) malformed("segment length above 2^64");
    const start = BigInt.asUintN(256, at + WORD);
    if (signed(start) > size - length) malformed("segment longer than the input");
    // A start before the input has read its length beyond the input, where all is zero.
    // No copy: any number of segments may lie at the same place.
    return length === 0n ? new Uint8Array() : input.subarray(Number(start), Number(start + length));
  };

  // Arguments: parent (header, counter), header, offset of checkpoints, offset of segments.
  const parentAt = SELECTOR;
  const counterAt = parentAt + HEADER_WORDS * WORD;
  const headerAt = counterAt + WORD;
  const checkpointsHead = headerAt + HEADER_WORDS * WORD;
  if (size < checkpointsHead + 2n * WORD) malformed("arguments cut short");

  const checkpoints = arrayArgument(checkpointsHead);
  const segments = arrayArgument(checkpointsHead + WORD);
  return {
    parent: header(parentAt),
    parentCounter: uint64(load(counterAt)),
    header: header(headerAt),
    checkpoints: upTo(checkpoints.length).map((i) => hex32(load(checkpoints.at + i * WORD))),
    segments: upTo(segments.length).map((i) => bytesElement(segments.at, i)),
  };
}

function upTo(count: bigint): bigint[] {
  return Array.from({ length: Number(count) }, (_, i) => BigInt(i));
}

function signed(word: bigint): bigint {
  return word >= SIGN ? word - TWO_256 : word;
}

function uint64(word: bigint): bigint {
  return BigInt.asUintN(64, word);
}

function hex32(word: bigint): Hex {
  return `0x${word.toString(16).padStart(64, "0")}`;
}
