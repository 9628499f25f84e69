// What events claim is recomputed: a node that changes one value of one event gives itself away.

import { expect } from "chai";
import type { Interface } from "ethers";
import { Folding, type FoldContext } from "../../src/chain/fold.ts";
import { modelGenesisCheckpoint } from "../../src/chain/genesis.ts";
import { fetchRecords, type L1Record } from "../../src/chain/l1.ts";
import { INSTANCES } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { claimExit, depositEth, findExits, force } from "../../src/node/bridge.ts";
import { challenge, finalizeAll, refundBatch, refundChallenge, timeout } from "../../src/node/dispute.ts";
import { escapeAll, payEscapes, reclaim } from "../../src/node/escape.ts";
import { freezeUnserved } from "../../src/node/freeze.ts";
import { developmentWallet } from "../../src/node/l2-wallet.ts";
import type { Node } from "../../src/node/node.ts";
import { pauseClock, resumeClock } from "../../src/node/pause.ts";
import { proveSegment, sendRecord } from "../../src/node/prover.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { corrupt, onParent } from "../support/dishonest-harness.ts";
import {
  fund,
  l2Wallet,
  someCheckpoint,
  standInProver,
  startWorld,
  type World,
} from "../support/node-harness.ts";
import { throwsWith } from "../support/rejects-harness.ts";

const address = (i: number) => developmentWallet(i, 31337n).address;
const OTHER = `0x${"99".repeat(20)}`;
const OTHER_WORD = `0x${"00".repeat(31)}07`;

/** Events, and for each argument another value that only re-computation can tell from the true one. */
const LIES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  Paused: { from: 1_000_000_000n },
  Resumed: { until: 1_000_000_000n },
  Enqueued: { index: 77n, amount: 12345n, recipient: OTHER },
  BatchCommitted: { counter: 99n, number: 99n, segments: 9n },
  BatchFinalized: { number: 99n, id: OTHER_WORD },
  RolledBack: { number: 99n, id: OTHER_WORD, oldHead: 99n },
  PrimarySlashed: { id: OTHER_WORD },
  Challenged: { deadline: 1_000_000_000n, id: OTHER_WORD },
  PaymentDelayed: { payableFrom: 1_000_000_000n },
  Unserved: { index: 99n, enqueuedAt: 1_000_000_000n },
  Frozen: { finalized: 99n, oldHead: 99n },
  StateOpened: { number: 99n },
  EscapePaid: { account: OTHER, amount: 99n },
  Reclaimed: { index: 0n, depositor: OTHER, amount: 99n },
  SegmentRecorded: { id: OTHER_WORD },
};

