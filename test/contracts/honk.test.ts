// One fraud proof and one validity proof against the generated verifier, and what the calls around them cost.

import { expect } from "chai";
import { keccak256, zeroPadValue } from "ethers";
import type { Hex } from "../../src/chain/types.ts";
import { BRIDGE_PREDEPLOY, SELECTORS, toAddress } from "../../src/model/index.ts";
import { buildBatch } from "../../src/node/batch-builder.ts";
import { claimExit, openCheckpoint } from "../../src/node/bridge.ts";
import { challenge, finalize, timeout } from "../../src/node/dispute.ts";
import type { Node } from "../../src/node/node.ts";
import { proveSegment, sendFraud, sendValid } from "../../src/node/prover.ts";
import { commitBatch } from "../../src/node/sequencer.ts";
import { type SegmentProver, segmentProver, UltraHonk } from "../../src/prover/index.ts";
import { verifierSources } from "../../src/node/verifier-sources.ts";
import { corrupt } from "../support/dishonest-harness.ts";
import { ETHER, fund, l2Wallet, signL2, startWorld, type World } from "../support/node-harness.ts";

const ALICE = l2Wallet("alice");
const SEGMENT = 0;

describe("The contracts with the generated UltraHonk verifier", () => {
  let prover: SegmentProver;
  let world: World;
  let node: Node;

  beforeEach(async function () {
    this.timeout(600_000);
    const system = new UltraHonk("dev");
    prover = segmentProver(system);
    world = await startWorld({ verifiers: await verifierSources([system], { development: true }) });
    node = await world.open();
    await fund(world, node, [ALICE]);
    const { id } = await commit(await built([]));
    await world.increaseTime(world.book.parameters.challengeWindow);
    await finalize(node, world.user, id);
    await node.derivation.sync();
  });

  async function built(raws: readonly Hex[]) {
    await node.derivation.sync();
    const pool = raws.map((raw, receivedAt) => ({ hash: keccak256(raw), raw, receivedAt }));
    return buildBatch(node, pool, { feeRecipient: await world.sequencer.getAddress() });
  }

  async function commit(batch: Awaited<ReturnType<typeof built>>) {
    const committed = await commitBatch(node, world.sequencer, batch);
    await node.derivation.sync();
    return committed;
  }

  const withdrawal = async (to: string) => {
    const data = SELECTORS.withdrawEth + zeroPadValue(to, 32).slice(2);
    const call = { to: toAddress(BRIDGE_PREDEPLOY), data, value: ETHER / 2n, nonce: 0 };
    return signL2(world, ALICE, call);
  };

  it("a validity proof answers a challenge, finalizes its batch at once, and its exit is paid", async () => {
    const user = await world.user.getAddress();
    const committed = await commit(await built([await withdrawal(user)]));
    expect(gas(committed.receipt)).to.be.lessThan(130_000);
    const challenged = await challenge(node, world.challenger, committed.id, SEGMENT, { unchecked: true });
    expect(gas(challenged)).to.be.lessThan(105_000);
    await node.derivation.sync();
    const proven = await proveSegment(node, prover, committed.id, SEGMENT, user);
    expect(gas(await sendValid(node, world.challenger, proven))).to.be.lessThan(1_000_000);

    expect(gas(await finalize(node, world.user, committed.id))).to.be.lessThan(60_000);
    await node.derivation.sync();
    await openCheckpoint(node, world.user, committed.number);
    await node.derivation.sync();
    expect(gas(await claimExit(node, world.user, committed.number, 0n))).to.be.lessThan(250_000);
  });

  it("a fraud proof rolls a lie back", async () => {
    const user = await world.user.getAddress();
    const honest = await built([await withdrawal(user)]);
    const { id } = await commit(
      corrupt(node, honest, { segment: SEGMENT, how: "mint", accomplice: ALICE.address }),
    );
    const proven = await proveSegment(node, prover, id, SEGMENT, user);
    expect(gas(await sendFraud(node, world.user, proven))).to.be.lessThan(1_000_000);
    expect((await node.derivation.sync()).head).to.equal(1n);
  });

  it("decides nothing when it is starved of gas: a bad proof never passes, a good one passes or reverts", async () => {
    const user = await world.user.getAddress();
    const { challenges } = node.chain.contracts;
    const honest = await built([await withdrawal(user)]);
    const lie = corrupt(node, honest, { segment: SEGMENT, how: "mint", accomplice: ALICE.address });
    for (const batch of [lie, { ...honest, counter: honest.counter + 1n }]) {
      const { id } = await commit(batch);
      const proven = await proveSegment(node, prover, id, SEGMENT, user);
      const { opening, computed, beneficiary } = proven;
      const passes = (proof: string, gasLimit: bigint) => {
        const its = { beneficiary, proof };
        const call =
          computed === opening.claimed
            ? challenges.proveValid.staticCall(proven.batch, opening, its, { gasLimit })
            : challenges.proveFraud.staticCall(proven.batch, opening, computed, its, { gasLimit });
        return call.then(
          () => true,
          () => false,
        );
      };
      const good = proven.proof;
      const bad = good.slice(0, -1) + (good.endsWith("0") ? "1" : "0");
      const outcomes: boolean[] = [];
      for (let gasLimit = 400_000n; gasLimit <= 1_100_000n; gasLimit += 7_000n) {
        expect(await passes(bad, gasLimit), `a bad proof with ${gasLimit} gas`).to.equal(false);
        outcomes.push(await passes(good, gasLimit));
      }
      // Too little, then enough: the sweep crossed the edge, and no less gas passed than less yet.
      expect(outcomes[0]).to.equal(false);
      expect(outcomes.at(-1)).to.equal(true);
      expect(outcomes).to.deep.equal(outcomes.toSorted());
      // What was only called has changed nothing.
      expect((await challenges.disputes(id)).proven).to.equal(0n);
      if (computed !== opening.claimed) await sendFraud(node, world.user, proven);
    }
  });

  it("a lie that nobody proves is rolled back by the clock", async () => {
    const honest = await built([await withdrawal(await world.user.getAddress())]);
    const { id } = await commit(
      corrupt(node, honest, { segment: SEGMENT, how: "mint", accomplice: ALICE.address }),
    );
    await challenge(node, world.challenger, id, SEGMENT, { unchecked: true });
    const { slot, provingWindow } = world.book.parameters;
    await world.increaseTime(slot + provingWindow);
    await node.derivation.sync();
    await timeout(node, world.user, id, SEGMENT);
    expect((await node.derivation.sync()).head).to.equal(1n);
  });
});

function gas({ gasUsed }: { readonly gasUsed: bigint }): number {
  return Number(gasUsed);
}
