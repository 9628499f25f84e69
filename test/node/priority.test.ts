// The primary's priority from a sequencer's side: it commits alone while it is live, and nobody builds in vain.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { disputeOf } from "../../src/chain/view.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { challenge, finalizeAll, timeout } from "../../src/node/dispute.ts";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { buildBatch, commitBatch, sequence, sequenceInTurn, turnFrom } from "../../src/node/sequencer.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, startWorld, type World } from "../support/node-harness.ts";
import { rejectsWith, revertsWith } from "../support/rejects-harness.ts";

/** The world's sequencer; its challenger commits in fallback. */
const PRIMARY = developmentWallet(1, 31337n).address;
const ALICE = l2Wallet("alice");

describe("priority", () => {
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async () => {
    world = await startWorld({ overrides: { primary: PRIMARY, primaryTimeout: 100n } });
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-priority-"));
    mempool = await openMempool(directory);
    await fund(world, node, [ALICE]);
  });

  afterEach(() => rm(directory, { recursive: true }));

  const byPrimary = (options = {}) => sequence(node, mempool, world.sequencer, options);
  const byOther = () => sequence(node, mempool, world.challenger);

  it("before the primary's first batch anyone bonded commits", async () => {
    expect(await turnFrom(node, await world.challenger.getAddress())).to.equal(0n);
    expect((await byOther()).number).to.equal(1n);
  });

  it("is told before building, with the second in which the turn comes", async () => {
    await byPrimary();
    await fund(world, node, [ALICE]);
    const { args } = await rejectsWith(byOther(), "NOT_YOUR_TURN");
    const { committedAt } = node.derivation.batchAt(1n);
    expect(args).to.deep.equal({ primary: PRIMARY, until: committedAt + 100n });
    await world.connection.networkHelpers.time.setNextBlockTimestamp(committedAt + 99n);
    const late = () => commitBatch(node, world.challenger, buildBatch(node, []));
    await revertsWith(late(), "PrimaryHasPriority");
    await world.connection.networkHelpers.time.increaseTo(committedAt + 100n);
    expect((await byOther()).number).to.equal(2n);
    expect((await byPrimary({ heartbeat: true })).number).to.equal(3n);
  });

  it("in fallback waits for its turn", async () => {
    await byPrimary();
    await fund(world, node, [ALICE]);
    const waits: bigint[] = [];
    const committed = await sequenceInTurn(
      node,
      mempool,
      world.challenger,
      {},
      {
        intervalMs: 1,
        onWait: (until) => {
          waits.push(until);
          void world.increaseTime(60);
        },
      },
    );
    expect(committed.number).to.equal(2n);
    expect(new Set(waits)).to.deep.equal(new Set([node.derivation.batchAt(1n).committedAt + 100n]));
    const stop = AbortSignal.abort();
    await fund(world, node, [ALICE]);
    await byPrimary();
    await rejectsWith(sequenceInTurn(node, mempool, world.challenger, {}, { signal: stop }), "NOT_YOUR_TURN");
  });

  it("a heartbeat keeps priority with nothing to commit, and becomes final as any batch", async () => {
    await byPrimary();
    await rejectsWith(byPrimary(), "NOTHING_TO_COMMIT");
    const beat = await byPrimary({ heartbeat: true });
    expect(beat).to.deep.include({ number: 2n, segments: 1, queueItems: 0, transactions: [] });
    expect(node.execute(beat.id)).to.deep.include({ records: [], exits: [] });
    expect(node.execute(beat.id).wrong).to.equal(undefined);
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalizeAll(node, world.user);
    expect(node.derivation.view.finalized).to.equal(2n);
  });

  it("takes a due item even with an empty pool", async () => {
    await byPrimary();
    await depositEth(node, world.user, 5n);
    await world.increaseTime(world.book.parameters.forceInclusionDelay);
    expect(await byPrimary({ maxQueueItems: 0 })).to.deep.include({ queueItems: 1 });
  });

  it("is lost for ever with the first refuted batch", async () => {
    const wrong = corrupt(node, buildBatch(node, []), { segment: 0, how: "flip" });
    const { id } = await commitBatch(node, world.sequencer, wrong);
    await node.derivation.sync();
    await challenge(node, world.challenger, id, 0);
    const { provingWindow, slot } = world.book.parameters;
    await world.increaseTime(provingWindow + slot);
    await timeout(node, world.user, id, 0);
    expect((await node.derivation.sync()).primarySlashed).to.equal(true);
    expect(disputeOf(node.derivation.view, id).challenges[0]?.outcome).to.equal("timed-out");
    await byPrimary();
    await fund(world, node, [ALICE]);
    expect((await byOther()).number).to.equal(2n);
    const fresh = await world.open();
    expect(fresh.derivation.view.primarySlashed).to.equal(true);
  });
});
