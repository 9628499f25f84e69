// kill -9 of a watchtower in the middle of disputes: each wrong batch is rolled back all the same, nothing is sent twice, no bond
// is lost or left behind.

import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { expect } from "chai";
import { disputeOf, headOf } from "../../src/chain/view.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { bondOf } from "../../src/node/bond.ts";
import type { Node } from "../../src/node/node.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import type { WatchAct } from "../../src/watchtower/watch.ts";
import { runScript, type Script } from "../support/child-process.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { type L1, startL1 } from "./support/l1.ts";
import type { WatchSettings } from "./support/watch-child.ts";

const CHILD = join(import.meta.dirname, "support/watch-child.ts");
const CHALLENGER = 2;
/** LUNTRA_FAULT_SEED replays the pauses before kills. */
const SEED = Number(process.env.LUNTRA_FAULT_SEED ?? Date.now() % 1_000_000);
const LIES = 3;
const KILLS = 3;
/** From its first words to its end, at most: proofs take 300 ms, blocks come every 300 ms. */
const LIFE_MS = 900;

describe("kill -9 of a watchtower", function () {
  this.timeout(240_000);
  let l1: L1;
  let node: Node;
  let child: Script | undefined;
  let random = SEED;

  /** In [0, 1), and the seed determines it. */
  function next(): number {
    random = (Math.imul(random, 1_103_515_245) + 12_345) >>> 0;
    return random / 2 ** 32;
  }

  beforeEach(async () => {
    l1 = await startL1({ challengeWindow: 7_200n, provingWindow: 3_600n });
    node = await l1.open();
    await l1.rpc("evm_setAutomine", false);
    await l1.rpc("evm_setIntervalMining", 300);
  });

  afterEach(async () => {
    await child?.kill();
    await l1.close();
  });

  function spawn(may: readonly WatchAct[]): Script {
    const settings: WatchSettings = {
      ...{ name: "watch", l1: l1.url, folder: l1.folder, account: CHALLENGER, may, proofMs: 300 },
    };
    return runScript(CHILD, [JSON.stringify(settings)]);
  }

  async function lieOnce(): Promise<string> {
    await node.derivation.sync();
    const honest = buildBatch(node, [], { heartbeat: true });
    const { id } = await commitBatch(node, l1.other, corrupt(node, honest, { segment: 0, how: "flip" }));
    return id;
  }

  async function until(what: string, so: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 60_000; !(await so()); await sleep(100)) {
      if (Date.now() > deadline)
        throw new Error(`waited in vain for ${what}; ${child?.lines.slice(-5).join(" | ")}`);
    }
  }

  const isDead = async (id: string) => (await node.derivation.sync()).dead.some((batch) => batch.id === id);

  /** All that the watchtower's account ever sent, and what L1 made of it. */
  async function sentBy(address: string): Promise<readonly { to: string; data: string; status: number }[]> {
    const all = [];
    for (let number = l1.book.fromBlock; number <= (await l1.provider.getBlockNumber()); number++) {
      const block = await l1.provider.getBlock(number, true);
      for (const { from, to, data, hash } of block?.prefetchedTransactions ?? []) {
        if (from.toLowerCase() !== address.toLowerCase()) continue;
        const receipt = await l1.provider.getTransactionReceipt(hash);
        all.push({ to: String(to), data, status: receipt?.status ?? -1 });
      }
    }
    return all;
  }

  async function play(may: readonly WatchAct[], meanwhile: (id: string) => Promise<void>): Promise<string[]> {
    const ids: string[] = [];
    for (let lies = 0; lies < LIES; lies++) {
      child = spawn(may);
      await child.line((line) => line === "watching", 60_000);
      const id = await lieOnce();
      ids.push(id);
      for (let kill = 0; kill < KILLS; kill++) {
        await sleep(next() * LIFE_MS);
        await child.kill();
        child = spawn(may);
        if (next() < 0.75) await child.line((line) => line === "watching", 60_000);
      }
      await meanwhile(id);
      await until("the rollback", () => isDead(id));
      await child.kill("SIGTERM");
    }
    return ids;
  }

  it(`between its proofs and its transactions: each lie is refuted once; LUNTRA_FAULT_SEED=${SEED}`, async () => {
    const me = await l1.challenger.getAddress();
    const before = await bondOf(node, me);
    const sentBefore = (await sentBy(me)).length;
    const ids = await play(["refute", "challenge", "answer", "timeout", "refund"], async () => undefined);
    const view = await node.derivation.sync();
    for (const id of ids) expect(disputeOf(view, id).fraud?.beneficiary).to.equal(me.toLowerCase());
    const sent = (await sentBy(me)).slice(sentBefore);
    expect(sent.map(({ status }) => status)).to.deep.equal(ids.map(() => 1));
    const after = await bondOf(node, me);
    expect(after.locked).to.equal(0n);
    const reward = l1.book.parameters.batchBond / 2n;
    expect(after.available - before.available).to.equal(BigInt(LIES) * reward);
    expect(headOf(view).header.number).to.equal(0n);
  });

  it(`while it challenges and waits: one challenge for each lie, whose bond comes back; LUNTRA_FAULT_SEED=${SEED}`, async () => {
    const me = await l1.challenger.getAddress();
    const before = await bondOf(node, me);
    const sentBefore = (await sentBy(me)).length;
    const ids = await play(["challenge", "timeout", "refund"], async (id) => {
      await until(
        "the challenge",
        async () => disputeOf(await node.derivation.sync(), id).challenges.length > 0,
      );
      await l1.rpc("evm_increaseTime", 7_300);
    });
    const view = await node.derivation.sync();
    for (const id of ids) {
      expect(disputeOf(view, id).challenges.map(({ outcome }) => outcome)).to.deep.equal(["timed-out"]);
    }
    const sent = (await sentBy(me)).slice(sentBefore);
    expect(sent.map(({ status }) => status)).to.deep.equal(ids.flatMap(() => [1, 1]));
    const after = await bondOf(node, me);
    expect(after.locked).to.equal(0n);
    expect(after.available - before.available).to.equal(BigInt(LIES) * (l1.book.parameters.batchBond / 2n));
  });
});
