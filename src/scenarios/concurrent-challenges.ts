// Many disputes at once, on a right batch, on the wrong one after it and on that one's child. Each ends on its own, and whoever
// was neither wrong nor wronged anybody gets everything back.

import { parseEther } from "ethers";
import { disputeOf } from "../chain/view.ts";
import { refundBatch, refundChallenge } from "../node/dispute.ts";
import type { Scenario } from "./scenario.ts";
import {
  answerAll,
  challengeRefused,
  commitOnTop,
  openChallenge,
  paymentsFor,
  placesOf,
  takeBack,
} from "./support/dispute-verbs.ts";
import { secondOf } from "./support/l1-control.ts";
import { pay } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  refused,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

export const concurrentChallenges: Scenario = {
  name: "concurrent-challenges",
  summary:
    "six challenges are open on a batch, its parent and its child; answers, a timeout and refunds end each on its own",
  async play(stage) {
    const { sequencer, follower, watchtower, prover, challenger, alice, bob, carol } = stage.cast;
    const { params, node, watchNode } = stage;
    const { slot, provingWindow, batchBond, minChallengeBond } = params;

    await postBond(stage, sequencer, 3n * batchBond);
    await postBond(stage, follower, batchBond);
    for (const actor of [challenger, watchtower, alice, bob]) await postBond(stage, actor, minChallengeBond);
    await postBond(stage, carol, 2n * minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    const parent = await commitHonest(stage);
    await send(stage, "more payments", paymentsFor(stage, 3, alice, bob));
    const wrong = await commitLie(stage, {
      segment: 1,
      accomplice: sequencer.address,
      amount: parseEther("1000"),
    });
    const child = await commitOnTop(stage, follower, wrong, [pay(alice, carol, 7n)]);

    // The second one alone is against the first wrong segment.
    const opened = [
      await openChallenge(stage, carol, parent, 1),
      await openChallenge(stage, challenger, wrong, 1),
      await openChallenge(stage, watchtower, wrong, 2),
      await openChallenge(stage, alice, wrong, 0),
      await openChallenge(stage, bob, child, 0),
    ];
    for (const [i, { block, deadline }] of opened.entries()) {
      const queued = BigInt(i + 1) * slot + provingWindow;
      stage.check(
        `time from challenge ${i + 1} to its deadline`,
        queued,
        deadline - (await secondOf(stage, block)),
      );
    }
    await challengeRefused(stage, carol, wrong, 1, "AlreadyChallenged");

    const first = await answerAll(stage, prover);
    stage.check("answered", "1:1", placesOf(first));
    const last = await openChallenge(stage, carol, parent, 2);
    const freed = 5n * slot + provingWindow;
    const until = last.deadline - (await secondOf(stage, last.block));
    stage.check("time to the deadline of one more, now that one is answered", freed, until);

    await wait(stage, 2n * slot + provingWindow, "nobody can answer for the wrong segment");
    const closed = await watch(stage, challenger, ["timeout"], "closes its own win: the timeout rolls back");
    stage.check("timed out", "2:1", placesOf(closed.filter(({ receipt }) => receipt !== undefined)));
    const { dead, disputes } = node.derivation.view;
    stage.check("rolled-back batches", `${wrong.id},${child.id}`, dead.map(({ id }) => id).join());
    const outcomes = (id: string) =>
      disputeOf({ disputes }, id)
        .challenges.map(({ segment, outcome }) => `${segment} ${outcome}`)
        .join();
    stage.check("the parent's challenges after the rollback", "1 answered,2 open", outcomes(parent.id));
    stage.check("the wrong batch's challenges", "1 timed-out,2 open,0 open", outcomes(wrong.id));
    await refused(stage, carol, "a refund of a live batch's challenge", "BatchLive", () =>
      refundChallenge(node, carol.signer, parent.id, 2),
    );

    stage.check("answered on the parent", "1:2", placesOf(await answerAll(stage, prover)));
    stage.check("whether in time", true, (await stage.now()) < last.deadline);

    await stage.step("prover", "gives bob the bond of his challenge back: anyone may", () =>
      refundChallenge(node, prover.signer, child.id, 0),
    );
    for (const actor of [watchtower, alice, follower]) {
      stage.check(`bonds back to ${actor.name}`, 1, await takeBack(stage, actor));
    }
    await refused(stage, bob, "a refund that was made", "NoOpenChallenge", () =>
      refundChallenge(node, bob.signer, child.id, 0),
    );
    await refused(stage, follower, "the child's refund, once more", "AlreadyRefunded", () =>
      refundBatch(node, follower.signer, child.id),
    );
    await refused(stage, sequencer, "a refund of the wrong batch", "AlreadyRefuted", () =>
      refundBatch(node, sequencer.signer, wrong.id),
    );
    const open = await watchNode.chain.contracts.rollup.openChallenges();
    stage.check("challenges that L1 still counts as open", 0n, open);

    await commitHonest(stage, { order: "any" });
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    const [ofBatch, ofChallenge] = [rewardOf(batchBond, params), rewardOf(minChallengeBond, params)];
    const unchanged = { wallet: -minChallengeBond, bond: minChallengeBond };
    return {
      gains: {
        sequencer: { wallet: -3n * batchBond, bond: 2n * batchBond },
        follower: { wallet: -batchBond, bond: batchBond },
        challenger: { wallet: -minChallengeBond, bond: minChallengeBond + ofBatch },
        prover: { bond: 2n * ofChallenge },
        carol: { wallet: -2n * minChallengeBond },
        watchtower: unchanged,
        bob: unchanged,
        alice: { ...unchanged, wallet: unchanged.wallet - parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: batchBond - ofBatch + 2n * (minChallengeBond - ofChallenge),
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};
