// A lie in the middle of a batch, refuted by one proof in one transaction; everything built on it falls with it.

import { parseEther } from "ethers";
import { refundBatch } from "../node/dispute.ts";
import type { Scenario } from "./scenario.ts";
import { commitOnTop } from "./support/dispute-verbs.ts";
import { pay, withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  claimAll,
  commitHonest,
  commitLie,
  deposit,
  finalizeAllowed,
  postBond,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

export const fraudProof: Scenario = {
  name: "fraud-proof",
  summary:
    "a segment in the middle of a batch is wrong; one proof rolls the batch and its child back and pays",
  async play(stage) {
    const { sequencer, follower, watchtower, alice, bob, carol } = stage.cast;
    const { params, watchNode, oracle } = stage;
    const place = params.baseEnqueuePrice;

    await postBond(stage, sequencer, 3n * params.batchBond);
    await postBond(stage, follower, params.batchBond);
    for (const user of [alice, bob, carol]) await deposit(stage, user, parseEther("2"));
    await commitHonest(stage);

    const payments = [1n, 2n, 3n, 4n, 5n].flatMap((i) => [pay(alice, bob, i), pay(bob, carol, 2n * i)]);
    await send(stage, "payments, and a withdrawal", [...payments, withdraw(bob, parseEther("0.5"))]);
    const lying = await commitLie(stage, {
      segment: 1,
      accomplice: sequencer.address,
      amount: parseEther("1000"),
    });
    const child = await commitOnTop(stage, follower, lying, [pay(carol, alice, 7n), pay(carol, carol, 8n)]);

    const reports = await watch(
      stage,
      watchtower,
      ["refute"],
      "re-executes all, proves segment 1 wrong, refutes",
    );
    const verdicts = reports.map(({ number, verdict, action, segment }) =>
      [number, verdict.kind, action, segment].join(" "),
    );
    stage.check("verdict on batch 1", "1 valid none ", verdicts[0]);
    stage.check("verdict on batch 2", "2 invalid refute 1", verdicts[1]);
    stage.check("verdict on batch 3", "3 cannot-tell none ", verdicts[2]);
    stage.check("transactions of the refutation", 1, stage.timeline.at(-1)?.transactions.length);
    const { dead } = watchNode.derivation.view;
    stage.check("rolled-back batches", `${lying.id},${child.id}`, dead.map(({ id }) => id).join());

    await stage.step("follower", "gets the bond of the rolled-back child back", () =>
      refundBatch(stage.node, follower.signer, child.id),
    );
    const before = oracle.waiting.calls.length;
    const again = await commitHonest(stage, { order: "any" });
    stage.check("transactions that the honest batch takes up", before, again.transactions.length);

    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, watchtower);
    await claimAll(stage, bob);

    const reward = rewardOf(params.batchBond, params);
    const deposited = { wallet: -parseEther("2") - place };
    return {
      gains: {
        sequencer: { wallet: -3n * params.batchBond, bond: 2n * params.batchBond },
        follower: { wallet: -params.batchBond, bond: params.batchBond },
        watchtower: { bond: reward },
        alice: deposited,
        bob: { wallet: deposited.wallet + parseEther("0.5") },
        carol: deposited,
      },
      burnedBonds: params.batchBond - reward,
      queuePlaces: 3,
      head: 2n,
      finalized: 2n,
    };
  },
};
