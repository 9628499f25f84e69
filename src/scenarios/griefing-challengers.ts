// Three griefers challenge right segments wherever L1 lets them. Each challenge costs them its whole bond, pays the sequencer for
// its proof, and holds nothing up beyond its own deadline.

import { parseEther } from "ethers";
import { ether } from "../chain/amounts.ts";
import { finalize, timeout } from "../node/dispute.ts";
import type { Scenario } from "./scenario.ts";
import {
  answerAll,
  challengeRefused,
  openChallenge,
  paymentsFor,
  placesOf,
  refusedAt,
  say,
} from "./support/dispute-verbs.ts";
import { nextBlockAt } from "./support/l1-control.ts";
import { rewardOf } from "./support/prediction.ts";
import { commitHonest, deposit, finalizeAllowed, postBond, refused, send } from "./support/verbs.ts";

export const griefingChallengers: Scenario = {
  name: "griefing-challengers",
  summary:
    "griefers challenge right segments up to the last second; the sequencer answers, earns, and loses no batch",
  async play(stage) {
    const { sequencer, challenger, follower, carol, alice, bob } = stage.cast;
    const { params, node } = stage;
    const { slot, provingWindow, challengeWindow, batchBond, minChallengeBond } = params;
    const derived = (id: string) => node.derivation.batch(id);

    await postBond(stage, sequencer, 2n * batchBond);
    await postBond(stage, challenger, 2n * minChallengeBond);
    for (const griefer of [follower, carol]) await postBond(stage, griefer, minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    const first = await commitHonest(stage);

    for (const [segment, griefer] of [challenger, follower, carol].entries()) {
      await openChallenge(stage, griefer, first, segment);
    }
    await challengeRefused(stage, challenger, first, 1, "AlreadyChallenged");
    await refused(stage, challenger, "a timeout before its time", "DeadlineNotReached", () =>
      timeout(node, challenger.signer, first.id, 0),
    );
    stage.check("answered", "1:0 1:1 1:2", placesOf(await answerAll(stage, sequencer)));
    await challengeRefused(stage, challenger, first, 0, "SegmentAlreadyProven");
    await refused(stage, follower, "a timeout of what was answered", "NoOpenChallenge", () =>
      timeout(node, follower.signer, first.id, 1),
    );
    // Who challenges everything has everything proven.
    await finalizeAllowed(stage, sequencer);
    const early = (await stage.now()) < derived(first.id).committedAt + challengeWindow;
    stage.check("whether the griefed batch is final before its window closes", true, early);
    await challengeRefused(stage, challenger, first, 0, "AlreadyFinal");

    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    const second = await commitHonest(stage);
    const windowEnd = derived(second.id).committedAt + challengeWindow;
    await nextBlockAt(stage, windowEnd - 1n);
    const { deadline } = await openChallenge(stage, challenger, second, 1);
    await nextBlockAt(stage, windowEnd);
    await challengeRefused(stage, follower, second, 0, "ChallengeWindowClosed");
    await refused(stage, sequencer, "finality while the challenge is open", "NotFinalizable", () =>
      finalize(node, sequencer.signer, second.id),
    );
    await refusedAt(
      stage,
      deadline - 2n,
      challenger,
      "a timeout two seconds early",
      "DeadlineNotReached",
      () => timeout(node, challenger.signer, second.id, 1),
    );
    await nextBlockAt(stage, deadline - 1n);
    stage.check("answered in the last second", "2:1", placesOf(await answerAll(stage, sequencer)));
    await nextBlockAt(stage, deadline);
    await finalizeAllowed(stage, sequencer);
    const delay = (await stage.now()) - windowEnd;
    stage.check("the longest that one challenge holds finality up", slot + provingWindow - 1n, delay);
    stage.check("batches that the griefers rolled back", 0, node.derivation.view.dead.length);

    const reward = rewardOf(minChallengeBond, params);
    const earned = 4n * reward;
    await say(stage, challenger, `and the others have lost 4 × ${ether(minChallengeBond)}`);
    await say(stage, sequencer, `has earned ${ether(earned)} with four proofs`);
    return {
      gains: {
        sequencer: { wallet: -2n * batchBond, bond: 2n * batchBond + earned },
        challenger: { wallet: -2n * minChallengeBond },
        follower: { wallet: -minChallengeBond },
        carol: { wallet: -minChallengeBond },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: 4n * (minChallengeBond - reward),
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};
