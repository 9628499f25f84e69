// Proofs on demand: what L1 will say is asked before anything is proven, and nothing wrong is sent.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Contracts } from "../../src/chain/client.ts";
import { disputeOf, headOf } from "../../src/chain/view.ts";
import { toBytes32 } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import { challenge } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import {
  openProverPool,
  prepareSegment,
  proveBatch,
  proveSegment,
  sendFraud,
  sendValid,
} from "../../src/node/prover.ts";
import type { Prover } from "../../src/node/segment-run.ts";
import { commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, signL2, standInProver, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");

interface L1Claim {
  readonly a: string;
  readonly b: string;
  readonly context: string;
  readonly words: readonly bigint[];
}

describe("prover", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;
  let me: string;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-prover-"));
    mempool = await openMempool(directory);
    me = await world.challenger.getAddress();
    await fund(world, node, [ALICE]);
    for (let nonce = 0; nonce < 3; nonce++) {
      const call = { to: world.book.deployer, value: 1n, nonce };
      await submit(node, mempool, await signL2(world, ALICE, call));
    }
    await node.derivation.sync();
  });

  afterEach(() => rm(directory, { recursive: true }));

  const build = async () => buildBatch(node, await mempool.list(), { recordsPerSegment: 1 });

  /** Segments: one of the queue, three of data. */
  async function honest(): Promise<string> {
    const { id } = await sequence(node, mempool, world.sequencer, { recordsPerSegment: 1 });
    return id;
  }

  async function wrongAt(segment: number): Promise<string> {
    const built = corrupt(node, await build(), { segment, how: "mint" });
    const { id } = await commitBatch(node, world.sequencer, built);
    await node.derivation.sync();
    return id;
  }

  it("proves any segment of a valid batch", async () => {
    const id = await honest();
    for (const segment of [2, 0, 3, 1]) {
      const proven = await proveSegment(node, standInProver, id, segment, me);
      expect(proven.computed).to.equal(proven.opening.claimed);
      await sendValid(node, world.challenger, proven);
    }
    const { proven } = disputeOf(await node.derivation.sync(), id);
    expect([...proven].sort()).to.deep.equal([0, 1, 2, 3]);
  });

  it("answers a challenge and earns its share", async () => {
    const id = await honest();
    const { bond } = await challenge(node, world.challenger, id, 1, { unchecked: true });
    const answerer = await world.user.getAddress();
    const proven = await proveSegment(node, standInProver, id, 1, answerer);
    await sendValid(node, world.user, proven);
    expect((await bondOf(node, answerer)).available).to.equal(bond / 2n);
  });

  it("does not prove for a fraud call what is right, nor for a validity call what is wrong", async () => {
    const id = await wrongAt(2);
    const right = await proveSegment(node, standInProver, id, 1, me);
    await rejectsWith(sendFraud(node, world.challenger, right), "SEGMENT_VALID");
    const wrong = await proveSegment(node, standInProver, id, 2, me);
    await rejectsWith(sendValid(node, world.challenger, wrong), "SEGMENT_INVALID");
    await rejectsWith(proveSegment(node, standInProver, id, 3, me), "SEGMENT_UNPROVABLE");
    await sendFraud(node, world.challenger, wrong);
    expect((await node.derivation.sync()).head).to.equal(0n);
  });

  it("binds beneficiary, batch and segment: a stolen proof is worth nothing", async () => {
    const id = await honest();
    const proven = await proveSegment(node, standInProver, id, 1, me);
    const thief = await world.user.getAddress();
    const stolen = { ...proven, beneficiary: thief };
    await revertsWith(sendValid(node, world.user, stolen), "InvalidProof");
    const other = await proveSegment(node, standInProver, id, 2, me);
    const swapped = { ...other, proof: proven.proof };
    await revertsWith(sendValid(node, world.user, swapped), "InvalidProof");
    await sendValid(node, world.user, proven);
  });

  it("asks L1 first: no proof is made of what L1 would not accept", async () => {
    const id = await honest();
    const lying = (change: (real: L1Claim) => Partial<L1Claim>): Node => {
      const { challenges } = node.chain.contracts;
      const real = challenges.claim as unknown as (...args: unknown[]) => Promise<L1Claim>;
      const claim = async (...args: unknown[]) => {
        const { a, b, context, words } = await real(...args);
        const its = { a, b, context, words: [...words] };
        return { ...its, ...change(its) };
      };
      const changed = new Proxy(challenges, {
        get: (target, name) => (name === "claim" ? claim : Reflect.get(target, name)),
      });
      const contracts: Contracts = { ...node.chain.contracts, challenges: changed };
      return { ...node, chain: { ...node.chain, contracts } };
    };
    await prepareSegment(
      lying(() => ({})),
      id,
      1,
      me,
    );
    const words = lying((real) => ({ words: [...real.words.slice(0, -1), 1n] }));
    const { args } = await rejectsWith(prepareSegment(words, id, 1, me), "STATEMENT_DIFFERS");
    expect(args).to.include({ segment: 1, what: "words" });
    for (const part of ["a", "b", "context"] as const) {
      const other = lying(() => ({ [part]: toBytes32(1n) }));
      await rejectsWith(prepareSegment(other, id, 1, me), "STATEMENT_DIFFERS");
    }
  });

  it("makes a batch final early by proving all of it", async () => {
    const id = await honest();
    const { proven, receipts, finalized } = await proveBatch(node, standInProver, world.user, id);
    expect([proven, receipts.length]).to.deep.equal([[0, 1, 2, 3], 4]);
    expect(finalized).to.have.property("gasUsed");
    expect((await node.derivation.sync()).finalized).to.equal(1n);
  });

  it("leaves a fully proven batch pending until its parent is final", async () => {
    const first = await honest();
    await fund(world, node, [ALICE]);
    const second = await honest();
    expect((await proveBatch(node, standInProver, world.user, second)).finalized).to.equal(undefined);
    expect(await proveBatch(node, standInProver, world.user, first)).to.have.property("finalized");
    expect((await proveBatch(node, standInProver, world.user, second)).proven).to.deep.equal([]);
    expect((await node.derivation.sync()).finalized).to.equal(2n);
  });

  it("proves nothing of a wrong batch for early finality", async () => {
    const id = await wrongAt(3);
    let proofs = 0;
    const counting: Prover = {
      prove: (job) => {
        proofs++;
        return standInProver.prove(job);
      },
    };
    await rejectsWith(proveBatch(node, counting, world.user, id), "BATCH_INVALID");
    expect(proofs).to.equal(0);
  });

  it("keeps to the pool's limit and can be cancelled", async () => {
    const id = await honest();
    let running = 0;
    let most = 0;
    const slow: Prover = {
      async prove(job) {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running--;
        return await standInProver.prove(job);
      },
    };
    await proveBatch(node, slow, world.user, id, { pool: openProverPool(2) });
    expect(most).to.equal(2);

    const controller = new AbortController();
    const hanging: Prover = { prove: () => new Promise(() => controller.abort()) };
    const { signal } = controller;
    await rejectsWith(proveSegment(node, hanging, id, 0, me, { signal }), "PROVER_CANCELLED");
  });

  it("says that a rolled-back batch is not live", async () => {
    const id = await wrongAt(1);
    const proven = await proveSegment(node, standInProver, id, 0, me);
    await sendFraud(node, world.challenger, await proveSegment(node, standInProver, id, 1, me));
    const { args } = await revertsWith(sendValid(node, world.challenger, proven), "NotLive");
    expect(args.about).to.contain(id);
    expect(headOf(await node.derivation.sync()).header.number).to.equal(0n);
  });
});
