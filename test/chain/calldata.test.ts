// Reading a commit's input as the compiler does, whatever encoding a hostile committer chooses.

import { expect } from "chai";
import { concat, dataSlice, getBytes, hexlify, type Interface, toBeHex } from "ethers";
import { decodeCommit } from "../../src/chain/calldata.ts";
import { headOf } from "../../src/chain/view.ts";
import type { BuiltBatch } from "../../src/node/batch-builder.ts";
import type { Node } from "../../src/node/node.ts";
import { judge } from "../../src/watchtower/verdict.ts";
import { onParent, withCheckpoints } from "../support/dishonest-harness.ts";
import { someCheckpoint, startWorld, type World } from "../support/node-harness.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const WORD = 32;
/** Words before the first tail: parent (9), header (8), two offsets. */
const HEAD_WORDS = 19;

describe("decodeCommit", () => {
  let world: World;
  let node: Node;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
  });

  const dataOf = ({ segments }: BuiltBatch) =>
    segments.flatMap((one) => (one.source === "data" ? [hexlify(one.bytes)] : []));

  const built = (...data: string[]) =>
    onParent(
      headOf(node.derivation.view),
      1n,
      data.map((bytes) => getBytes(bytes)),
      data.map((_, i) => someCheckpoint(i)),
    );

  const encode = (batch: BuiltBatch) => {
    const { parent, header, checkpoints } = batch;
    const rollup = node.chain.contracts.rollup.interface as unknown as Interface;
    return rollup.encodeFunctionData("commit", [parent, header, checkpoints, dataOf(batch)]);
  };

  /** Replaces the word at a position after the selector, counted in words. */
  const patch = (input: string, word: number, value: bigint) => {
    const at = 4 + word * WORD;
    return concat([
      dataSlice(input, 0, at),
      toBeHex(BigInt.asUintN(256, value), WORD),
      dataSlice(input, at + WORD),
    ]);
  };

  /** L1's own reading: it takes the commit only if the data commitment fits what it reads. */
  async function expectReadLikeL1(input: string, batch: BuiltBatch) {
    const transaction = await world.sequencer.sendTransaction({
      to: world.book.addresses.rollup,
      data: input,
    });
    await transaction.wait();
    await node.derivation.sync();
    const head = headOf(node.derivation.view);
    expect(head.header).to.deep.equal(batch.header);
    const bytes = head.segments.map((one) => (one.source === "data" ? hexlify(one.bytes) : ""));
    expect(bytes).to.deep.equal(dataOf(batch));
    expect((await judge(node, head.id)).kind).to.equal("invalid");
  }

  it("reads the usual encoding", async () => {
    const batch = built("0x0e01", `0x${"ab".repeat(100)}`);
    await expectReadLikeL1(encode(batch), batch);
  });

  it("reads a last segment without padding, which libraries refuse", async () => {
    const batch = built("0x0102");
    const input = dataSlice(encode(batch), 0, -30);
    const rollup = node.chain.contracts.rollup.interface;
    expect(() => rollup.parseTransaction({ data: input })).to.throw();
    await expectReadLikeL1(input, batch);
  });

  it("reads trailing bytes and dirty padding as nothing", async () => {
    const batch = built("0x0102");
    const input = concat([dataSlice(encode(batch), 0, -30), `0x${"ff".repeat(77)}`]);
    await expectReadLikeL1(input, batch);
  });

  it("reads segments that share their bytes", async () => {
    const batch = built("0x0102", "0x0102");
    const input = encode(batch);
    // Tails: checkpoints (1 + 2 words), then segments: length, two offsets.
    const offsets = HEAD_WORDS + 3 + 1;
    const shared = patch(input, offsets + 1, BigInt(getBytes(dataSlice(input, 4 + offsets * WORD))[31] ?? 0));
    await expectReadLikeL1(shared, batch);
  });

  it("reads a segment that lies before its own offset", async () => {
    // The bytes are taken from the word of the second checkpoint's array length on: length 2, "the checkpoint".
    const [first, second] = [someCheckpoint(0), `0x0304${"00".repeat(30)}`];
    const batch = withCheckpoints(built(dataSlice(first, 0, 2), "0x0102"), [first, second]);
    const input = encode(batch);
    const segmentsBase = HEAD_WORDS + 3 + 1;
    const checkpointsLength = HEAD_WORDS;
    const backwards = BigInt(checkpointsLength - segmentsBase) * BigInt(WORD);
    await expectReadLikeL1(patch(input, segmentsBase, backwards), batch);
  });

  it("reads array tails in the other order", async () => {
    const batch = built("0x0102");
    const input = encode(batch);
    const head = dataSlice(input, 0, 4 + (HEAD_WORDS - 2) * WORD);
    const checkpoints = dataSlice(input, 4 + HEAD_WORDS * WORD, 4 + (HEAD_WORDS + 2) * WORD);
    const segments = dataSlice(input, 4 + (HEAD_WORDS + 2) * WORD);
    const length = BigInt(getBytes(segments).length);
    const first = BigInt(HEAD_WORDS * WORD);
    const swapped = concat([head, toBeHex(first + length, 32), toBeHex(first, 32), segments, checkpoints]);
    await expectReadLikeL1(swapped, batch);
  });

  it("says so if L1 itself could not have read it", () => {
    const input = encode(built("0x0102"));
    const broken = [
      "0x",
      dataSlice(input, 0, 400),
      patch(input, HEAD_WORDS - 1, 2n ** 64n),
      patch(input, HEAD_WORDS, 2n ** 40n),
      patch(input, HEAD_WORDS + 3, 2n ** 200n),
      patch(input, HEAD_WORDS + 4, 10_000n),
    ];
    for (const data of broken) {
      throwsWith(() => decodeCommit(getBytes(data), "0x"), "CALLDATA_MALFORMED");
    }
  });
});
