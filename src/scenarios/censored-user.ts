// The sequencer will not take somebody's transactions. L1's queue takes them, and then the sequencer has to.

import { parseEther } from "ethers";
import { headOf } from "../chain/view.ts";
import { encodeSegment, recordFromRaw } from "../model/index.ts";
import { commitBatch, submit } from "../node/sequencer.ts";
import type { Scenario } from "./scenario.ts";
import { commitWithoutQueue } from "./support/commit-verbs.ts";
import { buildOn } from "./support/dishonest.ts";
import { BASE_FEE, pay, sign, withdraw } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  claimAll,
  commitHonest,
  deposit,
  finalizeAllowed,
  forceWithdrawal,
  postBond,
  proveAll,
  refused,
  send,
} from "./support/verbs.ts";

const FORCED = parseEther("0.6");

export const censoredUser: Scenario = {
  name: "censored-user",
  summary:
    "the sequencer drops a user's withdrawal; forced through L1, it may wait until it is due and not a second longer",
  async play(stage) {
    const { sequencer, prover, alice, bob, carol } = stage.cast;
    const { params, node } = stage;

    await postBond(stage, sequencer, 3n * params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await deposit(stage, bob, parseEther("2"));
    await send(
      stage,
      "payments",
      [1n, 2n, 3n].map((i) => pay(alice, carol, i)),
    );
    const first = await commitHonest(stage);

    await dropWithdrawal(stage);
    await send(stage, "others' payments", [pay(alice, carol, 4n), pay(alice, carol, 5n)]);
    await forceWithdrawal(stage, bob, FORCED);
    const item = (await node.derivation.sync()).queue.at(-1);
    if (item === undefined) throw new RangeError("expected the forced withdrawal in the queue");
    const due = item.enqueuedAt + params.forceInclusionDelay;

    await stage.setNextTime(due - 1n);
    const censoring = await commitWithoutQueue(stage);
    const { committedAt } = node.derivation.batch(censoring.id);
    stage.check("the last second in which the withdrawal may be left out", due - 1n, committedAt);

    await stage.setNextTime(due);
    await refuseWithoutItem(stage);
    const second = await commitHonest(stage);
    stage.check("queue items of the batch after that", 1, second.queueItems);
    stage.check("the second in which it is due", due, node.derivation.batch(second.id).committedAt);

    // Bob needs nobody: the first batch's window is long closed, and he has the others proven.
    await finalizeAllowed(stage, bob);
    stage.check("final by its window alone", first.number, node.derivation.view.finalized);
    stage.check(
      "the censoring batch is final once it is proven",
      true,
      await proveAll(stage, prover, censoring.id),
    );
    stage.check("and so is the next", true, await proveAll(stage, prover, second.id));
    await claimAll(stage, bob);

    const place = params.baseEnqueuePrice;
    return {
      gains: {
        sequencer: { wallet: -3n * params.batchBond, bond: 3n * params.batchBond },
        alice: { wallet: -parseEther("2") - place },
        bob: { wallet: FORCED - parseEther("2") - 2n * place },
      },
      burnedBonds: 0n,
      queuePlaces: 3,
      head: 3n,
      finalized: 3n,
    };
  },
};

/** A sound transaction, as the pool itself finds, and nobody ever hears of it again. */
async function dropWithdrawal(stage: Stage): Promise<void> {
  const { node, mempool, book, cast } = stage;
  const { hash, raw } = await sign(withdraw(cast.bob, parseEther("0.5")), 0n, book.l2ChainId);
  const known = await stage.step("sequencer", "takes bob's withdrawal in, and throws it away", async () => {
    const submitted = await submit(node, mempool, raw, { baseFee: BASE_FEE });
    await mempool.remove([hash]);
    return submitted.known;
  });
  stage.check("bob's withdrawal was there before", false, known);
  stage.check("bob's withdrawal is still in the pool", false, await mempool.has(hash));
}

/** One more payment, in a batch that goes on leaving the withdrawal out. */
async function refuseWithoutItem(stage: Stage): Promise<void> {
  const { node, book, cast } = stage;
  const [payment] = await send(stage, "a payment", [pay(cast.alice, cast.carol, 6n)]);
  if (payment === undefined) throw new RangeError("expected a signed payment");
  const head = headOf(node.derivation.view);
  const segment = encodeSegment([recordFromRaw(payment.raw, book.l2ChainId)]);
  const { built } = buildOn(node, head, node.stateAfter(head.id), [segment], BASE_FEE);
  await refused(stage, cast.sequencer, "a commit that leaves it out once it is due", "DueItemOmitted", () =>
    commitBatch(node, cast.sequencer.signer, built),
  );
}
