// Proofs have no deadline. What comes late counts until somebody calls the timeout or the finality that it comes too late for,
// and those are possible from one second on and not before.

import { parseEther } from "ethers";
import { finalize, timeout } from "../node/dispute.ts";
import { sendFraud, sendValid } from "../node/prover.ts";
import type { Scenario } from "./scenario.ts";
import {
  answerAll,
  callTimeout,
  challengeRefused,
  commitDoomed,
  openChallenge,
  paymentsFor,
  placesOf,
  refusedAt,
  sendProof,
} from "./support/dispute-verbs.ts";
import { inAnotherHistory, nextBlockAt } from "./support/l1-control.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  buildHonest,
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  refusalOf,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

const HOUR = 3600n;

export const lateEverything: Scenario = {
  name: "late-everything",
  summary:
    "late proofs count until a timeout or a finality comes first, and each of those has its exact second",
  async play(stage) {
    const { sequencer, watchtower, prover, challenger, alice, bob } = stage.cast;
    const { params, node } = stage;
    const { slot, provingWindow, challengeWindow, batchBond, minChallengeBond } = params;
    const windowEnd = (id: string) => node.derivation.batch(id).committedAt + challengeWindow;

    await postBond(stage, sequencer, 4n * batchBond);
    await postBond(stage, challenger, 2n * minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "payments", paymentsFor(stage, 2, alice, bob));

    // An answer after its deadline, while nobody calls the timeout.
    const first = await commitHonest(stage);
    await openChallenge(stage, challenger, first, 1);
    await wait(stage, slot + provingWindow + HOUR, "the deadline goes by, and an hour more");
    stage.check("answered an hour late", "1:1", placesOf(await answerAll(stage, prover)));
    await refused(stage, challenger, "a timeout after the late answer", "NoOpenChallenge", () =>
      timeout(node, challenger.signer, first.id, 1),
    );
    await finalizeAllowed(stage, sequencer);

    // A fraud proof after the window, while nobody makes the batch final.
    await send(stage, "more payments", paymentsFor(stage, 2, alice, bob));
    const wrong = await commitLie(stage, {
      segment: 1,
      accomplice: sequencer.address,
      amount: parseEther("9"),
    });
    await wait(stage, challengeWindow + HOUR, "the window closes, and an hour more goes by");
    await challengeRefused(stage, challenger, wrong, 1, "ChallengeWindowClosed");
    const fraud = await prove(stage, watchtower, wrong.id, 1);
    const refusal = await stage.step(
      "watchtower",
      (error: string) => `in a history in which finality came first: its fraud proof is refused, ${error}`,
      () =>
        inAnotherHistory(stage, async () => {
          await finalize(node, sequencer.signer, wrong.id);
          return await refusalOf(() => sendFraud(node, watchtower.signer, fraud));
        }),
    );
    stage.check("a fraud proof after finality: L1's answer", "AlreadyFinal", refusal);
    await sendProof(stage, watchtower, fraud);
    await refused(stage, sequencer, "finality after the late fraud proof", "NotLive", () =>
      finalize(node, sequencer.signer, wrong.id),
    );

    // An answer after the timeout, which has its exact second.
    const right = await commitDoomed(stage, await buildHonest(stage));
    const { deadline } = await openChallenge(stage, challenger, right, 0);
    const answer = await prove(stage, prover, right.id, 0);
    await refusedAt(stage, deadline - 1n, challenger, "a timeout a second early", "DeadlineNotReached", () =>
      timeout(node, challenger.signer, right.id, 0),
    );
    await nextBlockAt(stage, deadline);
    await callTimeout(stage, challenger, right.id, 0);
    stage.check("second of the timeout", deadline, await stage.now());
    await refused(stage, prover, "an answer after the timeout", "NotLive", () =>
      sendValid(node, prover.signer, answer),
    );

    // Finality, which has its exact second, too.
    const last = await commitHonest(stage);
    const from = windowEnd(last.id);
    await refusedAt(stage, from - 1n, sequencer, "finality a second early", "NotFinalizable", () =>
      finalize(node, sequencer.signer, last.id),
    );
    await nextBlockAt(stage, from);
    await finalizeAllowed(stage, sequencer);
    stage.check("second of the finality", from, await stage.now());

    const [ofBatch, ofChallenge] = [rewardOf(batchBond, params), rewardOf(minChallengeBond, params)];
    return {
      gains: {
        sequencer: { wallet: -4n * batchBond, bond: 2n * batchBond },
        challenger: { wallet: -2n * minChallengeBond, bond: minChallengeBond + ofBatch },
        prover: { bond: ofChallenge },
        watchtower: { bond: ofBatch },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: 2n * (batchBond - ofBatch) + minChallengeBond - ofChallenge,
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};
