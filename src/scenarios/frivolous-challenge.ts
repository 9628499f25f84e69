// Somebody challenges what is right. One proof of that one segment answers, and pays its maker.

import { parseEther } from "ethers";
import { finalize } from "../node/dispute.ts";
import type { Scenario } from "./scenario.ts";
import { pay } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  challengeBlindly,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  refused,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

export const frivolousChallenge: Scenario = {
  name: "frivolous-challenge",
  summary: "a right segment is challenged; a validity proof of it answers, and the challenger's bond is lost",
  async play(stage) {
    const { sequencer, challenger, prover, alice, bob } = stage.cast;
    const { params } = stage;

    await postBond(stage, sequencer, params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await send(
      stage,
      "payments",
      [1n, 2n, 3n, 4n, 5n, 6n].map((i) => pay(alice, bob, i)),
    );
    const { id } = await commitHonest(stage);

    await postBond(stage, challenger, params.minChallengeBond);
    const { bond } = await challengeBlindly(stage, challenger, id, 1);
    stage.check("bond of a challenge", params.minChallengeBond, bond);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await refused(stage, sequencer, "finality while the challenge is open", "NotFinalizable", () =>
      finalize(stage.node, sequencer.signer, id),
    );
    const reports = await watch(stage, prover, ["answer"], "answers with a validity proof of segment 1");
    stage.check("answers", "answer 1", reports.map(({ action, segment }) => `${action} ${segment}`).join());
    await finalizeAllowed(stage, sequencer);

    const reward = rewardOf(params.minChallengeBond, params);
    return {
      gains: {
        sequencer: { wallet: -params.batchBond, bond: params.batchBond },
        challenger: { wallet: -params.minChallengeBond },
        prover: { bond: reward },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: params.minChallengeBond - reward,
      queuePlaces: 1,
      head: 1n,
      finalized: 1n,
    };
  },
};
