// Nobody lies and nobody objects: the cheapest path through the protocol.

import { parseEther } from "ethers";
import type { Scenario } from "./scenario.ts";
import { feeOf, pay, withdraw } from "./support/l2-calls.ts";
import {
  claimAll,
  claimFeesOf,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  forceWithdrawal,
  postBond,
  send,
  wait,
} from "./support/verbs.ts";

export const honest: Scenario = {
  name: "honest",
  summary:
    "ETH and tokens go in, move around and come out; nobody objects, so the closed window makes all final",
  async play(stage) {
    const { sequencer, alice, bob, carol } = stage.cast;
    const { token, params } = stage;
    const place = params.baseEnqueuePrice;

    await postBond(stage, sequencer, 3n * params.batchBond);
    await deposit(stage, alice, parseEther("5"));
    await deposit(stage, bob, parseEther("3"));
    await deposit(stage, carol, parseEther("1"));
    await depositTokens(stage, alice, 500_000n);
    await depositTokens(stage, bob, 300_000n);

    const payments = [1n, 2n, 3n, 4n, 5n, 6n, 7n].flatMap((i) => [
      pay(alice, bob, parseEther("0.1") + i),
      pay(bob, carol, parseEther("0.05") + i),
      pay(carol, alice, parseEther("0.02") + i),
      pay(alice, carol, 10_000n * i, token),
      { ...pay(bob, alice, 5_000n * i, token), priority: 100_000_000n },
    ]);
    await send(stage, "payments in ETH and tokens", payments);
    await commitHonest(stage);

    const more = [
      pay(alice, alice, parseEther("0.3")),
      pay(bob, alice, 0n),
      withdraw(alice, parseEther("1.5")),
      withdraw(bob, parseEther("1")),
      withdraw(carol, 100_000n, token),
      withdraw(alice, 50_000n, token),
      // Carol will not have it any more when its turn comes: L1's queue goes first. She pays the fee for nothing.
      pay(carol, bob, parseEther("0.9")),
      pay(alice, bob, 3n, token),
    ];
    await send(stage, "oddities and withdrawals", more);
    await forceWithdrawal(stage, carol, parseEther("0.6"));
    await commitHonest(stage);
    stage.check("failed transactions", 1, stage.oracle.batches[1]?.statuses.failed);

    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    for (const user of [alice, bob, carol]) await claimAll(stage, user);
    await claimFeesOf(stage, sequencer, [1n, 2n]);

    const fees = [...payments, ...more].reduce((sum, call) => sum + feeOf(call), 0n);
    return {
      gains: {
        sequencer: { wallet: fees - 3n * params.batchBond, bond: 3n * params.batchBond },
        alice: { wallet: parseEther("1.5") - parseEther("5") - 2n * place, tokens: 50_000n - 500_000n },
        bob: { wallet: parseEther("1") - parseEther("3") - 2n * place, tokens: -300_000n },
        carol: { wallet: parseEther("0.6") - parseEther("1") - 2n * place, tokens: 100_000n },
      },
      burnedBonds: 0n,
      queuePlaces: 6,
      head: 2n,
      finalized: 2n,
    };
  },
};
