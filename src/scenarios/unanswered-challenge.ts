// Somebody without a prover challenges what is wrong. Nobody can answer, so time decides.

import { parseEther } from "ethers";
import { isLuntraError } from "../errors.ts";
import { timeout } from "../node/dispute.ts";
import { sendValid } from "../node/prover.ts";
import type { Scenario } from "./scenario.ts";
import { pay } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  refused,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

export const unansweredChallenge: Scenario = {
  name: "unanswered-challenge",
  summary:
    "a wrong segment is challenged with a bond alone; nobody can prove it, and the timeout rolls back and pays",
  async play(stage) {
    const { sequencer, challenger, alice, bob } = stage.cast;
    const { params, node } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await postBond(stage, challenger, params.minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await send(
      stage,
      "payments",
      [1n, 2n, 3n, 4n, 5n, 6n].map((i) => pay(alice, bob, i)),
    );
    const { id } = await commitLie(stage, {
      segment: 2,
      accomplice: sequencer.address,
      amount: parseEther("9"),
    });

    const bondOnly = ["challenge", "timeout"] as const;
    const opened = await watch(
      stage,
      challenger,
      bondOnly,
      "has no prover, so challenges the first wrong segment",
    );
    stage.check(
      "what it did",
      "challenge 2",
      opened.map(({ action, segment }) => `${action} ${segment}`).join(),
    );

    // The sequencer has a prover, but a proof leads to the truth alone.
    const proven = await prove(stage, sequencer, id, 2);
    const { claimed } = proven.opening;
    const honestly = await sendValid(node, sequencer.signer, proven).catch((error: unknown) => error);
    stage.check("the node's answer to a true proof", true, isLuntraError(honestly, "SEGMENT_INVALID"));
    await refused(stage, sequencer, "the same proof for the claim", "InvalidProof", () =>
      sendValid(node, sequencer.signer, { ...proven, computed: claimed }),
    );
    await refused(stage, challenger, "a timeout before its time", "DeadlineNotReached", () =>
      timeout(node, challenger.signer, id, 2),
    );

    await wait(stage, params.slot + params.provingWindow, "the proving window closes without an answer");
    const closed = await watch(
      stage,
      challenger,
      bondOnly,
      "closes its own win: the timeout rolls the batch back",
    );
    stage.check(
      "what it did then",
      "timeout 2",
      closed.map(({ action, segment }) => `${action} ${segment}`).join(),
    );

    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    const reward = rewardOf(params.batchBond, params);
    return {
      gains: {
        sequencer: { wallet: -2n * params.batchBond, bond: params.batchBond },
        challenger: { wallet: -params.minChallengeBond, bond: params.minChallengeBond + reward },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: params.batchBond - reward,
      queuePlaces: 1,
      head: 1n,
      finalized: 1n,
    };
  },
};
