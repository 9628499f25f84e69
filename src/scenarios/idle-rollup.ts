// A rollup of which nobody wants anything is quiet, not dead: only demand that nobody serves can freeze it.

import { parseEther } from "ethers";
import { lastFinalOf } from "../chain/view.ts";
import type { Scenario } from "./scenario.ts";
import { freezeRefused } from "./support/exit-verbs.ts";
import { pay } from "./support/l2-calls.ts";
import { commitHonest, deposit, finalizeAllowed, postBond, proveAll, send, wait } from "./support/verbs.ts";

export const idleRollup: Scenario = {
  name: "idle-rollup",
  summary: "nobody can freeze a rollup that is merely quiet, nor one that lacks nothing but a finalize call",
  async play(stage) {
    const { sequencer, prover, challenger, alice, bob } = stage.cast;
    const { params, node } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await send(stage, "a payment", [pay(alice, bob, 1n)]);
    const first = await commitHonest(stage);
    stage.check("batch 1 is final once it is proven", true, await proveAll(stage, prover, first.id));
    await node.derivation.sync();

    await wait(
      stage,
      3n * params.escapeDelay,
      "nobody wants anything, three times as long as an escape waits",
    );
    await freezeRefused(stage, challenger, "of a rollup that owes nobody anything", "NothingUnserved");

    await deposit(stage, bob, parseEther("1"));
    await node.derivation.sync();
    await freezeRefused(stage, challenger, "for a deposit that just came", "StillInTime");
    const genesis = node.derivation.view.live[0]?.id;
    await freezeRefused(stage, challenger, "as if batch 1 were not final", "NotLastFinal", genesis);
    const second = await commitHonest(stage);
    await wait(
      stage,
      params.challengeWindow,
      "the challenge window closes, and nobody makes the batch final",
    );
    const item = node.derivation.view.queue.at(-1);
    if (item === undefined) throw new RangeError("expected bob's deposit in the queue");
    const freezableFrom = item.enqueuedAt + params.escapeDelay;
    await stage.setNextTime(freezableFrom - 1n);
    await freezeRefused(stage, challenger, "in the deposit's last second", "StillInTime");
    await stage.setNextTime(freezableFrom);
    await freezeRefused(stage, challenger, "when only the call is missing", "FinalizeFirst");
    await finalizeAllowed(stage, alice);
    stage.check("the last final batch", second.id, lastFinalOf(node.derivation.view).id);
    await freezeRefused(stage, challenger, "after that call", "NothingUnserved");

    await send(stage, "life goes on: a payment", [pay(bob, alice, parseEther("0.5"))]);
    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    return {
      gains: {
        sequencer: { wallet: -2n * params.batchBond, bond: 2n * params.batchBond },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
        bob: { wallet: -parseEther("1") - params.baseEnqueuePrice },
      },
      burnedBonds: 0n,
      queuePlaces: 2,
      head: 3n,
      finalized: 3n,
    };
  },
};
