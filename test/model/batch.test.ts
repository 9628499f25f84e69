import { expect } from "chai";
import { AbiCoder, concat, keccak256, solidityPackedKeccak256 } from "ethers";
import {
  type BatchData,
  batchId,
  dataCommitment,
  type Header,
  itemHash,
  Kind,
  MAX_SEGMENTS,
  openSegment,
  type QueueItem,
  queueChain,
  queueSegments,
  segmentCounts,
  toAddress,
  toBytes32,
  verifyOpening,
  wordsOfItems,
} from "../../src/model/index.ts";
import { expectCode } from "./errors.ts";

const item: QueueItem = {
  kind: Kind.depositToken,
  sender: toAddress(1n),
  recipient: toAddress(2n),
  token: toAddress(3n),
  amount: 4n,
};

const header: Header = {
  number: 1n,
  parent: toBytes32(2n),
  lastCheckpoint: toBytes32(3n),
  dataCommitment: toBytes32(4n),
  queueEnd: 5n,
  queueHash: toBytes32(6n),
  baseFee: 7n,
  feeRecipient: toAddress(8n),
};

/** A batch of `count` segments whose last `data` ones have bytes. */
function batchOf(count: number, data = count): BatchData {
  return {
    previous: 1000n,
    checkpoints: Array.from({ length: count }, (_, i) => 1001n + BigInt(i)),
    data: Array.from({ length: data }, (_, i) => Uint8Array.of(i, 7)),
  };
}

describe("Batch id", () => {
  it("hashes the header as Solidity's abi.encode of the struct, then the counter", () => {
    const struct = "tuple(uint64,bytes32,bytes32,bytes32,uint64,bytes32,uint64,address)";
    const encoded = AbiCoder.defaultAbiCoder().encode([struct, "uint64"], [Object.values(header), 9n]);
    expect(batchId({ header, counter: 9n })).to.equal(keccak256(encoded));
  });

  it("differs for the same header committed again", () => {
    expect(batchId({ header, counter: 1n })).to.not.equal(batchId({ header, counter: 2n }));
  });
});

describe("Queue", () => {
  it("chains item hashes from 0", () => {
    const words = [5n, 1n, 2n, 3n, 4n].map(toBytes32);
    expect(itemHash(item)).to.equal(keccak256(concat(words)));
    const one = solidityPackedKeccak256(["bytes32", "bytes32"], [toBytes32(0n), itemHash(item)]);
    expect(queueChain([])).to.equal(toBytes32(0n));
    expect(queueChain([item])).to.equal(one);
    expect(queueChain([item, item])).to.equal(queueChain([item], one));
  });

  it("fills the batch's first segments, n items each but the last", () => {
    const items = Array.from({ length: 9 }, (_, i) => ({ ...item, amount: BigInt(i + 1) }));
    expect(queueSegments(items, 4).map((segment) => segment.length)).to.deep.equal([4, 4, 1]);
    expect(queueSegments(items, 4).flat()).to.deep.equal(items);
    expect(queueSegments([], 4)).to.deep.equal([]);
  });

  it("counts segments: queue ones first, 1 to S in all", () => {
    expect(segmentCounts(3n, 3n, 2, 4)).to.deep.equal({ queue: 0, data: 2, total: 2 });
    expect(segmentCounts(3n, 7n, 0, 4)).to.deep.equal({ queue: 1, data: 0, total: 1 });
    expect(segmentCounts(3n, 8n, 1, 4)).to.deep.equal({ queue: 2, data: 1, total: 3 });
    expectCode("QUEUE_RANGE", () => segmentCounts(3n, 2n, 1, 4));
    expectCode("SEGMENT_COUNT", () => segmentCounts(3n, 3n, 0, 4));
    expect(segmentCounts(0n, 0n, MAX_SEGMENTS, 4).total).to.equal(MAX_SEGMENTS);
    expectCode("SEGMENT_COUNT", () => segmentCounts(0n, 1n, MAX_SEGMENTS, 4));
  });

  it("gives an item's words without nonce and fee", () => {
    expect(wordsOfItems([item], 4)).to.deep.equal([
      { kind: 5n, sender: 1n, recipient: 2n, token: 3n, amount: 4n, nonce: 0n, fee: 0n },
    ]);
  });

  it("refuses words of items that L1 does not enqueue", () => {
    for (const kind of [0n, 1n, 8n, 10n, 14n, 15n]) {
      expectCode("NOT_A_QUEUE_ITEM", () => wordsOfItems([{ ...item, kind }], 4));
    }
    expectCode("NOT_A_QUEUE_ITEM", () => wordsOfItems([{ ...item, amount: 0n }], 4));
    expectCode("NOT_A_QUEUE_ITEM", () => wordsOfItems([{ ...item, kind: Kind.depositEth }], 4));
    expectCode("INTEGER_RANGE", () => wordsOfItems([{ ...item, amount: 1n << 128n }], 4));
    expectCode("SEGMENT_SIZE", () => wordsOfItems([item, item], 1));
  });
});

