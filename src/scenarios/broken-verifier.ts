// Somebody has broken the proof system and forges proofs. Two results of one segment show it to L1, and that is the end.

import { parseEther } from "ethers";
import type { Hex } from "../chain/types.ts";
import { pauseAt } from "../chain/protocol-time.ts";
import { claimExit } from "../node/bridge.ts";
import { contradict, forgedProof } from "../node/contradiction.ts";
import { pauseClock } from "../node/pause.ts";
import { sendFraud } from "../node/prover.ts";
import type { Scenario } from "./scenario.ts";
import { clumsy, forge } from "./support/broken-verifiers.ts";
import { commitInVain } from "./support/commit-verbs.ts";
import { checkEmpty, leaveTogether, returnDeposits, takeBonds } from "./support/exit-verbs.ts";
import { feeOf, pay, withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  claimAll,
  claimFeesOf,
  commitHonest,
  deposit,
  depositTokens,
  finalizeAllowed,
  postBond,
  prove,
  refused,
  send,
  wait,
} from "./support/verbs.ts";

/** A result that nothing leads to. */
const NONSENSE = 0xbadn;
const SEGMENT = 1;
const PAUSE = 3600n;
const PAID = parseEther("0.1");
const GIVEN_TOKENS = 1_000n;

export const brokenVerifier: Scenario = {
  name: "broken-verifier",
  summary:
    "a forged fraud proof kills an honest batch; a true proof beside it freezes the rollup at its last final batch, in a pause",
  brokenVerifiers: true,
  overrides: ({ deployer }) => ({ guardian: deployer.address }),
  async play(stage) {
    const { sequencer, challenger, deployer, alice, bob, carol } = stage.cast;
    const { params, token, node, watchNode } = stage;

    await postBond(stage, sequencer, 3n * params.batchBond);
    await deposit(stage, alice, parseEther("2"));
    await deposit(stage, bob, parseEther("2"));
    await deposit(stage, carol, parseEther("1"));
    await depositTokens(stage, alice, 300_000n);
    const calls = [
      withdraw(bob, parseEther("0.5")),
      pay(alice, carol, GIVEN_TOKENS, token),
      pay(alice, bob, PAID),
    ];
    await send(stage, "payments and a withdrawal", calls);
    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);

    await deposit(stage, carol, parseEther("0.7"));
    await send(
      stage,
      "more payments",
      [1n, 2n, 3n, 4n, 5n].map((i) => pay(alice, bob, i)),
    );
    const honest = await commitInVain(stage);
    const forgery = await attack(stage, honest.id);
    const again = await commitInVain(stage);

    await stage.step("deployer", `stops the clock for ${PAUSE / 60n} minutes`, () =>
      pauseClock(node, deployer.signer, PAUSE),
    );
    await refused(stage, challenger, "a forged fraud proof in the pause", "ClockPaused", async () =>
      sendFraud(node, challenger.signer, await forge(stage, challenger, again.id, SEGMENT, NONSENSE)),
    );
    await refused(stage, bob, "a claim in the pause", "ClockPaused", () =>
      claimExit(node, bob.signer, 1n, 0n),
    );
    await contradictIt(stage, honest.id, forgery);
    const { view } = watchNode.derivation;
    stage.check("pruned by the freeze", again.id, view.dead.at(-1)?.id);
    const running = pauseAt(view.pauses, view.l1.timestamp);
    stage.check("the freeze came in the pause", true, running !== undefined);

    await wait(stage, PAUSE, "the pause ends");
    await takeBonds(stage, sequencer);
    await claimAll(stage, bob);
    await claimFeesOf(stage, sequencer, [1n]);
    await leaveTogether(stage, alice);
    await returnDeposits(stage, alice);
    await checkEmpty(stage);

    const reward = rewardOf(params.batchBond, params);
    const place = params.baseEnqueuePrice;
    const fee = (i: number) => feeOf(calls[i] as (typeof calls)[0]);
    return {
      gains: {
        sequencer: { wallet: fee(0) + fee(1) + fee(2) - 3n * params.batchBond, bond: 2n * params.batchBond },
        // What a forgery took before the freeze is gone.
        challenger: { bond: reward },
        alice: { wallet: -PAID - fee(1) - fee(2) - 2n * place, tokens: -GIVEN_TOKENS },
        bob: { wallet: PAID - fee(0) - place },
        carol: { wallet: -2n * place, tokens: GIVEN_TOKENS },
      },
      burnedBonds: params.batchBond - reward,
      queuePlaces: 5,
      head: 1n,
      finalized: 1n,
      frozen: true,
    };
  },
};

/** L1 believes the forgery: the honest batch dies and the forger is paid. Returns the forger's transaction. */
async function attack(stage: Stage, id: Hex): Promise<Hex> {
  const { watchNode, cast } = stage;
  const { challenger } = cast;
  const forgery = await forge(stage, challenger, id, SEGMENT, NONSENSE);
  await refused(stage, challenger, "a fraud proof that is merely wrong", "InvalidProof", () =>
    sendFraud(watchNode, challenger.signer, clumsy(forgery)),
  );
  const { transaction } = await stage.step(
    "challenger",
    `refutes segment ${SEGMENT} of the honest batch with a forged proof`,
    () => sendFraud(watchNode, challenger.signer, forgery),
  );
  const { dead } = await watchNode.derivation.sync();
  stage.check("dead by the forgery", id, dead.map((batch) => batch.id).join());
  stage.check("what is wrong with the dead batch", undefined, watchNode.execute(id).wrong);
  await stage.node.derivation.sync();
  return transaction;
}

/**
 * The prover shows the true result beside the forged one, which it reads from the forger's transaction. The segments before it
 * are proven first, for this alone.
 */
async function contradictIt(stage: Stage, id: Hex, transaction: Hex): Promise<void> {
  const { watchNode, prover, node, cast } = stage;
  const forgery = await forgedProof(watchNode, transaction);
  const truth = await prove(stage, cast.prover, id, SEGMENT);
  stage.check("where the segment truly leads", truth.opening.claimed, truth.computed);
  await refused(stage, cast.prover, "a contradiction from an unproven start", "PredecessorNotProven", () =>
    contradict(watchNode, cast.prover.signer, truth, forgery),
  );
  await stage.step("prover", "proves what comes before, and shows both results: the rollup freezes", () =>
    contradict(watchNode, cast.prover.signer, truth, forgery, { prover }),
  );
  const view = await watchNode.derivation.sync();
  await node.derivation.sync();
  const cause = view.freeze?.kind === "contradiction" ? `${view.freeze.id} ${view.freeze.segment}` : "none";
  stage.check("why the rollup is frozen", `${id} ${SEGMENT}`, cause);
}
