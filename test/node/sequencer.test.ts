// The sequencer: what it accepts, what it builds, that it never builds what could be disputed.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { keccak256, toBeHex, zeroPadValue } from "ethers";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { headOf } from "../../src/chain/view.ts";
import { fail } from "../../src/errors.ts";
import {
  BRIDGE_PREDEPLOY,
  encodeSegment,
  INSTANCES,
  recordFromRaw,
  SELECTORS,
  toAddress,
} from "../../src/model/index.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { challenge, finalizeAll, timeout } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { poolStatus, takeUpDead } from "../../src/node/pool-status.ts";
import { buildBatch, checkBatch, commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { corrupt, onParent } from "../support/dishonest-harness.ts";
import {
  ETHER,
  fund,
  l2Wallet,
  signL2,
  someCheckpoint,
  startWorld,
  type World,
} from "../support/node-harness.ts";
import { rejectsWith, revertsWith, throwsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");
const GWEI = 10n ** 9n;

describe("sequencer", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-pool-"));
    mempool = await openMempool(directory);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const transfer = (nonce: number, value = 1n, more = {}) =>
    signL2(world, ALICE, { to: BOB.address, value, nonce, ...more });

  describe("commits", () => {
    it("deposits and the transactions that they pay for, in one batch", async () => {
      await fund(world, node, [ALICE]);
      const { hash, sender } = await submit(node, mempool, await transfer(0, 5n));
      expect(sender).to.equal(ALICE.address.toLowerCase());
      const committed = await sequence(node, mempool, world.sequencer);
      expect(committed).to.deep.include({ number: 1n, segments: 2, queueItems: 1, transactions: [hash] });
      expect(committed.id).to.equal(headOf(node.derivation.view).id);
      expect(node.account(BOB.address).balance).to.equal(5n);
      expect(node.account(ALICE.address)).to.deep.equal({
        nonce: 1n,
        balance: ETHER - 5n - 21_000n * GWEI,
      });
      expect(poolStatus(node, await mempool.list()).waiting).to.deep.equal([]);
    });

    it("one checkpoint after each segment of n records", async () => {
      const { n } = INSTANCES.dev;
      await fund(world, node, [ALICE]);
      for (let nonce = 0; nonce < n + 1; nonce++) await submit(node, mempool, await transfer(nonce));
      expect((await sequence(node, mempool, world.sequencer)).segments).to.equal(3);
    });

    it("finer segments on request", async () => {
      await fund(world, node, [ALICE]);
      for (let nonce = 0; nonce < 3; nonce++) await submit(node, mempool, await transfer(nonce));
      const committed = await sequence(node, mempool, world.sequencer, { recordsPerSegment: 1 });
      expect(committed.segments).to.equal(4);
    });

    it("nothing, if there is nothing", async () => {
      await rejectsWith(sequence(node, mempool, world.sequencer), "NOTHING_TO_COMMIT");
    });

    it("what fits, and leaves the rest in the pool", async () => {
      await fund(world, node, [ALICE]);
      for (let nonce = 0; nonce < 3; nonce++) await submit(node, mempool, await transfer(nonce));
      const options = { maxSegments: 2, recordsPerSegment: 2 };
      expect((await sequence(node, mempool, world.sequencer, options)).transactions).to.have.length(2);
      expect((await sequence(node, mempool, world.sequencer, options)).transactions).to.have.length(1);
    });

    it("withdrawals, whose exits the node then knows", async () => {
      await fund(world, node, [ALICE]);
      const data = SELECTORS.withdrawEth + zeroPadValue(BOB.address, 32).slice(2);
      const raw = await signL2(world, ALICE, {
        to: toAddress(BRIDGE_PREDEPLOY),
        value: 7n,
        nonce: 0,
        data,
      });
      await submit(node, mempool, raw);
      const { id } = await sequence(node, mempool, world.sequencer);
      const [exit] = node.execute(id).exits;
      expect(exit).to.include({ index: 0n, recipient: BOB.address.toLowerCase(), amount: 7n });
    });
  });

  describe("refuses a transaction", () => {
    beforeEach(() => fund(world, node, [ALICE]));

    const cases = [
      { why: "of another chain", more: { chainId: 1n }, code: "TX_CHAIN_ID" },
      { why: "with a nonce ahead", nonce: 1, code: "TX_NONCE_GAP" },
      { why: "with too little gas", more: { gasLimit: 20_999n }, code: "TX_GAS_LIMIT" },
      { why: "below the base fee", more: { maxFeePerGas: GWEI - 1n }, code: "TX_UNDERPRICED" },
      { why: "of more than the balance", value: ETHER, code: "TX_BALANCE" },
      {
        why: "that gives the bridge ETH for nothing",
        more: { to: toAddress(BRIDGE_PREDEPLOY) },
        code: "TX_TO_BRIDGE",
      },
      { why: "that calls a contract", more: { data: "0x12345678" }, code: "TX_PAYLOAD" },
    ] as const;
    for (const { why, code, ...fields } of cases) {
      it(`${why} (${code})`, async () => {
        const {
          nonce = 0,
          value = 1n,
          more = {},
        } = fields as { nonce?: number; value?: bigint; more?: object };
        await rejectsWith(submit(node, mempool, await transfer(nonce, value, more)), code);
        expect(await mempool.list()).to.deep.equal([]);
      });
    }

    it("of an unknown sender (TX_UNKNOWN_SENDER)", async () => {
      const raw = await signL2(world, BOB, { to: ALICE.address, nonce: 0 });
      await rejectsWith(submit(node, mempool, raw), "TX_UNKNOWN_SENDER");
    });

    it("whose nonce another one in the pool has (TX_NONCE_TAKEN), or a batch (TX_NONCE_TOO_LOW)", async () => {
      await submit(node, mempool, await transfer(0, 1n));
      await rejectsWith(submit(node, mempool, await transfer(0, 2n)), "TX_NONCE_TAKEN");
      await sequence(node, mempool, world.sequencer);
      await rejectsWith(submit(node, mempool, await transfer(0, 2n)), "TX_NONCE_TOO_LOW");
    });

    it("of a token that the sender does not have (TX_BALANCE)", async () => {
      const data = `${SELECTORS.transfer}${zeroPadValue(BOB.address, 32).slice(2)}${zeroPadValue(toBeHex(1n), 32).slice(2)}`;
      const raw = await signL2(world, ALICE, { to: BOB.address, data, nonce: 0 });
      await rejectsWith(submit(node, mempool, raw), "TX_BALANCE");
    });

    it("but not one that it has already", async () => {
      const raw = await transfer(0);
      expect((await submit(node, mempool, raw)).known).to.equal(false);
      expect((await submit(node, mempool, raw)).known).to.equal(true);
    });
  });

  describe("with forced inclusion", () => {
    it("takes due items even when asked for none", async () => {
      await fund(world, node, [ALICE, BOB]);
      await world.increaseTime(world.book.parameters.forceInclusionDelay);
      const options = { maxQueueItems: 0 };
      expect((await sequence(node, mempool, world.sequencer, options)).queueItems).to.equal(2);
    });

    it("exceeds its own limits for due items, and leaves room for transactions otherwise", async () => {
      await fund(world, node, [ALICE]);
      await submit(node, mempool, await transfer(0));
      await fund(world, node, [ALICE, BOB, ALICE, BOB, ALICE]);
      const small = await sequence(node, mempool, world.sequencer, { maxSegments: 1 });
      expect([small.segments, small.queueItems]).to.deep.equal([2, 6]);
      const patient = await startWorld({ overrides: { forceInclusionDelay: 1000n } });
      const its = await patient.open();
      await fund(patient, its, [ALICE, BOB, ALICE, BOB, ALICE]);
      const pool = await openMempool(join(directory, "patient"));
      await submit(its, pool, await signL2(patient, ALICE, { to: BOB.address, nonce: 0 }));
      const half = await sequence(its, pool, patient.sequencer, { maxSegments: 2 });
      expect([half.queueItems, half.transactions.length]).to.deep.equal([4, 1]);
    });

    it("takes no more than maxForced of them if asked for none, and L1 agrees", async () => {
      const small = await startWorld({ overrides: { maxForced: 2n } });
      const its = await small.open();
      await fund(small, its, [ALICE, BOB, ALICE, BOB, ALICE]);
      await small.increaseTime(small.book.parameters.forceInclusionDelay);
      const options = { maxQueueItems: 0 };
      expect((await sequence(its, mempool, small.sequencer, options)).queueItems).to.equal(2);
    });

    it("is refused by L1 when a due item is left out", async () => {
      await fund(world, node, [ALICE]);
      const committed = await sequence(node, mempool, world.sequencer);
      await submit(node, mempool, await transfer(0));
      await node.derivation.sync();
      const built = buildBatch(node, await mempool.list());
      expect(committed.number).to.equal(1n);
      await fund(world, node, [BOB]);
      await world.increaseTime(world.book.parameters.forceInclusionDelay);
      const { args } = await revertsWith(commitBatch(node, world.sequencer, built), "DueItemOmitted");
      expect(args.args.index).to.equal("1");
    });
  });

  describe("does not commit in public what could be disputed", () => {
    it("a segment on which the circuit differs", async () => {
      await fund(world, node, [ALICE]);
      const execute = async () => fail("FIELD_RANGE", { what: "a witness", value: 0n });
      const checks = { circuit: { execute } };
      const commit = sequence(node, mempool, world.sequencer, { checks });
      const { args } = await rejectsWith(commit, "CHECK_FAILED");
      expect(args.segment).to.equal(0);
      await node.derivation.sync();
      expect(node.derivation.view.head).to.equal(0n);
    });

    it("unless the policy says that sampling will do", async () => {
      await fund(world, node, [ALICE]);
      let runs = 0;
      const execute = async () => {
        runs++;
      };
      await sequence(node, mempool, world.sequencer, { checks: { circuit: { execute }, oneIn: 0 } });
      await fund(world, node, [ALICE]);
      await sequence(node, mempool, world.sequencer, { checks: { circuit: { execute } } });
      expect(runs).to.equal(1);
    });

    it("a checkpoint that is wrong, or bytes that L1 reads differently", async () => {
      await fund(world, node, [ALICE]);
      await submit(node, mempool, await transfer(0));
      await node.derivation.sync();
      const built = buildBatch(node, await mempool.list());
      await checkBatch(node, built);
      const wrong = corrupt(node, built, { segment: 1, how: "flip" });
      const { args } = await rejectsWith(checkBatch(node, wrong), "CHECK_FAILED");
      expect(args.segment).to.equal(1);
    });

    it("a child of a wrong batch", async () => {
      await fund(world, node, [ALICE]);
      await node.derivation.sync();
      const lie = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
      await commitBatch(node, world.sequencer, lie);
      await fund(world, node, [BOB]);
      await node.derivation.sync();
      throwsWith(() => buildBatch(node, []), "BATCH_INVALID");
    });
  });

  describe("keeps a transaction until its batch is final", () => {
    const stages = async (its = node) => {
      await its.derivation.sync();
      const { waiting, committed, settled } = poolStatus(its, await mempool.list());
      return [waiting.length, committed.length, settled.length];
    };

    beforeEach(async () => {
      await fund(world, node, [ALICE]);
      await submit(node, mempool, await transfer(0));
    });

    it("and then forgets it", async () => {
      expect(await stages()).to.deep.equal([1, 0, 0]);
      await sequence(node, mempool, world.sequencer);
      expect(await stages()).to.deep.equal([0, 1, 0]);
      await world.increaseTime(world.book.parameters.challengeWindow);
      await finalizeAll(node, world.user);
      expect(await stages()).to.deep.equal([0, 0, 1]);
      await rejectsWith(sequence(node, mempool, world.sequencer), "NOTHING_TO_COMMIT");
      expect(await mempool.list()).to.deep.equal([]);
    });

    it("so that a reorg of L1 loses none", async () => {
      const snapshot = await world.connection.networkHelpers.takeSnapshot();
      const first = await sequence(node, mempool, world.sequencer);
      await snapshot.restore();
      await world.connection.networkHelpers.mine(2);
      expect(await stages()).to.deep.equal([1, 0, 0]);
      const again = await sequence(node, mempool, world.sequencer);
      expect(again.transactions).to.deep.equal(first.transactions);
    });

    it("so that a crash right after the commit commits nothing twice", async () => {
      await sequence(node, mempool, world.sequencer);
      const restarted = await world.open();
      expect(await stages(restarted)).to.deep.equal([0, 1, 0]);
      await rejectsWith(sequence(restarted, mempool, world.sequencer), "NOTHING_TO_COMMIT");
    });

    it("when two sequencers share the pool, too", async () => {
      const other = await world.open();
      const turns = [node, other].map((its) => sequence(its, mempool, world.sequencer));
      const results = await Promise.allSettled(turns);
      expect(results.map(({ status }) => status).sort()).to.deep.equal(["fulfilled", "rejected"]);
      expect((await node.derivation.sync()).head).to.equal(1n);
    });
  });

  describe("takes out of a dead batch", () => {
    const raws = async () => (await mempool.list()).map(({ raw }) => raw);
    const throwaway = (i: number) => signL2(world, l2Wallet(`throwaway ${i}`), { to: BOB.address, nonce: 0 });

    beforeEach(async () => {
      await fund(world, node, [ALICE]);
      await sequence(node, mempool, world.sequencer);
    });

    /** Commits them in a wrong batch, which is rolled back. */
    async function killed(transactions: readonly string[]) {
      const { view } = node.derivation;
      const { n } = INSTANCES.dev;
      const records = transactions.map((raw) => recordFromRaw(raw, world.book.l2ChainId));
      const data: Uint8Array[] = [];
      for (let i = 0; i < records.length; i += n) data.push(encodeSegment(records.slice(i, i + n)));
      const claims = data.map((_, i) => someCheckpoint(i));
      const wrong = onParent(headOf(view), view.commitCounter + 1n, data, claims);
      const { id } = await commitBatch(node, world.sequencer, wrong);
      await node.derivation.sync();
      await challenge(node, world.challenger, id, 0);
      const { provingWindow, slot } = world.book.parameters;
      await world.increaseTime(provingWindow + slot);
      await timeout(node, world.challenger, id, 0);
      await node.derivation.sync();
    }

    /** How often `takeUpDead` reads what a dead batch holds. */
    async function looks(pool: Mempool): Promise<number> {
      let count = 0;
      const { view } = node.derivation;
      const dead = view.dead.map((batch) => ({
        ...batch,
        get segments() {
          count++;
          return batch.segments;
        },
      }));
      await takeUpDead({ ...node, derivation: { ...node.derivation, view: { ...view, dead } } }, pool);
      return count;
    }

    it("what its users sent, one on top of the other", async () => {
      const bobs = signL2(world, BOB, { to: ALICE.address, value: 1n, nonce: 0 });
      const sent = [await transfer(0, ETHER / 2n), await bobs, await transfer(1)];
      await killed(sent);
      expect((await sequence(node, mempool, world.sequencer)).transactions).to.have.length(3);
      expect(node.account(BOB.address).nonce).to.equal(1n);
      expect((await raws()).toSorted()).to.deep.equal(sent.toSorted());
    });

    it("nothing that it would not take from a user, and looks at it once", async () => {
      const mine = await transfer(0);
      await submit(node, mempool, mine);
      await killed([
        ...(await Promise.all(Array.from({ length: 6 }, (_, i) => throwaway(i)))),
        await transfer(0, 2n),
        await transfer(2),
        await transfer(1, ETHER),
        await transfer(1, 1n, { gasLimit: 20_999n }),
        await transfer(1, 1n, { maxFeePerGas: 1n }),
        await transfer(1, 1n, { to: toAddress(BRIDGE_PREDEPLOY) }),
      ]);
      expect(await looks(mempool)).to.equal(1);
      expect(await raws()).to.deep.equal([mine]);
      expect(await looks(mempool)).to.equal(0);
      expect(await looks(await openMempool(directory))).to.equal(0);
      await killed([await throwaway(7)]);
      expect(await looks(mempool)).to.equal(1);
      const committed = await sequence(node, mempool, world.sequencer);
      expect(committed.transactions).to.have.length(1);
      expect(await raws()).to.deep.equal([mine]);
    });
  });

  it("forgets what no batch may hold at once, and what lacks something after a day", async () => {
    const carol = l2Wallet("carol");
    await fund(world, node, [ALICE]);
    await fund(world, node, [carol], 1n);
    const day = 86_400_000;
    const poor = await signL2(world, carol, { to: BOB.address, nonce: 0 });
    const ahead = await transfer(5);
    const strange = await signL2(world, BOB, { to: ALICE.address, nonce: 0 });
    const all = [
      { raw: strange, age: day / 2 },
      { raw: await signL2(world, BOB, { to: ALICE.address, nonce: 1 }), age: 2 * day },
      { raw: poor, age: day / 3 },
      { raw: await signL2(world, carol, { to: ALICE.address, nonce: 0 }), age: 2 * day },
      { raw: ahead, age: day / 4 },
      { raw: await transfer(6), age: 2 * day },
      { raw: await transfer(0, 1n, { gasLimit: 20_999n }), age: 0 },
    ];
    for (const { raw, age } of all) {
      const hash = keccak256(raw);
      await mempool.add(hash, raw);
      const path = join(directory, `${hash}.json`);
      const its = JSON.parse(await readFile(path, "utf8"));
      await writeFile(path, JSON.stringify({ ...its, receivedAt: Date.now() - age }));
    }
    await sequence(node, mempool, world.sequencer);
    const left = (await mempool.list()).map(({ raw }) => raw);
    expect(left).to.deep.equal([strange, poor, ahead]);
  });

  it("is told by L1 when another commit came first", async () => {
    await fund(world, node, [ALICE]);
    await node.derivation.sync();
    const built = buildBatch(node, []);
    await sequence(node, mempool, world.sequencer);
    const { args } = await revertsWith(commitBatch(node, world.sequencer, built), "WrongParent");
    expect(args.args.expected).to.equal(headOf(node.derivation.view).id);
    expect(args.hint).not.to.equal("");
  });

  it("is told by L1 when its bond is used up", async () => {
    await depositEth(node, world.user, 1n);
    await revertsWith(sequence(node, mempool, world.user), "InsufficientBond");
  });

  it("pays fees to nobody unless told", async () => {
    await fund(world, node, [ALICE]);
    const { id } = await sequence(node, mempool, world.sequencer);
    expect(node.derivation.batch(id).header.feeRecipient).to.equal(NOTHING_ADDRESS);
  });
});
