// Proofs instead of time: a batch whose every segment is proven is final as soon as its parent is.

import { parseEther } from "ethers";
import type { Scenario } from "./scenario.ts";
import { pay, withdraw } from "./support/l2-calls.ts";
import {
  claimAll,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  proveAll,
  send,
} from "./support/verbs.ts";

export const earlyFinality: Scenario = {
  name: "early-finality",
  summary: "every segment is proven, so both batches are final long before the challenge window closes",
  async play(stage) {
    const { sequencer, prover, alice, bob } = stage.cast;
    const { params, watchNode } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await send(
      stage,
      "payments",
      [1n, 2n, 3n, 4n, 5n, 6n].map((i) => pay(alice, bob, parseEther("0.05") * i)),
    );
    const first = await commitHonest(stage);
    await send(stage, "a withdrawal", [withdraw(bob, parseEther("0.5"))]);
    const second = await commitHonest(stage);

    stage.check("batch 2 is final before its parent", false, await proveAll(stage, prover, second.id));
    stage.check("batch 1 is final once it is proven", true, await proveAll(stage, prover, first.id));
    await finalizeAllowed(stage, prover);
    const { committedAt } = watchNode.derivation.batch(first.id);
    const inTime = (await stage.now()) < committedAt + params.challengeWindow;
    stage.check("all this within the challenge window", true, inTime);
    await claimAll(stage, bob);

    return {
      gains: {
        sequencer: { wallet: -2n * params.batchBond, bond: 2n * params.batchBond },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
        bob: { wallet: parseEther("0.5") },
      },
      burnedBonds: 0n,
      queuePlaces: 1,
      head: 2n,
      finalized: 2n,
    };
  },
};
