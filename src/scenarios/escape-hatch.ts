// The sequencer stops serving L1's queue. Anyone freezes the rollup, and everybody leaves with what the last final state says.

import { parseEther } from "ethers";
import { lastFinalOf } from "../chain/view.ts";
import { isLuntraError } from "../errors.ts";
import { claimExit, depositEth } from "../node/bridge.ts";
import { finalize } from "../node/dispute.ts";
import { escapeAccount, escapeStatus } from "../node/escape.ts";
import { escapeCall, singleLeaf } from "../node/escape-proof.ts";
import { type Committed, commitBatch } from "../node/sequencer.ts";
import { sendValid } from "../node/prover.ts";
import type { Scenario } from "./scenario.ts";
import { commitInVain } from "./support/commit-verbs.ts";
import { direct } from "./support/direct.ts";
import {
  checkEmpty,
  freezeAt,
  freezeRefused,
  leaveAlone,
  leaveTogether,
  returnDeposits,
  takeBonds,
} from "./support/exit-verbs.ts";
import { feeOf, pay, withdraw } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  challengeBlindly,
  claimAll,
  claimFeesOf,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  forceWithdrawal,
  postBond,
  prove,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

const PAID = parseEther("0.1");
const GIVEN_TOKENS = 70_000n;

export const escapeHatch: Scenario = {
  name: "escape-hatch",
  summary:
    "nobody serves the queue for as long as it takes, so anyone freezes the rollup, and all leave until nothing is left",
  async play(stage) {
    const { sequencer, challenger, watchtower, alice, bob, carol } = stage.cast;
    const { params, token } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await postBond(stage, challenger, params.minChallengeBond);
    await deposit(stage, alice, parseEther("3"));
    await deposit(stage, bob, parseEther("2"));
    await deposit(stage, carol, parseEther("1"));
    await depositTokens(stage, alice, 500_000n);
    const calls = [
      pay(alice, carol, GIVEN_TOKENS, token),
      withdraw(bob, parseEther("0.4")),
      withdraw(alice, 50_000n, token),
      pay(alice, bob, PAID),
    ];
    await send(stage, "payments and withdrawals", calls);
    const first = await commitHonest(stage);
    await proveWithoutFinality(stage, first);
    await wait(
      stage,
      params.escapeDelay,
      "as long as an escape waits; the batch is proven, and nobody makes it final",
    );
    await freezeRefused(stage, carol, "when only a call is missing", "FinalizeFirst");
    await finalizeAllowed(stage, alice);

    const freezableFrom = await leaveUnserved(stage);
    await stage.setNextTime(freezableFrom - 1n);
    await freezeRefused(
      stage,
      carol,
      "in the last second in which the queue may still be served",
      "StillInTime",
    );
    await freezeAt(stage, carol, freezableFrom);
    await refuseLife(stage);

    await takeBonds(stage, sequencer);
    await takeBonds(stage, challenger);
    await claimAll(stage, bob);
    await claimAll(stage, alice);
    await claimFeesOf(stage, sequencer, [1n]);
    await leaveAlone(stage, alice);
    await escapeOnceMore(stage);
    await leaveTogether(stage, watchtower);
    await returnDeposits(stage, watchtower);
    await refuseWhatIsOver(stage);
    await checkEmpty(stage);

    const place = params.baseEnqueuePrice;
    const fee = (i: number) => feeOf(calls[i] as (typeof calls)[0]);
    const fees = calls.reduce((sum, call) => sum + feeOf(call), 0n);
    return {
      gains: {
        sequencer: { wallet: fees - 2n * params.batchBond, bond: 2n * params.batchBond },
        challenger: { wallet: -params.minChallengeBond, bond: params.minChallengeBond },
        alice: { wallet: -PAID - fee(0) - fee(2) - fee(3) - 3n * place, tokens: -GIVEN_TOKENS },
        bob: { wallet: PAID - fee(1) - 2n * place },
        carol: { wallet: -2n * place, tokens: GIVEN_TOKENS },
      },
      burnedBonds: 0n,
      queuePlaces: 7,
      head: 1n,
      finalized: 1n,
      frozen: true,
    };
  },
};

/** Every segment is proven on L1, so that the batch lacks nothing but the call that makes it final. */
async function proveWithoutFinality(stage: Stage, { id, segments }: Committed): Promise<void> {
  const { prover } = stage.cast;
  for (let segment = 0; segment < segments; segment++) {
    const proven = await prove(stage, prover, id, segment);
    await stage.step("prover", `shows the proof of segment ${segment} to L1`, () =>
      sendValid(stage.watchNode, prover.signer, proven),
    );
  }
  await stage.node.derivation.sync();
}

