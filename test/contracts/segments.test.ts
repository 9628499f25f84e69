import { expect } from "chai";
import { hexlify } from "ethers";
import {
  batchId,
  contextOf,
  dataCommitment,
  encodeSegment,
  flagsOf,
  flattenWords,
  hashWords,
  Kind,
  openSegment,
  publicInputList,
  publicInputs,
  queueChain,
  toBytes32,
  wordsOfData,
} from "../../src/model/index.ts";
import { everyCase, generateSegments, type SegmentVector } from "../support/vectors.ts";
import { deployAvailability, deployHarness, type Harness } from "./harness.ts";

const N = 8;
const LOCAL_CHAIN_ID = 31337n;
const ROLLUP = "0x1111111111111111111111111111111111111111";
const BENEFICIARY = "0x2222222222222222222222222222222222222222";

describe("Segments on L1", () => {
  let harness: Harness;
  let vectors: SegmentVector[];
  before(async () => {
    harness = await deployHarness();
    const sizes = { n: N, D: 4, E: 4 };
    vectors = [
      ...everyCase(sizes).map(({ vector }) => vector),
      ...generateSegments({ ...sizes, seed: "segments on L1", count: 12 }),
    ];
  });

  /** The words of the records that exist; the contract leaves the first word to its caller. */
  const existing = ({ words: { records } }: SegmentVector) => flattenWords(false, records, records.length);

  it("decode to the model's words", async () => {
    for (const vector of vectors) {
      const { source, chainId, baseFee, n } = vector;
      const words =
        source.type === "data"
          ? (await harness.getFunction("decode")(source.data, chainId, baseFee, n)).words
          : await harness.getFunction("wordsOfItems")(source.items);
      expect([...words]).to.deep.equal(existing(vector));
    }
  });

  it("decode to the model's words however the data is cut, and whatever is appended", async () => {
    const { source, chainId, baseFee } = vectors.findLast(
      ({ source }) => source.type === "data",
    ) as SegmentVector;
    if (source.type !== "data") throw new Error("unreachable");
    const bytes = source.data;
    for (let length = 0; length <= Math.min(bytes.length, 300); length += 13) {
      const cut = Uint8Array.from([...bytes.subarray(0, length), ...(length % 2 === 0 ? [0x0d, 1, 2] : [])]);
      const expected = wordsOfData(cut, { chainId, baseFee, n: N });
      const { words } = await harness.getFunction("decode")(cut, chainId, baseFee, N);
      expect([...words]).to.deep.equal(flattenWords(false, expected, expected.length));
    }
  });

  it("decode to the model's words at every edge of RLP's integers and list headers", async () => {
    const edges = (bits: number) =>
      [0n, 1n, 127n, 128n, 255n, 256n, 2n ** 16n - 1n, 2n ** 24n, 2n ** 48n - 1n, 2n ** 112n - 1n].filter(
        (x) => x < 2n ** BigInt(bits),
      );
    const widths = { nonce: 32, priority: 48, maxFee: 48, gasLimit: 24, amount: 112 } as const;
    // Any r with a point on the curve recovers some account, which depends on every bit of the signed hash.
    const signature = { r: 1n, s: 1n, parity: 0 } as const;
    for (const kind of [
      Kind.transferEth,
      Kind.transferToken,
      Kind.withdrawEth,
      Kind.withdrawToken,
    ] as const) {
      for (const chainId of [1n, 127n, 128n, 2n ** 52n]) {
        const fields = { kind, nonce: 0n, priority: 0n, maxFee: 0n, gasLimit: 60_000n, amount: 0n };
        const token = flagsOf(kind).token ? 77n : 0n;
        const base = { ...fields, token, recipient: 2n ** 160n - 1n, ...signature };
        for (const [field, bits] of Object.entries(widths)) {
          const records = edges(bits).map((x) => ({ ...base, maxFee: 2n ** 48n - 1n, [field]: x }));
          const data = encodeSegment(records);
          const most = records.length;
          const expected = wordsOfData(data, { chainId, baseFee: 0n, n: most });
          const { words } = await harness.getFunction("decode")(data, chainId, 0n, most);
          expect([...words]).to.deep.equal(flattenWords(false, expected, most));
        }
      }
    }
  });

  it("cost at most 11 000 gas a record", async () => {
    for (const vector of vectors) {
      const { source, chainId, baseFee, n } = vector;
      if (source.type !== "data" || source.records.length < 4) continue;
      const { gas } = await harness.getFunction("decode")(source.data, chainId, baseFee, n);
      expect(gas / BigInt(Math.min(n, source.records.length))).to.be.lessThan(11_000n);
    }
  });

  it("make the model's statement", async () => {
    for (const vector of vectors.slice(-6)) {
      const id = toBytes32(vector.a);
      const context = {
        chainId: LOCAL_CHAIN_ID,
        rollup: ROLLUP,
        batchId: id,
        segment: 3,
        beneficiary: BENEFICIARY,
      };
      const { a, b, words, n } = vector;
      const expected = publicInputs({ a, b, words, n, context });
      const onChain = await harness.getFunction("contextOf")(ROLLUP, id, 3, BENEFICIARY);
      expect(onChain).to.equal(toBytes32(contextOf(context)));
      const h = hashWords(flattenWords(words.first, words.records, n));
      const inputs = await harness.getFunction("publicInputs")(
        toBytes32(a),
        toBytes32(b),
        toBytes32(h),
        flattenWords(words.first, words.records, words.records.length),
        onChain,
      );
      expect([...inputs]).to.deep.equal(publicInputList(expected).map(toBytes32));
    }
  });

  it("chain queue items like the model", async () => {
    for (const { source } of vectors) {
      if (source.type !== "queue") continue;
      const start = toBytes32(12345n);
      expect(await harness.getFunction("queueChain")(start, [...source.items])).to.equal(
        queueChain(source.items, start),
      );
    }
  });

  it("have the model's commitment and openings, for each count", async () => {
    const availability = await deployAvailability();
    for (const count of [1, 2, 3, 4, 5, 7, 8, 33, 63, 64]) {
      const withoutData = count % 3;
      const data = Array.from({ length: count - withoutData }, (_, i) => Uint8Array.from([i, i + 1]));
      const checkpoints = Array.from({ length: count }, (_, i) => BigInt(i) ** 9n);
      const batch = { previous: 99n, checkpoints, data };
      const root = dataCommitment(batch);
      const onChain = await availability.commitment(toBytes32(99n), checkpoints.map(toBytes32), data);
      expect(onChain).to.equal(root);

      for (const segment of new Set([0, 1, count >> 1, count - 2, count - 1])) {
        if (segment < 0 || segment >= count) continue;
        const opening = openSegment(batch, segment);
        const struct = { ...opening, path: [...opening.path], data: hexlify(opening.data), items: [] };
        expect(await availability.isOpening(root, count, struct)).to.equal(true);
        expect(await availability.isOpening(root, count + 1, struct)).to.equal(false);
        const longer = { ...struct, path: [...opening.path, toBytes32(0n)] };
        expect(await availability.isOpening(root, count, longer)).to.equal(false);
        const beyond = { ...struct, segment: segment + 128 };
        expect(await availability.isOpening(root, count, beyond)).to.equal(false);
        if (opening.path.length > 0) {
          const shorter = { ...struct, path: opening.path.slice(0, -1) };
          expect(await availability.isOpening(root, count, shorter)).to.equal(false);
        }
      }
    }
  });

  it("belong to a batch with the model's id", async () => {
    const header = {
      number: 5n,
      parent: toBytes32(1n),
      lastCheckpoint: toBytes32(2n),
      dataCommitment: toBytes32(3n),
      queueEnd: 4n,
      queueHash: toBytes32(6n),
      baseFee: 7n,
      feeRecipient: ROLLUP,
    };
    expect(await harness.getFunction("batchId")({ header, counter: 8n })).to.equal(
      batchId({ header, counter: 8n }),
    );
  });
});
