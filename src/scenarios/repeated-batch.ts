// A right batch dies because nobody answered for it, and is committed again under the very same header. It has another id, and
// so another life: no proof, challenge, record or refund of the first one counts in the second.

import { parseEther } from "ethers";
import type { Hex } from "../chain/types.ts";
import { batchId } from "../model/index.ts";
import { finalize, refundBatch, refundChallenge, timeout } from "../node/dispute.ts";
import { sendRecord, sendValid } from "../node/prover.ts";
import { type BuiltBatch, type Committed, commitBatch } from "../node/sequencer.ts";
import type { Scenario } from "./scenario.ts";
import {
  answerAll,
  callTimeout,
  commitDoomed,
  movedTo,
  openChallenge,
  paymentsFor,
  placesOf,
  sendProof,
  takeBack,
} from "./support/dispute-verbs.ts";
import { secondOf } from "./support/l1-control.ts";
import { withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  claimAll,
  deposit,
  postBond,
  prove,
  proveAll,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

export const repeatedBatch: Scenario = {
  name: "repeated-batch",
  summary:
    "a rolled-back batch is committed again with the same header; nothing of its first life counts in its second",
  async play(stage) {
    const { sequencer, prover, challenger, alice, bob, carol } = stage.cast;
    const { params, node } = stage;
    const { slot, provingWindow, batchBond, minChallengeBond } = params;

    await postBond(stage, sequencer, 2n * batchBond);
    for (const actor of [challenger, carol]) await postBond(stage, actor, minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    const payments = paymentsFor(stage, 2, alice, bob).slice(1);
    await send(stage, "payments, and a withdrawal", [...payments, withdraw(alice, parseEther("0.5"))]);

    // The first life: segment 0 is proven and recorded, segments 1 and 2 are challenged, and nobody answers.
    const built = await buildHonest(stage);
    const first = await commitDoomed(stage, built);
    const old = await prove(stage, prover, first.id, 0);
    await sendProof(stage, prover, old);
    await stage.step("prover", "records the proof for a contradiction, too", () =>
      sendRecord(node, prover.signer, old),
    );
    await openChallenge(stage, challenger, first, 1);
    await openChallenge(stage, carol, first, 2);
    stage.check("L1's memory of the first life", "proven 1, recorded 1", await memoryOf(stage, first.id));
    await wait(stage, slot + provingWindow, "nobody answers");
    await callTimeout(stage, challenger, first.id, 1);

    const second = await commitAgain(stage, built);
    const [one, two] = [first, second].map(({ id }) => node.derivation.batch(id).header);
    const named = [one, two].map((header) => header && batchId({ header, counter: 0n }));
    stage.check("the header of the second life", named[0], named[1]);
    stage.check("whether both lives have one id", false, first.id === second.id);
    stage.check("L1's memory of the second life", "proven 0, recorded 0", await memoryOf(stage, second.id));

    await refused(stage, prover, "the old proof about the first life", "NotLive", () =>
      sendValid(node, prover.signer, old),
    );
    await refused(stage, prover, "the old proof about the second life", "InvalidProof", () =>
      sendValid(node, prover.signer, movedTo(stage, old, second.id, 0)),
    );
    await refused(stage, prover, "the old proof as a record of the second life", "InvalidProof", () =>
      sendRecord(node, prover.signer, movedTo(stage, old, second.id, 0)),
    );
    await refused(stage, challenger, "the old timeout, once more", "NotLive", () =>
      timeout(node, challenger.signer, first.id, 1),
    );
    await refused(stage, carol, "the timeout of the other old challenge", "NotLive", () =>
      timeout(node, carol.signer, first.id, 2),
    );
    await refused(stage, carol, "a timeout of the second life", "NoOpenChallenge", () =>
      timeout(node, carol.signer, second.id, 2),
    );
    await refused(stage, sequencer, "finality of the first life", "NotLive", () =>
      finalize(node, sequencer.signer, first.id),
    );
    await refused(stage, sequencer, "finality of the second by the first's window", "NotFinalizable", () =>
      finalize(node, sequencer.signer, second.id),
    );
    await refused(stage, sequencer, "a refund of the first life's bond", "AlreadyRefuted", () =>
      refundBatch(node, sequencer.signer, first.id),
    );
    await refused(stage, sequencer, "a refund of the second life's bond", "BatchLive", () =>
      refundBatch(node, sequencer.signer, second.id),
    );

    stage.check("bonds back to carol", 1, await takeBack(stage, carol));
    for (const { id } of [first, second]) {
      await refused(stage, carol, "one more refund of that challenge", "NoOpenChallenge", () =>
        refundChallenge(node, carol.signer, id, 2),
      );
    }

    // The second life: the same segment is challenged on its own, answered, and all is proven.
    const again = await openChallenge(stage, challenger, second, 1);
    const until = again.deadline - (await secondOf(stage, again.block));
    stage.check("time to the new challenge's deadline", slot + provingWindow, until);
    stage.check("answered", "1:1", placesOf(await answerAll(stage, prover)));
    stage.check("whether the proven batch is final", true, await proveAll(stage, prover, second.id));
    await claimAll(stage, alice);

    const [ofBatch, ofChallenge] = [rewardOf(batchBond, params), rewardOf(minChallengeBond, params)];
    return {
      gains: {
        sequencer: { wallet: -2n * batchBond, bond: batchBond },
        challenger: { wallet: -minChallengeBond, bond: ofBatch },
        prover: { bond: ofChallenge },
        carol: { wallet: -minChallengeBond, bond: minChallengeBond },
        alice: { wallet: parseEther("0.5") - parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: batchBond - ofBatch + minChallengeBond - ofChallenge,
      queuePlaces: 1,
      head: 1n,
      finalized: 1n,
    };
  },
};

/** Sends the built batch once more; this one stays, so the oracle runs it. */
async function commitAgain(stage: Stage, { counter, ...built }: BuiltBatch): Promise<Committed> {
  const { node, oracle, cast } = stage;
  const committed = await stage.step("sequencer", "commits the very same batch again", () =>
    commitBatch(node, cast.sequencer.signer, { ...built, counter: counter + 1n }),
  );
  await node.derivation.sync();
  stage.check("segments of the second life", oracle.commit().checkpoints.length, committed.segments);
  return committed;
}

/** Bitmaps of the segments that L1 holds for proven, and for recorded. */
async function memoryOf({ node }: Stage, id: Hex): Promise<string> {
  const { proven, recorded } = await node.chain.contracts.challenges.disputes(id);
  return `proven ${proven}, recorded ${recorded}`;
}
