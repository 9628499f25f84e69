// Derivation from L1 alone: equal to what the sequencer built, across rollbacks, reorgs and lying nodes.

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Provider } from "ethers";
import { openChain } from "../../src/chain/client.ts";
import { openDerivation } from "../../src/chain/derive.ts";
import { disputeOf, headOf } from "../../src/chain/view.ts";
import { challenge, finalizeAll, timeout } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { poolStatus } from "../../src/node/pool-status.ts";
import { buildBatch, commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { artifacts, fund, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, throwsWith } from "../support/rejects-harness.ts";
import { Random } from "../support/vectors-wallet.ts";

const WALLETS = ["alice", "bob", "carol"].map(l2Wallet);

describe("derivation", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld();
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-derive-"));
    mempool = await openMempool(join(directory, "pool"));
  });

  afterEach(() => rm(directory, { recursive: true }));

  const provider = () => node.chain.provider;
  const honest = () => sequence(node, mempool, world.sequencer);

  /** A wrong batch with one queue segment; it stays until somebody disputes it. */
  async function lie() {
    await fund(world, node, WALLETS.slice(0, 1));
    await node.derivation.sync();
    const built = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
    const committed = await commitBatch(node, world.sequencer, built);
    await node.derivation.sync();
    return committed;
  }

  async function rollBackByTimeout(id: string) {
    await challenge(node, world.challenger, id, 0);
    const { provingWindow, slot } = world.book.parameters;
    await world.increaseTime(provingWindow + slot);
    await timeout(node, world.challenger, id, 0);
    await node.derivation.sync();
  }

  async function expectSameAsFresh() {
    const fresh = await world.open();
    expect({ ...fresh.derivation.view, l1: 0 }).to.deep.equal({ ...node.derivation.view, l1: 0 });
    const { id } = headOf(node.derivation.view);
    expect(fresh.stateAfter(id).checkpoint()).to.equal(node.stateAfter(id).checkpoint());
  }

  it("starts at genesis", () => {
    const { view } = node.derivation;
    expect(view).to.deep.include({ head: 0n, finalized: 0n, frozen: false, commitCounter: 0n, queue: [] });
    expect(headOf(view).header.lastCheckpoint).to.equal(world.book.genesisCheckpoint);
  });

  it("must be synced before it is read", async () => {
    const chain = await openChain(world.book, artifacts, provider());
    const derivation = await openDerivation(chain);
    throwsWith(() => derivation.view, "NOT_SYNCED");
  });

  for (const seed of [1, 2, 3, 4]) {
    it(`gives the sequencer's state after a random history with rollbacks (seed ${seed})`, async () => {
      const random = new Random(`history ${seed}`);
      await fund(world, node, WALLETS);
      await honest();
      for (let step = 0; step < 14; step++) {
        const choice = random.integer(10);
        if (choice < 4) {
          const wallet = random.pick(WALLETS);
          const { nonce } = node.account(wallet.address);
          if (poolStatus(node, await mempool.list()).waiting.length > 0) continue;
          const to = random.pick(WALLETS).address;
          const value = random.below(1000n);
          await submit(node, mempool, await signL2(world, wallet, { to, value, nonce: Number(nonce) }));
        } else if (choice < 6) {
          await fund(world, node, [random.pick(WALLETS)], 1n + random.below(1000n));
        } else if (choice < 8) {
          await honest().catch(() => undefined);
        } else if (choice < 9) {
          await world.increaseTime(world.book.parameters.challengeWindow);
          await finalizeAll(node, world.user);
        } else {
          const { id } = await lie();
          await rollBackByTimeout(id);
        }
      }
      await node.derivation.sync();
      await expectSameAsFresh();
      for (const { id } of node.derivation.view.live) {
        expect(node.execute(id).wrong).to.equal(undefined);
      }
    });
  }

  it("derives the past on request, and goes on from there", async () => {
    await fund(world, node, WALLETS.slice(0, 1));
    await honest();
    const { number } = node.derivation.view.l1;
    await fund(world, node, WALLETS.slice(1));
    await honest();
    expect((await node.derivation.sync({ toBlock: number })).head).to.equal(1n);
    expect((await node.derivation.sync({ toBlock: number })).l1.number).to.equal(number);
    expect((await node.derivation.sync()).head).to.equal(2n);
    await expectSameAsFresh();
  });

  it("takes concurrent syncs one after the other", async () => {
    await fund(world, node, WALLETS);
    await honest();
    await fund(world, node, WALLETS);
    const views = await Promise.all([1, 2, 3].map(() => node.derivation.sync()));
    for (const { queue } of views) expect(queue).to.have.length(2 * WALLETS.length);
    await expectSameAsFresh();
  });

  it("lists dead batches, and lets their queue items and transactions live on", async () => {
    await fund(world, node, WALLETS.slice(0, 1));
    await honest();
    const [alice] = WALLETS as [(typeof WALLETS)[0]];
    const { hash } = await submit(node, mempool, await signL2(world, alice, { to: alice.address, nonce: 0 }));
    await fund(world, node, WALLETS.slice(1, 2));
    await node.derivation.sync();
    const built = buildBatch(node, await mempool.list());
    const wrong = await commitBatch(node, world.sequencer, corrupt(node, built, { segment: 0, how: "mint" }));
    // Another sequencer's pool knows nothing of them.
    await mempool.remove(built.transactions);
    await node.derivation.sync();
    await rollBackByTimeout(wrong.id);

    expect(node.derivation.view.dead.map(({ id, status }) => ({ id, status }))).to.deep.equal([
      { id: wrong.id, status: "dead" },
    ]);
    expect(disputeOf(node.derivation.view, wrong.id).challenges[0]?.outcome).to.equal("timed-out");
    const again = await honest();
    expect(again).to.deep.include({ number: 2n, queueItems: 1, transactions: [hash] });
    expect(node.derivation.view.commitCounter).to.equal(3n);
    await expectSameAsFresh();
  });

  describe("after a reorg", () => {
    it("re-derives from the last common block", async () => {
      const { networkHelpers } = world.connection;
      await fund(world, node, WALLETS.slice(0, 1));
      const first = await honest();
      const snapshot = await networkHelpers.takeSnapshot();
      await fund(world, node, WALLETS.slice(1, 2));
      const lost = await honest();
      await snapshot.restore();
      await networkHelpers.mine(2);
      await fund(world, node, WALLETS.slice(2, 3));
      await networkHelpers.mine(5);

      await node.derivation.sync();
      expect(headOf(node.derivation.view).id).to.equal(first.id);
      throwsWith(() => node.derivation.batch(lost.id), "UNKNOWN_BATCH");
      await expectSameAsFresh();
      await honest();
      await expectSameAsFresh();
    });

    it("to a shorter chain, too", async () => {
      const { networkHelpers } = world.connection;
      const snapshot = await networkHelpers.takeSnapshot();
      await fund(world, node, WALLETS);
      await honest();
      await snapshot.restore();
      await node.derivation.sync();
      expect(node.derivation.view).to.deep.include({ head: 0n, queue: [] });
    });
  });

  describe("with a cache", () => {
    const cached = () => world.open({ cache: join(directory, "cache") });
    const file = async () => {
      const [name] = await readdir(join(directory, "cache"));
      return join(directory, "cache", name as string);
    };

    it("reads L1 only from where it stopped", async () => {
      await fund(world, node, WALLETS);
      await honest();
      await cached();
      const asked: number[] = [];
      const spy = spied(provider(), "getLogs", (filter: { fromBlock: number }) =>
        asked.push(filter.fromBlock),
      );
      const chain = await openChain(world.book, artifacts, spy);
      const derivation = await openDerivation(chain, { cache: join(directory, "cache") });
      await derivation.sync();
      expect(asked).to.deep.equal([]);
      expect(derivation.view.head).to.equal(1n);
      await fund(world, node, WALLETS);
      await derivation.sync();
      expect(Math.min(...asked)).to.be.greaterThan(world.book.fromBlock + 3);
    });

    it("does not believe it", async () => {
      await fund(world, node, WALLETS);
      await honest();
      await cached();
      const path = await file();
      const text = await readFile(path, "utf8");
      const damages = [
        "not json",
        "{}",
        text.replace(/\n.*"logs".*/s, `\n${text.split("\n").at(-2)}\n`),
        text.replace(/"data":"0x([0-9a-f]{62})[0-9a-f]{2}/, '"data":"0x$1ff'),
        text.replace(/"data":"0x/, '"data":"0xno hex'),
        text.replaceAll(/"inputs":\{.*?\}/g, '"inputs":{}'),
      ];
      for (const damage of damages) {
        expect(damage).not.to.equal(text);
        await writeFile(path, damage);
        expect((await cached()).derivation.view.head).to.equal(1n);
        expect(await readFile(path, "utf8")).to.equal(text);
      }
    });

    it("goes back with the chain", async () => {
      const { networkHelpers } = world.connection;
      await fund(world, node, WALLETS.slice(0, 1));
      await honest();
      const kept = await cached();
      const snapshot = await networkHelpers.takeSnapshot();
      await fund(world, node, WALLETS.slice(1));
      await honest();
      await kept.derivation.sync();
      await snapshot.restore();
      await networkHelpers.mine(2);
      await fund(world, node, WALLETS.slice(2));
      await kept.derivation.sync();
      await node.derivation.sync();
      await expectSameAsFresh();
      for (const { derivation } of [kept, await cached()]) {
        expect(derivation.view).to.deep.equal(node.derivation.view);
      }
    });

    it("syncs though it cannot be written, and says why", async () => {
      await fund(world, node, WALLETS);
      await honest();
      await writeFile(join(directory, "cache"), "a file where a folder should be");
      const failures: unknown[] = [];
      const onCacheFailure = (error: unknown) => failures.push(error);
      const { derivation } = await world.open({ cache: join(directory, "cache"), onCacheFailure });
      expect(derivation.view.head).to.equal(1n);
      expect(failures).to.have.length(1);
      await fund(world, node, WALLETS);
      await honest();
      expect((await cached()).derivation.view.head).to.equal(2n);
      expect((await derivation.sync()).head).to.equal(2n);
    });
  });

  describe("fails closed", () => {
    beforeEach(async () => {
      await fund(world, node, WALLETS);
      await honest();
    });

    const syncWith = async (method: string, answer: (...args: never[]) => unknown) => {
      const chain = await openChain(world.book, artifacts, faulty(provider(), method, answer));
      return (await openDerivation(chain)).sync();
    };

    it("when L1 does not answer", async () => {
      for (const method of ["getLogs", "getBlock", "getTransaction", "call"]) {
        const refuse = () => {
          throw new TypeError("connection refused");
        };
        await rejectsWith(syncWith(method, refuse), "L1_UNAVAILABLE");
      }
    });

    it("when a transaction is not to be had", async () => {
      await rejectsWith(
        syncWith("getTransaction", () => null),
        "L1_DATA_MISSING",
      );
    });

    it("when logs are left out", async () => {
      await rejectsWith(
        syncWith("getLogs", () => []),
        "L1_INCONSISTENT",
      );
    });

    it("when a transaction's input is not what its batch committed to", async () => {
      const real = await provider().getTransaction(headOf(node.derivation.view).transaction);
      for (const data of [`${real?.data.slice(0, -2)}99`, "0x", `${real?.data.slice(0, 700)}`]) {
        const error = await syncWith("getTransaction", () => ({
          ...real,
          blockHash: real?.blockHash,
          data,
        })).then(
          () => undefined,
          (reason: { code: string }) => reason,
        );
        // Trailing bytes that nobody reads may change.
        if (error !== undefined) expect(error.code).to.equal("L1_INCONSISTENT");
        else expect(data).to.equal(`${real?.data.slice(0, -2)}99`);
      }
    });

    it("when the chain changes under the read", async () => {
      let asked = 0;
      const real = provider();
      const latest = await real.getBlock("latest");
      const answer = async (tag: number | "latest") => {
        const block = await real.getBlock(tag);
        const changed = block?.number === latest?.number && asked++ > 0;
        return changed ? { number: block?.number, hash: `0x${"11".repeat(32)}`, timestamp: 1 } : block;
      };
      await rejectsWith(syncWith("getBlock", answer as never), "L1_REORG");
    });
  });
});

/** A provider of which one method answers otherwise. */
function faulty(real: Provider, method: string, answer: (...args: never[]) => unknown): Provider {
  const handler = async (...args: never[]) => answer(...args);
  return new Proxy(real, {
    get(target, name) {
      if (name === method) return handler;
      const value = Reflect.get(target, name) as unknown;
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

function spied(real: Provider, method: keyof Provider, look: (argument: never) => void): Provider {
  const original = real[method] as unknown as (...args: unknown[]) => unknown;
  return faulty(real, method, (...args) => {
    look(args[0] as never);
    return original.apply(real, args);
  });
}
