// A sequencer plays both sides: it disputes its own batches, right and wrong ones, to get its bond back, to hold others off or
// to undo what it committed. It loses money each time, and never a dispute of anybody else's.

import { parseEther } from "ethers";
import { ether } from "../chain/amounts.ts";
import type { Scenario } from "./scenario.ts";
import {
  answerAll,
  callTimeout,
  challengeRefused,
  commitDoomed,
  costOf,
  openChallenge,
  paymentsFor,
  placesOf,
  say,
  sendProof,
  takeBack,
} from "./support/dispute-verbs.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  buildHonest,
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

export const selfChallenge: Scenario = {
  name: "self-challenge",
  summary:
    "a sequencer answers, times out, shields and refutes itself; the burned shares make each of these a loss",
  async play(stage) {
    const { sequencer, watchtower, prover, challenger, alice, bob } = stage.cast;
    const { params } = stage;
    const { batchBond, minChallengeBond } = params;
    const posted = 5n * batchBond + 2n * minChallengeBond;
    const burnedOf = (bond: bigint) => bond - rewardOf(bond, params);
    const lie = { segment: 1, accomplice: sequencer.address, amount: parseEther("9") };
    const plays = async (what: string, expected: bigint, part: () => Promise<unknown>) => {
      const cost = await costOf(stage, sequencer, part);
      stage.check(`what it costs to ${what}`, expected, cost);
      stage.check(`whether to ${what} is a loss`, true, cost > 0n);
      await say(stage, sequencer, `has ${ether(cost)} less after it tried to ${what}`);
    };

    await postBond(stage, sequencer, posted);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    const right = await commitHonest(stage);

    await plays("answer its own challenge", burnedOf(minChallengeBond), async () => {
      await openChallenge(stage, sequencer, right, 1);
      stage.check("answered by itself", "1:1", placesOf(await answerAll(stage, sequencer)));
    });
    await challengeRefused(stage, sequencer, right, 1, "SegmentAlreadyProven");
    await plays("be silent on its own challenge while somebody looks", minChallengeBond, async () => {
      await openChallenge(stage, sequencer, right, 2);
      stage.check("answered by the prover", "1:2", placesOf(await answerAll(stage, prover)));
    });

    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));
    await plays("undo its own right batch", burnedOf(batchBond), async () => {
      const { id, number } = await commitDoomed(stage, await buildHonest(stage));
      await openChallenge(stage, sequencer, { id, number }, 0);
      await wait(stage, params.slot + params.provingWindow, "nobody answers");
      await callTimeout(stage, sequencer, id, 0);
    });

    await plays("shield its wrong segment with its own challenge", batchBond, async () => {
      const wrong = await commitLie(stage, lie);
      await openChallenge(stage, sequencer, wrong, lie.segment);
      await challengeRefused(stage, challenger, wrong, lie.segment, "AlreadyChallenged");
      const reports = await watch(stage, watchtower, ["refute"], "needs no challenge to refute segment 1");
      const refuted = reports.filter(({ receipt }) => receipt !== undefined);
      stage.check("refuted all the same", "2:1", placesOf(refuted));
      stage.check("bonds back to the sequencer", 1, await takeBack(stage, sequencer));
    });

    await plays("refute itself", burnedOf(batchBond), async () => {
      const { id } = await commitLie(stage, lie);
      await sendProof(stage, sequencer, await prove(stage, sequencer, id, lie.segment));
    });

    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    const burned = 2n * burnedOf(minChallengeBond) + 3n * burnedOf(batchBond);
    const rewards = { prover: rewardOf(minChallengeBond, params), watchtower: rewardOf(batchBond, params) };
    return {
      gains: {
        sequencer: { wallet: -posted, bond: posted - burned - rewards.prover - rewards.watchtower },
        prover: { bond: rewards.prover },
        watchtower: { bond: rewards.watchtower },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: burned,
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};