describe("folding", function () {
  this.timeout(120_000);
  let world: World;
  let node: Node;
  let records: readonly L1Record[];
  let context: FoldContext;

  before(async () => {
    world = await startWorld({
      overrides: {
        guardian: address(2),
        primary: address(1),
        exitLimitBps: 1n,
        challengeWindow: 600n,
        escapeDelay: 3000n,
      },
    });
    node = await world.open();
    await history();
    const { rollup, challenges, bridge, clock } = node.chain.contracts;
    const { addresses, fromBlock, parameters, instance } = world.book;
    const abis = [
      [addresses.rollup, rollup],
      [addresses.challenges, challenges],
      [addresses.bridge, bridge],
      [addresses.clock, clock],
    ] as const;
    context = {
      interfaces: new Map(abis.map(([at, its]) => [at.toLowerCase(), its.interface as unknown as Interface])),
      genesisCheckpoint: modelGenesisCheckpoint(instance),
      n: INSTANCES[instance].n,
      parameters,
    };
    records = await fetchRecords(node.chain.provider, {
      addresses: abis.map(([at]) => at),
      from: fromBlock,
      to: node.derivation.view.l1.number,
      chunk: 5000,
    });
  });

  /** A bit of everything: a pause, a slashed primary, refunds, an exit put off, a freeze, and everybody leaving. */
  async function history() {
    const { provingWindow, slot, challengeWindow, escapeDelay } = world.book.parameters;
    const commit = async (lie?: number) => {
      await node.derivation.sync();
      const built = buildBatch(node, []);
      const its = lie === undefined ? built : corrupt(node, built, { segment: lie, how: "flip" });
      const { id } = await commitBatch(node, world.sequencer, its);
      await node.derivation.sync();
      return id;
    };
    await pauseClock(node, world.challenger, 60n);
    await resumeClock(node, world.challenger);
    await depositEth(node, world.user, 1000n);
    await force(node, world.user, { kind: "withdraw", recipient: l2Wallet("x").address, amount: 500n });
    await commit();
    await world.increaseTime(challengeWindow);
    await finalizeAll(node, world.user);
    await claimExit(node, world.user, 1n, findExits(node)[0]?.index ?? 0n);

    await fund(world, node, [l2Wallet("y")]);
    const wrong = await commit(0);
    const { commitCounter } = node.derivation.view;
    const child = onParent(
      node.derivation.batch(wrong),
      commitCounter + 1n,
      [Uint8Array.of(1)],
      [someCheckpoint(1)],
    );
    const { id: childId } = await commitBatch(node, world.sequencer, child);
    await node.derivation.sync();
    await challenge(node, world.challenger, childId, 0, { unchecked: true });
    await challenge(node, world.challenger, wrong, 0);
    await world.increaseTime(2n * slot + provingWindow);
    await timeout(node, world.user, wrong, 0);
    await node.derivation.sync();
    await refundChallenge(node, world.user, childId, 0);
    await refundBatch(node, world.user, childId);
    const { id: first } = node.derivation.batchAt(1n);
    await sendRecord(node, world.user, await proveSegment(node, standInProver, first, 0, address(3)));

    const { index } = await depositEth(node, world.user, 7n);
    await world.increaseTime(escapeDelay);
    await freezeUnserved(node, world.user);
    await escapeAll(node, world.user);
    await payEscapes(node, world.user);
    await reclaim(node, world.user, index);
    await node.derivation.sync();
  }

  function fold(its: readonly L1Record[]): Folding {
    const folding = new Folding(context);
    for (const record of its) folding.apply(record);
    return folding;
  }

  /** The records with the first event of this name changed, or left out. */
  function changed(name: string, change?: Readonly<Record<string, unknown>>): L1Record[] {
    let done = false;
    return records.map((record) => ({
      ...record,
      logs: record.logs.flatMap((log) => {
        const abi = context.interfaces.get(log.address);
        const parsed = done ? null : abi?.parseLog(log);
        if (!parsed || !abi || parsed.name !== name) return [log];
        done = true;
        if (change === undefined) return [];
        const values = parsed.fragment.inputs.map((input, i) => change[input.name] ?? parsed.args[i]);
        return [{ ...log, ...abi.encodeEventLog(parsed.fragment, values) }];
      }),
    }));
  }

  it("takes the true history, and comes to what the node says", () => {
    expect(fold(records).view(node.derivation.view.l1)).to.deep.equal(node.derivation.view);
    const { view } = node.derivation;
    expect(view).to.include({ frozen: true, primarySlashed: true, paused: false });
    expect(view.delayed.size).to.equal(1);
    expect(view.pauses).to.have.length(1);
  });

  for (const [name, lies] of Object.entries(LIES)) {
    for (const [argument, value] of Object.entries(lies)) {
      it(`refuses ${name} with another ${argument}`, () => {
        throwsWith(() => fold(changed(name, { [argument]: value })), "L1_INCONSISTENT");
      });
    }
  }

  for (const name of ["Enqueued", "BatchCommitted", "Unserved", "StateOpened", "Escaped"]) {
    it(`misses ${name} if it is left out`, () => {
      throwsWith(() => fold(changed(name)), "L1_INCONSISTENT");
    });
  }

  it("refuses a record that escapes twice, and a payment that is made twice", () => {
    for (const name of ["Escaped", "EscapePaid", "Reclaimed"]) {
      const twice = records.map((record) => ({
        ...record,
        logs: record.logs.flatMap((log) =>
          context.interfaces.get(log.address)?.parseLog(log)?.name === name ? [log, log] : [log],
        ),
      }));
      throwsWith(() => fold(twice), "L1_INCONSISTENT");
    }
  });

  it("refuses a batch by another than the live primary, and one that leaves a due item behind", () => {
    const commits = changed("BatchCommitted", { committer: OTHER });
    // The first batch is anybody's: nobody has committed before.
    fold(commits.slice(0, 5));
    const late = records.map((record) => ({ ...record, timestamp: record.timestamp + 10n ** 6n }));
    throwsWith(() => fold([...records.slice(0, 5), ...late.slice(5)]), "L1_INCONSISTENT");
  });
});
