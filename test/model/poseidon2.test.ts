import { poseidon2Hash, permute as zkpassportPermute } from "@zkpassport/poseidon2";
import { expect } from "chai";
import { type Hash, hash, P, permute } from "../../src/model/index.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import { Random } from "../support/vectors.ts";

describe("Poseidon2", () => {
  let barretenberg: Hash;
  before(async () => {
    barretenberg = await loadFastHash();
  });

  const random = new Random("poseidon2");
  const lengths = [1, 2, 3, 4, 5, 6, 7, 8, 29];

  for (const length of lengths) {
    it(`hashes ${length} inputs as @zkpassport/poseidon2 and barretenberg do`, () => {
      for (let i = 0; i < 5; i++) {
        const inputs = Array.from({ length }, () => random.below(P));
        expect(hash(inputs)).to.equal(poseidon2Hash(inputs));
        expect(hash(inputs)).to.equal(barretenberg(inputs));
      }
    });
  }

  it("hashes edge scalars as both do", () => {
    for (const edge of [0n, 1n, P - 1n]) {
      for (const inputs of [[edge], [edge, edge], [edge, edge, edge], [edge, edge, edge, edge]]) {
        expect(hash(inputs)).to.equal(poseidon2Hash(inputs));
        expect(hash(inputs)).to.equal(barretenberg(inputs));
      }
    }
  });

  it("permutes as @zkpassport/poseidon2 does", () => {
    const lanes = [random.below(P), random.below(P), random.below(P), random.below(P)] as const;
    expect(permute(lanes)).to.deep.equal(zkpassportPermute([...lanes]));
  });

  it("permutes the zero state to the published value", () => {
    expect(permute([0n, 0n, 0n, 0n])[0]).to.equal(
      0x18dfb8dc9b82229cff974efefc8df78b1ce96d9d844236b496785c698bc6732en,
    );
  });

  it("separates the arities: trailing zeros change the hash", () => {
    expect(hash([1n, 0n])).to.not.equal(hash([1n]));
    expect(hash([0n])).to.not.equal(hash([0n, 0n, 0n]));
  });
});
