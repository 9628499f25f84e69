// Every call that changes anything on L1, each so that nothing but the stopped clock refuses it, or the clock first.

import type { Interface } from "ethers";
import { batchOf } from "../../chain/opening.ts";
import { type Hex, NOTHING_ADDRESS } from "../../chain/types.ts";
import { depositBond, withdrawBond } from "../../node/bond.ts";
import { claimExit, claimFees, depositEth, depositToken, force, openCheckpoint } from "../../node/bridge.ts";
import { finalize, refundBatch, refundChallenge, timeout } from "../../node/dispute.ts";
import { prepareSegment } from "../../node/prover.ts";
import { commitBatch } from "../../node/sequencer.ts";
import { direct } from "./direct.ts";
import { buildOn } from "./dishonest.ts";
import { BASE_FEE } from "./l2-calls.ts";
import type { Stage } from "./stage.ts";

/** What a pause does not stop: the contradiction that it is for, the guardian's calls, and those of contracts to each other. */
export const CALLS_IN_A_PAUSE: readonly string[] = [
  ...["contradict", "recordValid"],
  ...["pause", "resume"],
  ...["rollback", "openChallenge", "closeChallenge", "freeze", "lock", "release", "split"],
];

/** By name. Batch 1 is final with an opened checkpoint and an exit of Bob's; the two others are pending and challenged. */
export async function pausedCalls(
  stage: Stage,
  right: Hex,
  segment: number,
  wrong: Hex,
): Promise<Readonly<Record<string, () => Promise<unknown>>>> {
  const { node, cast, token, params } = stage;
  const { alice, bob, carol, sequencer, challenger, prover } = cast;
  const { derivation } = node;
  const final = derivation.batchAt(1n);
  const parent = derivation.batch(right);
  const { built } = buildOn(node, parent, node.stateAfter(right), [Uint8Array.of(0)], BASE_FEE);
  const { batch, opening } = await prepareSegment(node, right, segment, prover.address);
  const proof = { beneficiary: prover.address, proof: "0x" };
  const preimage = { stateRoot: right, leafCount: 0n, exitRoot: right, exitCount: 0n, fees: 0n };
  const item = derivation.view.queue[0];
  if (item === undefined) throw new RangeError("expected a queue item");
  const { kind, sender, recipient, amount } = item;
  const returned = { kind, sender, recipient, token: NOTHING_ADDRESS, amount };
  const most = 10n ** 18n;

  return {
    commit: () => commitBatch(node, sequencer.signer, built),
    finalize: () => finalize(node, sequencer.signer, right),
    freezeUnserved: () => direct(stage, alice, ({ rollup }) => rollup.freezeUnserved(final.id)),
    challenge: () => direct(stage, challenger, ({ challenges }) => challenges.challenge(2n, right, 0, most)),
    proveValid: () => direct(stage, prover, ({ challenges }) => challenges.proveValid(batch, opening, proof)),
    proveFraud: () =>
      direct(stage, prover, ({ challenges }) => challenges.proveFraud(batch, opening, right, proof)),
    timeout: () => timeout(node, carol.signer, wrong, 0),
    refundBatch: () => refundBatch(node, sequencer.signer, right),
    refundChallenge: () => refundChallenge(node, challenger.signer, right, segment),
    depositEth: () => depositEth(node, alice.signer, 1n),
    depositToken: () => depositToken(node, alice.signer, token, 1n),
    force: () => force(node, bob.signer, { kind: "withdraw", recipient: bob.address, amount: 1n }),
    openCheckpoint: () => openCheckpoint(node, bob.signer, 1n),
    claim: () => claimExit(node, bob.signer, 1n, 0n),
    claimFees: () => claimFees(node, sequencer.signer, sequencer.address),
    openState: () => direct(stage, alice, ({ bridge }) => bridge.openState(batchOf(final), preimage)),
    escape: () => direct(stage, alice, ({ bridge }) => bridge.escape(0n, [], [])),
    payEscapes: () => direct(stage, alice, ({ bridge }) => bridge.payEscapes(NOTHING_ADDRESS, [])),
    reclaim: () => direct(stage, alice, ({ bridge }) => bridge.reclaim(item.index, returned)),
    deposit: () => depositBond(node, carol.signer, 1n),
    withdraw: () => withdrawBond(node, sequencer.signer, params.batchBond),
  };
}

/** Names of all functions of the protocol's contracts that are not views, sorted. */
export function changingCalls({ node }: Stage): readonly string[] {
  const { rollup, challenges, bridge, bonds, clock } = node.chain.contracts;
  const names: string[] = [];
  for (const { interface: abi } of [rollup, challenges, bridge, bonds, clock]) {
    (abi as unknown as Interface).forEachFunction(({ name, constant }) => {
      if (!constant) names.push(name);
    });
  }
  return names.sort();
}
