// The primary sequencer commits alone while it is live. When it goes silent anybody bonded goes on, and it may come back.

import { parseEther } from "ethers";
import { isLuntraError } from "../errors.ts";
import { primaryLiveUntil } from "../chain/timing.ts";
import { headOf } from "../chain/view.ts";
import { type BuiltBatch, commitBatch, sequence } from "../node/sequencer.ts";
import type { Scenario } from "./scenario.ts";
import type { Actor } from "./support/actors.ts";
import { commitInstead } from "./support/commit-verbs.ts";
import { type Call, feeOf, pay } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  claimAll,
  claimFeesOf,
  commitHonest,
  deposit,
  finalizeAllowed,
  forceWithdrawal,
  postBond,
  proveAll,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

const FORCED = parseEther("0.25");

export const sequencerGone: Scenario = {
  name: "sequencer-gone",
  summary:
    "the primary goes silent; in the second in which its time is over another one goes on, and neither holds the other up",
  // Due well before the primary's time is over.
  overrides: ({ sequencer }) => ({ primary: sequencer.address, forceInclusionDelay: 300n }),
  async play(stage) {
    const { sequencer, follower, prover, alice, bob, carol } = stage.cast;
    const { params, node, watchNode } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await postBond(stage, follower, params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await deposit(stage, bob, parseEther("1"));
    const payments = [1n, 2n, 3n].map((i) => pay(alice, carol, i));
    await send(stage, "payments", payments);
    await commitHonest(stage);
    await forceWithdrawal(stage, bob, FORCED);
    const meanwhile = [4n, 5n].map((i) => pay(alice, carol, i));
    await send(stage, "more payments, and then falls silent", meanwhile);

    const withItem = await buildHonest(stage, { feeRecipient: follower.address });
    const withoutItem = await buildHonest(stage, { feeRecipient: follower.address, maxQueueItems: 0 });
    await refusedTurn(stage, "while the primary is live", withItem);
    await nodeRefuses(stage);
    const until = liveUntil(stage);
    await stage.setNextTime(until - 1n);
    await refusedTurn(stage, "in the primary's last second", withItem);
    await stage.setNextTime(until);
    await refusedBatch(stage, carol, "by somebody without a bond", "InsufficientBond", withItem);
    await refusedBatch(stage, follower, "without the due withdrawal", "DueItemOmitted", withoutItem);
    const instead = await commitInstead(stage, follower);
    const { committedAt } = node.derivation.batch(instead.id);
    stage.check("the second of the follower's batch", until, committedAt);
    stage.check("queue items of the follower's batch", 1, instead.queueItems);

    await wait(stage, params.challengeWindow / 2n, "half a challenge window later");
    const afterwards = [6n, 7n].map((i) => pay(alice, carol, i));
    await send(stage, "payments, back again", afterwards);
    const back = await commitHonest(stage);
    stage.check("the primary's time after one commit", true, liveUntil(stage) > until);
    const next = await buildHonest(stage, { heartbeat: true });
    await refusedTurn(stage, "when the primary is back", next);

    await wait(stage, params.challengeWindow / 2n, "the window of the follower's batch closes");
    stage.check("the primary is live", true, (await stage.now()) < liveUntil(stage));
    await finalizeAllowed(stage, carol);
    await watchNode.derivation.sync();
    stage.check("the follower's batch is final", instead.number, watchNode.derivation.view.finalized);
    stage.check("the primary's is, once it is proven", true, await proveAll(stage, prover, back.id));
    await claimAll(stage, bob);
    await claimFeesOf(stage, sequencer, [1n, 3n]);
    await claimFeesOf(stage, follower, [2n]);

    const place = params.baseEnqueuePrice;
    const bonds = 2n * params.batchBond;
    return {
      gains: {
        sequencer: { wallet: fees([...payments, ...afterwards]) - bonds, bond: bonds },
        follower: { wallet: fees(meanwhile) - params.batchBond, bond: params.batchBond },
        alice: { wallet: -parseEther("2") - place },
        bob: { wallet: FORCED - parseEther("1") - 2n * place },
      },
      burnedBonds: 0n,
      queuePlaces: 3,
      head: 3n,
      finalized: 3n,
    };
  },
};

const fees = (calls: readonly Call[]) => calls.reduce((sum, call) => sum + feeOf(call), 0n);

function liveUntil({ node: { derivation }, params }: Stage): bigint {
  const { view } = derivation;
  return primaryLiveUntil(headOf(view), view.primarySlashed, params);
}

async function refusedTurn(stage: Stage, when: string, built: BuiltBatch): Promise<void> {
  await refusedBatch(stage, stage.cast.follower, when, "PrimaryHasPriority", built);
}

async function refusedBatch(
  stage: Stage,
  actor: Actor,
  which: string,
  error: string,
  built: BuiltBatch,
): Promise<void> {
  await refused(stage, actor, `a commit ${which}`, error, () => commitBatch(stage.node, actor.signer, built));
}

/** The follower's own node knows better than to build. */
async function nodeRefuses(stage: Stage): Promise<void> {
  const { watchNode, mempool, cast } = stage;
  const answer = await sequence(watchNode, mempool, cast.follower.signer).catch((error: unknown) => error);
  stage.check("the node's answer to the follower", true, isLuntraError(answer, "NOT_YOUR_TURN"));
}
