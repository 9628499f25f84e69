// The checker must notice: each test plays a short honest scenario in which one thing is not as predicted.

import { expect } from "chai";
import { parseEther } from "ethers";
import { Kind } from "../../src/model/index.ts";
import { depositBond } from "../../src/node/bond.ts";
import { depositEth } from "../../src/node/bridge.ts";
import { finalizeAll } from "../../src/node/dispute.ts";
import { escapeAccount, reclaim } from "../../src/node/escape.ts";
import { freezeUnserved } from "../../src/node/freeze.ts";
import type { Scenario } from "../../src/scenarios/index.ts";
import { pay } from "../../src/scenarios/support/l2-calls.ts";
import type { Prediction } from "../../src/scenarios/support/prediction.ts";
import type { Stage } from "../../src/scenarios/support/stage.ts";
import { commitHonest, deposit, postBond, send } from "../../src/scenarios/support/verbs.ts";
import { failedChecks, play } from "./support.ts";

interface Twist {
  readonly beforeCommit?: (stage: Stage) => Promise<void>;
  readonly afterCommit?: (stage: Stage) => Promise<void>;
  readonly predict?: (right: Prediction) => Prediction;
}

/** Alice deposits and pays Bob; one batch, still pending at the end. */
function shortScenario({ beforeCommit, afterCommit, predict = (right) => right }: Twist): Scenario {
  return {
    name: "short",
    summary: "one batch",
    async play(stage) {
      const { sequencer, alice, bob } = stage.cast;
      const { batchBond, baseEnqueuePrice } = stage.params;
      await postBond(stage, sequencer, batchBond);
      await deposit(stage, alice, parseEther("1"));
      await send(stage, "a payment", [pay(alice, bob, 5n)]);
      await beforeCommit?.(stage);
      await commitHonest(stage);
      await afterCommit?.(stage);
      return predict({
        gains: {
          sequencer: { wallet: -batchBond, locked: batchBond },
          alice: { wallet: -parseEther("1") - baseEnqueuePrice },
        },
        burnedBonds: 0n,
        queuePlaces: 1,
        head: 1n,
        finalized: 0n,
      });
    },
  };
}

describe("the checker of scenarios", function () {
  this.timeout(120_000);

  it("passes what is as predicted", async () => {
    const result = await play(shortScenario({}));
    if (result.error !== undefined) throw result.error;
    expect(failedChecks(result)).to.deep.equal([]);
    expect(result.ok).to.equal(true);
  });

  async function fails(twist: Twist, expected: readonly string[]): Promise<void> {
    const result = await play(shortScenario(twist));
    if (result.error !== undefined) throw result.error;
    expect(failedChecks(result)).to.include.members([...expected]);
    expect(result.ok).to.equal(false);
  }

  it("notices a promise that is not kept", () =>
    fails(
      {
        afterCommit: async (stage) => {
          stage.figure({ what: "gas", unit: "gas", promised: 1n, measured: 2n });
        },
      },
      ["promise: gas"],
    ));

  it("notices one wei that moves on L1 behind the stage's back", () =>
    fails(
      {
        afterCommit: async ({ cast: { alice, bob } }) => {
          await (await alice.signer.sendTransaction({ to: bob.address, value: 1n })).wait();
        },
      },
      ["alice: change of wallet", "bob: change of wallet"],
    ));

  it("does not mistake gas for a loss", async () => {
    const afterCommit = async ({ cast: { alice } }: Stage) => {
      await (await alice.signer.sendTransaction({ to: alice.address, value: 1n })).wait();
    };
    const result = await play(shortScenario({ afterCommit }));
    expect(failedChecks(result)).to.deep.equal([]);
    expect(result.ok).to.equal(true);
  });

  it("notices a bond that nobody predicted", () =>
    fails({ afterCommit: async ({ node, cast }) => void (await depositBond(node, cast.carol.signer, 1n)) }, [
      "carol: change of wallet",
      "carol: change of bond",
    ]));

  it("notices a deposit that nobody told the oracle of", () =>
    fails({ beforeCommit: async ({ node, cast }) => void (await depositEth(node, cast.carol.signer, 1n)) }, [
      "carol: change of wallet",
      "carol: L2 balance",
      "bridge: custody of ETH",
      "bridge: burned for queue places",
      "batch 1: checkpoint after segment 1",
    ]));

  it("notices an oracle that expects other checkpoints than L1 has", () =>
    fails(
      {
        beforeCommit: async ({ oracle, cast: { bob } }) => {
          const [sender, recipient] = [bob.address, bob.address];
          const token = `0x${"0".repeat(40)}`;
          oracle.enqueue({ kind: Kind.depositEth, sender, recipient, token, amount: 1n });
        },
      },
      ["bob: L2 balance", "bridge: custody of ETH", "batch 1: checkpoint after segment 1"],
    ));

  it("notices tokens, burns and finality that were predicted and did not come", () =>
    fails(
      {
        predict: ({ gains, ...right }) => ({
          ...right,
          gains: { ...gains, bob: { tokens: 1n } },
          burnedBonds: 1n,
          queuePlaces: 2,
          finalized: 1n,
        }),
      },
      [
        "bob: change of tokens",
        "bonds: burned",
        "bonds: balance",
        "bridge: burned for queue places",
        "bridge: balance",
        "final batches",
      ],
    ));

  it("notices a freeze that was predicted and did not come", () =>
    fails({ predict: (right) => ({ ...right, frozen: true }) }, ["frozen", "frozen, by L1"]));

  it("notices a freeze that nobody predicted, and who left behind the stage's back", () =>
    fails(
      {
        afterCommit: async (stage) => {
          const { node, cast, params } = stage;
          await stage.increaseTime(params.challengeWindow);
          await finalizeAll(node, cast.carol.signer);
          const { index } = await depositEth(node, cast.carol.signer, 7n);
          await stage.increaseTime(params.escapeDelay);
          await freezeUnserved(node, cast.carol.signer);
          await escapeAccount(node, cast.bob.signer, cast.bob.address);
          await reclaim(node, cast.carol.signer, index);
        },
        predict: (right) => ({ ...right, finalized: 1n }),
      },
      [
        "frozen",
        "frozen, by L1",
        "balances that escaped",
        "deposits that returned",
        "bridge: custody of ETH",
      ],
    ));

  it("notices in a freeze that was predicted which balance left", () =>
    fails(
      {
        afterCommit: async (stage) => {
          const { node, cast, params } = stage;
          await stage.increaseTime(params.challengeWindow);
          await finalizeAll(node, cast.carol.signer);
          await deposit(stage, cast.carol, 7n);
          await stage.increaseTime(params.escapeDelay);
          await freezeUnserved(node, cast.carol.signer);
          await escapeAccount(node, cast.bob.signer, cast.bob.address);
        },
        predict: (right) => ({ ...right, finalized: 1n, frozen: true }),
      },
      ["balances that escaped", "bob: ETH escaped", "bob: change of wallet", "bridge: custody of ETH"],
    ));

  it("reports what stopped the play, with the timeline up to there", async () => {
    const stop = new RangeError("the curtain fell");
    const result = await play(shortScenario({ afterCommit: () => Promise.reject(stop) }));
    expect(result.error).to.equal(stop);
    expect(result.ok).to.equal(false);
    expect(result.timeline.map(({ who }) => who)).to.include("alice");
  });
});
