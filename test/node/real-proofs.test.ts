// Whole disputes with real proofs: model, circuit, proof system, generated verifier and contracts together.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { zeroPadValue } from "ethers";
import { disputeOf } from "../../src/chain/view.ts";
import { BRIDGE_PREDEPLOY, SELECTORS, toAddress } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { challenge } from "../../src/node/dispute.ts";
import { type Mempool, openMempool } from "../../src/node/mempool.ts";
import type { Node } from "../../src/node/node.ts";
import { proveSegment, sendFraud, sendValid } from "../../src/node/prover.ts";
import { commitBatch, sequence, submit } from "../../src/node/sequencer.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { watchOnce, watchThrough } from "../../src/watchtower/watch.ts";
import { type SegmentProver, segmentProver, UltraHonk } from "../../src/prover/index.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { fund, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";
import { revertsWith } from "../support/rejects-harness.ts";

const ALICE = l2Wallet("alice");
const BOB = l2Wallet("bob");

describe("disputes with UltraHonk proofs", () => {
  const system = new UltraHonk("dev");
  let prover: SegmentProver;
  let world: World;
  let node: Node;
  let directory: string;
  let mempool: Mempool;

  beforeEach(async function () {
    this.timeout(600_000);
    prover = segmentProver(system);
    world = await startWorld({ verifiers: await verifierSources([system], { development: true }) });
    node = await world.open();
    directory = await mkdtemp(join(tmpdir(), "luntra-real-"));
    mempool = await openMempool(directory);
    await fund(world, node, [ALICE]);
    const calls = [
      { to: BOB.address, value: 5n, nonce: 0 },
      {
        to: toAddress(BRIDGE_PREDEPLOY),
        data: SELECTORS.withdrawEth + zeroPadValue(BOB.address, 32).slice(2),
        value: 7n,
        nonce: 1,
      },
    ];
    for (const call of calls) await submit(node, mempool, await signL2(world, ALICE, call));
  });

  afterEach(() => rm(directory, { recursive: true }));

  const honest = () => sequence(node, mempool, world.sequencer, { checks: { circuit: prover } });

  it("the sequencer runs the circuit over every segment before it commits", async () => {
    const { segments } = await honest();
    expect(segments).to.equal(2);
  });

  it("the watchtower refutes a wrong segment", async () => {
    await node.derivation.sync();
    const built = buildBatch(node, await mempool.list());
    const lie = corrupt(node, built, { segment: 1, how: "mint", accomplice: BOB.address });
    const { id } = await commitBatch(node, world.sequencer, lie);
    const { reports } = await watchOnce(node, { prover, signer: world.challenger });
    const [report] = reports;
    if (report?.error !== undefined) throw report.error;
    expect(report).to.include({ action: "refute", segment: 1 });
    const { head } = await node.derivation.sync();
    expect(head).to.equal(0n);
    expect(disputeOf(node.derivation.view, id).fraud?.segment).to.equal(1);
  });

  it("the watchtower answers challenges of queue and data segments", async () => {
    const { id } = await honest();
    for (const segment of [0, 1]) await challenge(node, world.challenger, id, segment, { unchecked: true });
    const { reports } = await watchThrough(node, { prover, signer: world.user });
    for (const { error, receipt } of reports) {
      if (error !== undefined) throw error;
      // The challenge bond covers what an answer costs.
      expect(Number(receipt?.gasUsed)).to.be.lessThan(Number(world.book.parameters.answerGas));
    }
    expect(reports.map(({ action, segment }) => [action, segment])).to.deep.equal([
      ["answer", 0],
      ["answer", 1],
    ]);
    const { challenges } = disputeOf(await node.derivation.sync(), id);
    expect(challenges.map(({ outcome }) => outcome)).to.deep.equal(["answered", "answered"]);
  });

  it("a proof pays its maker alone, and proves nothing but its own segment", async () => {
    const { id } = await honest();
    const me = await world.challenger.getAddress();
    const thief = await world.user.getAddress();
    const proven = await proveSegment(node, prover, id, 1, me);
    await revertsWith(sendValid(node, world.user, { ...proven, beneficiary: thief }), "InvalidProof");
    const other = { ...proven, computed: proven.opening.previous };
    await revertsWith(sendFraud(node, world.user, other), "InvalidProof");
    await sendValid(node, world.user, proven);
    expect([...disputeOf(await node.derivation.sync(), id).proven]).to.deep.equal([1]);
  });
});
