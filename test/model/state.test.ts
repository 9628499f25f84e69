// The state's hashes, written out from the protocol with an independent Poseidon2.

import { poseidon2Hash } from "@zkpassport/poseidon2";
import { expect } from "chai";
import {
  applyRecord,
  capacityOf,
  INSTANCES,
  Kind,
  MAX_SEGMENTS,
  NO_RECORD,
  State,
} from "../../src/model/index.ts";
import { loadFastHash } from "../../src/prover/fast-hash.ts";
import { depositWords, generateSegments } from "../support/vectors.ts";

const H = (...inputs: bigint[]) => poseidon2Hash(inputs);

/** Root of a tree of three leaves. */
const SMALL = { D: 1, E: 1 };

describe("State", () => {
  it("has the genesis checkpoint of the protocol", () => {
    const sentinel = H(0n, 0n, 0n, 0n);
    const stateRoot = H(sentinel, 0n, 0n);
    const exitRoot = H(0n, 0n, 0n);
    const genesis = State.genesis(SMALL);
    expect(genesis.preimage()).to.deep.equal({ stateRoot, leafCount: 1n, exitRoot, exitCount: 0n, fees: 0n });
    expect(genesis.checkpoint()).to.equal(H(stateRoot, 1n, exitRoot, 0n, 0n));
  });

  it("keeps an account at H(1, account) and a token balance at H(2, token, account)", () => {
    const [account, token] = [77n, 88n];
    const [low, high] = [H(1n, account), H(2n, token, account)].sort((a, b) => (a < b ? -1 : 1)) as [
      bigint,
      bigint,
    ];
    const state = State.genesis(SMALL);
    applyRecord(state, depositWords(account, 0n, 5n));
    applyRecord(state, depositWords(account, token, 6n));

    const next = (key: bigint) => (key === low ? high : 0n);
    const eth = H(H(1n, account), 5n, 0n, next(H(1n, account)));
    const tokens = H(H(2n, token, account), 6n, 0n, next(H(2n, token, account)));
    expect(state.tree.root()).to.equal(H(H(0n, 0n, 0n, low), eth, tokens));
    expect(state.account(account)).to.deep.equal({ nonce: 0n, balance: 5n });
    expect(state.tokenBalance(token, account)).to.equal(6n);
  });

  it("puts an exit at H(token, recipient, amount), and fees and counts into the checkpoint", () => {
    const state = State.genesis(SMALL);
    applyRecord(state, depositWords(77n, 0n, 50n));
    const words = { ...NO_RECORD, kind: Kind.withdrawEth, sender: 77n, recipient: 9n, amount: 20n, fee: 4n };
    expect(applyRecord(state, words).status).to.equal("executed");

    const key = H(1n, 77n);
    const stateRoot = H(H(0n, 0n, 0n, key), H(key, 26n, 1n, 0n), 0n);
    const exitRoot = H(H(0n, 9n, 20n), 0n, 0n);
    expect(state.checkpoint()).to.equal(H(stateRoot, 2n, exitRoot, 1n, 4n));
  });

  it("answers 0 for whom it does not know", () => {
    const state = State.genesis(SMALL);
    expect(state.account(1n)).to.deep.equal({ nonce: 0n, balance: 0n });
    expect(state.tokenBalance(1n, 1n)).to.equal(0n);
  });

  it("has the same checkpoints with barretenberg's hash, at the depths of the instances", async () => {
    const options = { seed: "hashes", count: 6, ...INSTANCES.dev };
    const pure = generateSegments(options).map(({ b }) => b);
    const fast = generateSegments({ ...options, hash: await loadFastHash() }).map(({ b }) => b);
    expect(fast).to.deep.equal(pure);
  });

  it("has room for all exits of a batch in every instance", () => {
    for (const { n, E } of Object.values(INSTANCES)) {
      expect(capacityOf(E)).to.be.at.least(MAX_SEGMENTS * n);
    }
  });
});