/**
 * Two deposits and a forced withdrawal come. The sequencer takes them, and a withdrawal on L2, when it is too late for the
 * batch to be final in time; and it is challenged. Returns the first second in which the rollup can be frozen.
 */
async function leaveUnserved(stage: Stage): Promise<bigint> {
  const { params, node } = stage;
  const { alice, bob, carol, challenger } = stage.cast;
  const { queueEnd } = lastFinalOf(node.derivation.view).header;
  await deposit(stage, alice, parseEther("1"));
  await depositTokens(stage, carol, 5_000n);
  await forceWithdrawal(stage, bob, parseEther("0.3"));
  const oldest = (await node.derivation.sync()).queue[Number(queueEnd)];
  if (oldest === undefined) throw new RangeError("expected a deposit that no final batch took");

  await wait(stage, params.escapeDelay - params.challengeWindow / 2n, "the sequencer sleeps");
  await send(stage, "a withdrawal, much too late", [withdraw(bob, parseEther("0.2"))]);
  const late = await commitInVain(stage);
  await challengeBlindly(stage, challenger, late.id, 0);
  return oldest.enqueuedAt + params.escapeDelay;
}

/** A frozen rollup takes nothing in, and nothing pending is left to decide about. */
async function refuseLife(stage: Stage): Promise<void> {
  const { node, cast } = stage;
  const { sequencer, alice, carol, challenger } = cast;
  const { dead } = node.derivation.view;
  const pruned = dead.map(({ id }) => id).at(-1) ?? "";
  const late = await buildHonest(stage);
  await refused(stage, sequencer, "a commit after the freeze", "RollupFrozen", () =>
    commitBatch(node, sequencer.signer, late),
  );
  await refused(stage, alice, "a deposit after the freeze", "RollupIsFrozen", () =>
    depositEth(node, alice.signer, 1n),
  );
  await refused(stage, sequencer, "finality of the pruned batch", "NotLive", () =>
    finalize(node, sequencer.signer, pruned),
  );
  await refused(stage, challenger, "a challenge of the pruned batch", "NotLive", () =>
    direct(stage, challenger, ({ challenges }) => challenges.challenge(2n, pruned, 0, 10n ** 18n)),
  );
  await freezeRefused(stage, carol, "once more", "RollupFrozen");
}

/** The very proof that paid Alice, again: L1 takes it and pays nothing. */
async function escapeOnceMore(stage: Stage): Promise<void> {
  const { node, cast } = stage;
  const { alice } = cast;
  const [record] = escapeStatus(node, alice.address).records;
  if (record === undefined) throw new RangeError("expected a balance of Alice's");
  const { first, leaves, path } = escapeCall(
    node.stateAfter(lastFinalOf(node.derivation.view).id),
    singleLeaf(record),
  );
  const events = await stage.step(
    "alice",
    "escapes again, with the same proof, and has herself paid",
    async () => {
      const again = await direct(stage, alice, ({ bridge }) => bridge.escape(first, leaves, path));
      const paid = await direct(stage, alice, ({ bridge }) =>
        bridge.payEscapes(record.token, [alice.address]),
      );
      return again.logs.length + paid.logs.length;
    },
  );
  stage.check("what L1 does about a second escape", 0, events);
  const changes = stage.timeline.at(-1)?.changes.length;
  stage.check("what a second escape moves", 0, changes);
  const answer = await escapeAccount(node, alice.signer, alice.address).catch((error: unknown) => error);
  stage.check("the node's answer to a second escape", true, isLuntraError(answer, "NOTHING_TO_ESCAPE"));
}

/** What was claimed, returned or never brought is not there a second time. */
async function refuseWhatIsOver(stage: Stage): Promise<void> {
  const { node, cast } = stage;
  const { watchtower, bob } = cast;
  const { queue } = node.derivation.view;
  const claimed = node
    .execute(node.derivation.batchAt(1n).id)
    .exits.find(({ recipient }) => recipient === bob.address);
  await refused(stage, bob, "a second claim of his withdrawal", "AlreadyClaimed", () =>
    claimExit(node, bob.signer, 1n, claimed?.index ?? 99n),
  );
  const returned = (index: number) => {
    const item = queue[index];
    if (item === undefined) throw new RangeError(`expected queue item ${index}`);
    const { kind, sender, recipient, token, amount } = item;
    return direct(stage, watchtower, ({ bridge }) =>
      bridge.reclaim(item.index, { kind, sender, recipient, token, amount }),
    );
  };
  await refused(stage, watchtower, "the return of a deposit that the state has", "ItemConsumed", () =>
    returned(0),
  );
  await refused(stage, watchtower, "a second return of a deposit", "AlreadyReclaimed", () => returned(4));
  await refused(stage, watchtower, "the return of a forced withdrawal", "NotADeposit", () => returned(6));
}
