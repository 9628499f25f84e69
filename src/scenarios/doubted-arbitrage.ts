// A large arbitrage that somebody doubts: challenged, answered with a proof, and final within minutes of its commit.

import { parseEther } from "ethers";
import type { Scenario } from "./scenario.ts";
import { placesOf } from "./support/dispute-verbs.ts";
import { L1_BLOCK_SECONDS } from "./support/figures.ts";
import { pay, withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import {
  challengeBlindly,
  claimAll,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  postBond,
  proveAll,
  send,
  watch,
} from "./support/verbs.ts";

const LARGE = parseEther("400");
const PROFIT = parseEther("12");
const TOKENS = 500_000n;
/** Half an hour: the least that the proving window of the testnet preset leaves for an answer. */
const PROMISED = 1_800n;

export const doubtedArbitrage: Scenario = {
  name: "doubted-arbitrage",
  summary:
    "a large arbitrage looks too good and is challenged; proofs confirm it, and it is final within minutes, not days",
  async play(stage) {
    const { sequencer, challenger, prover, alice, bob, carol } = stage.cast;
    const { params, token, watchNode } = stage;

    await postBond(stage, sequencer, params.batchBond);
    await postBond(stage, challenger, params.minChallengeBond);
    await deposit(stage, alice, LARGE);
    await deposit(stage, bob, LARGE + 2n * PROFIT);
    await depositTokens(stage, carol, TOKENS);
    await send(stage, "a large arbitrage between two markets", [
      pay(alice, carol, LARGE - PROFIT),
      pay(carol, alice, TOKENS, token),
      pay(alice, bob, TOKENS, token),
      pay(bob, alice, LARGE + PROFIT),
      withdraw(alice, LARGE),
    ]);
    const { id, segments } = await commitHonest(stage);
    await watchNode.derivation.sync();
    const { committedAt } = watchNode.derivation.batch(id);

    const doubted = segments - 1;
    await challengeBlindly(stage, challenger, id, doubted);
    const reports = await watch(
      stage,
      prover,
      ["answer"],
      "answers with a validity proof of what was doubted",
    );
    stage.check("answers", `1:${doubted}`, placesOf(reports));
    const answeredAt = await stage.now();
    stage.check("the batch is final by proofs", true, await proveAll(stage, prover, id));
    await finalizeAllowed(stage, prover);
    const inTime = (await stage.now()) < committedAt + params.challengeWindow;
    stage.check("all this within the challenge window", true, inTime);
    await claimAll(stage, alice);

    // The chain of the stage makes a block a transaction. On Ethereum each takes up to twelve seconds, and proofs take what they took.
    const since = stage.timeline.findIndex(({ what }) => what.startsWith("commits batch"));
    const played = stage.timeline.slice(since + 1);
    const until = played.findIndex(({ what }) => what.startsWith("makes"));
    const wall = played.slice(0, until + 1).reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000;
    const blocks = played.slice(0, until + 1).reduce((sum, { transactions }) => sum + transactions.length, 0);
    const seconds = BigInt(Math.ceil(wall)) + BigInt(L1_BLOCK_SECONDS * blocks);
    stage.check("answered before the deadline", true, answeredAt < committedAt + params.provingWindow);
    stage.figure({
      what: `from the commit to finality: proofs, and ${blocks} transactions of twelve seconds each`,
      ...{ unit: "seconds", promised: PROMISED, measured: seconds },
    });

    const reward = rewardOf(params.minChallengeBond, params);
    return {
      gains: {
        sequencer: { wallet: -params.batchBond, bond: params.batchBond },
        challenger: { wallet: -params.minChallengeBond },
        prover: { bond: reward },
        alice: { wallet: -params.baseEnqueuePrice },
        bob: { wallet: -LARGE - 2n * PROFIT - params.baseEnqueuePrice },
        carol: { wallet: -params.baseEnqueuePrice, tokens: -TOKENS },
      },
      burnedBonds: params.minChallengeBond - reward,
      queuePlaces: 3,
      head: 1n,
      finalized: 1n,
    };
  },
};
