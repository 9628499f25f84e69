// Others build on a wrong batch, and others again dispute what they built. One fraud proof takes all of it off the chain, and
// nobody pays but who lied.

import { parseEther } from "ethers";
import { finalize, refundBatch, refundChallenge } from "../node/dispute.ts";
import type { Scenario } from "./scenario.ts";
import {
  commitOnTop,
  openChallenge,
  paymentsFor,
  placesOf,
  proveOnTop,
  sendProof,
  takeBack,
} from "./support/dispute-verbs.ts";
import { pay, withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  claimAll,
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

export const descendantsOfFraud: Scenario = {
  name: "descendants-of-fraud",
  summary:
    "two batches stand on a wrong one, one of them proven; a fraud proof rolls all back, and only the liar's bond is lost",
  async play(stage) {
    const { sequencer, follower, watchtower, challenger, alice, bob, carol } = stage.cast;
    const { params, node, oracle } = stage;
    const { batchBond, minChallengeBond, baseEnqueuePrice } = params;

    await postBond(stage, sequencer, 4n * batchBond);
    for (const actor of [follower, carol]) await postBond(stage, actor, batchBond);
    for (const actor of [challenger, bob]) await postBond(stage, actor, minChallengeBond);
    for (const user of [alice, bob]) await deposit(stage, user, parseEther("2"));
    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    await send(stage, "payments, and a withdrawal", [
      ...paymentsFor(stage, 2, alice, bob),
      withdraw(bob, parseEther("0.5")),
    ]);
    const wrong = await commitLie(stage, {
      segment: 1,
      accomplice: sequencer.address,
      amount: parseEther("1000"),
    });
    const child = await commitOnTop(stage, follower, wrong, [pay(alice, carol, 7n)]);
    const grandchild = await commitOnTop(stage, carol, child, paymentsFor(stage, 2, bob, alice));

    await openChallenge(stage, challenger, wrong, 1);
    await openChallenge(stage, bob, grandchild, 1);
    // The child's own step is right: from the wrong state it leads where its author says. That makes it no more than a child.
    await sendProof(stage, follower, await proveOnTop(stage, follower, child, wrong.state));
    await refused(stage, follower, "finality of the proven child before its parent", "NotLive", () =>
      finalize(node, follower.signer, child.id),
    );
    await refused(stage, follower, "a refund of the child while it stands", "BatchLive", () =>
      refundBatch(node, follower.signer, child.id),
    );

    const reports = await watch(
      stage,
      watchtower,
      ["refute"],
      "re-executes all, and refutes segment 1 alone",
    );
    const verdicts = reports
      .map(({ number, verdict, action }) => `${number} ${verdict.kind} ${action}`)
      .join();
    stage.check("verdicts", "2 invalid refute,3 cannot-tell none,4 cannot-tell none", verdicts);
    stage.check("refuted", "2:1", placesOf(reports.filter(({ receipt }) => receipt !== undefined)));
    stage.check("transactions of the refutation", 1, stage.timeline.at(-1)?.transactions.length);
    const { dead } = node.derivation.view;
    const all = [wrong, child, grandchild].map(({ id }) => id).join();
    stage.check("rolled-back batches", all, dead.map(({ id }) => id).join());

    for (const actor of [challenger, bob, carol]) {
      stage.check(`bonds back to ${actor.name}`, 1, await takeBack(stage, actor));
    }
    const freed = oracle.waiting.calls.length;
    const again = await commitHonest(stage, { order: "any" });
    stage.check("transactions that were freed", freed, again.transactions.length);
    await send(stage, "one more", [pay(bob, carol, 3n)]);
    await commitHonest(stage);
    stage.check("bonds back once its place is taken again", 1, await takeBack(stage, follower));

    await refused(stage, sequencer, "a refund of the wrong batch", "AlreadyRefuted", () =>
      refundBatch(node, sequencer.signer, wrong.id),
    );
    await refused(stage, carol, "the grandchild's refund, once more", "AlreadyRefunded", () =>
      refundBatch(node, carol.signer, grandchild.id),
    );
    await refused(stage, bob, "the refund of its challenge, once more", "NoOpenChallenge", () =>
      refundChallenge(node, bob.signer, grandchild.id, 1),
    );
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, watchtower);
    await claimAll(stage, bob);

    const reward = rewardOf(batchBond, params);
    const deposited = -parseEther("2") - baseEnqueuePrice;
    return {
      gains: {
        sequencer: { wallet: -4n * batchBond, bond: 3n * batchBond },
        follower: { wallet: -batchBond, bond: batchBond },
        carol: { wallet: -batchBond, bond: batchBond },
        challenger: { wallet: -minChallengeBond, bond: minChallengeBond },
        watchtower: { bond: reward },
        alice: { wallet: deposited },
        bob: { wallet: deposited + parseEther("0.5") - minChallengeBond, bond: minChallengeBond },
      },
      burnedBonds: batchBond - reward,
      queuePlaces: 2,
      head: 3n,
      finalized: 3n,
    };
  },
};