describe("Data commitment", () => {
  const leaf = (i: number, previous: bigint, claimed: bigint, data: Uint8Array) =>
    solidityPackedKeccak256(
      ["uint8", "uint64", "uint256", "uint256", "bytes32"],
      [0, i, previous, claimed, keccak256(data)],
    );
  const node = (left: string, right: string) =>
    solidityPackedKeccak256(["uint8", "bytes32", "bytes32"], [1, left, right]);
  const top = (count: number, root: string) =>
    solidityPackedKeccak256(["uint8", "uint64", "bytes32"], [2, count, root]);

  it("is what the protocol says, written out for three segments", () => {
    const [a, b, c] = [0, 1, 2].map((i) =>
      leaf(i, 1000n + BigInt(i), 1001n + BigInt(i), Uint8Array.of(i, 7)),
    ) as [string, string, string];
    expect(dataCommitment(batchOf(3))).to.equal(top(3, node(node(a, b), c)));
    const one = leaf(0, 1000n, 1001n, Uint8Array.of(0, 7));
    expect(dataCommitment(batchOf(1))).to.equal(top(1, one));
  });

  it("gives queue segments empty bytes", () => {
    const [queue, data] = [
      leaf(0, 1000n, 1001n, new Uint8Array()),
      leaf(1, 1001n, 1002n, Uint8Array.of(0, 7)),
    ];
    expect(dataCommitment(batchOf(2, 1))).to.equal(top(2, node(queue, data)));
  });

  it("opens each segment of each size of batch", () => {
    for (const count of [1, 2, 3, 4, 5, 6, 7, 8, 9, 33, 63, MAX_SEGMENTS]) {
      const batch = batchOf(count, Math.ceil(count / 2));
      const commitment = dataCommitment(batch);
      for (let i = 0; i < count; i++) {
        expect(verifyOpening(commitment, count, openSegment(batch, i)), `${i} of ${count}`).to.equal(true);
      }
    }
  });

  it("opens to nothing but what was committed", () => {
    for (const count of [1, 2, 5, 8]) {
      const batch = batchOf(count);
      const commitment = dataCommitment(batch);
      for (let i = 0; i < count; i++) {
        const opening = openSegment(batch, i);
        const forgeries = [
          { ...opening, segment: i + 1 },
          { ...opening, segment: i + count },
          { ...opening, segment: -1 },
          { ...opening, previous: toBytes32(1n) },
          { ...opening, claimed: toBytes32(1n) },
          { ...opening, data: new Uint8Array() },
          { ...opening, data: Uint8Array.of(i, 7, 0) },
          { ...opening, path: [...opening.path, toBytes32(0n)] },
          ...opening.path.map((_, at) => ({ ...opening, path: opening.path.toSpliced(at, 1) })),
          ...opening.path.map((_, at) => ({ ...opening, path: opening.path.with(at, toBytes32(0n)) })),
        ];
        for (const forged of forgeries) {
          expect(verifyOpening(commitment, count, forged)).to.equal(false);
        }
        expect(verifyOpening(commitment, count + 1, opening)).to.equal(false);
        if (count > 1) expect(verifyOpening(commitment, count - 1, opening)).to.equal(false);
      }
    }
  });

  it("refuses batches that cannot be committed", () => {
    expectCode("SEGMENT_COUNT", () => dataCommitment(batchOf(0)));
    expectCode("SEGMENT_COUNT", () => dataCommitment(batchOf(MAX_SEGMENTS + 1)));
    expectCode("SEGMENT_COUNT", () => dataCommitment(batchOf(1, 2)));
    expectCode("SEGMENT_EMPTY", () => dataCommitment({ ...batchOf(2, 0), data: [new Uint8Array()] }));
    expectCode("SEGMENT_INDEX", () => openSegment(batchOf(2), 2));
  });
});
