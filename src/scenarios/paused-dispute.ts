// The guardian stops the clock in the middle of two disputes. Nothing is lost, nothing is decided, and every deadline moves by
// exactly the seconds of the pause.

import { parseEther } from "ethers";
import { openCheckpoint } from "../node/bridge.ts";
import { finalize, timeout } from "../node/dispute.ts";
import { pauseClock, resumeClock } from "../node/pause.ts";
import type { Committed } from "../node/sequencer.ts";
import { type Shelf, type WatchRound, watchOnce } from "../watchtower/watch.ts";
import type { Scenario } from "./scenario.ts";
import { allRefused } from "./support/direct.ts";
import { feeOf, pay, withdraw } from "./support/l2-calls.ts";
import { CALLS_IN_A_PAUSE, changingCalls, pausedCalls } from "./support/paused-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  challengeBlindly,
  claimAll,
  claimFeesOf,
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

const PAUSE = 3600n;
const WITHDRAWN = parseEther("0.3");
const SEGMENT = 1;

export const pausedDispute: Scenario = {
  name: "paused-dispute",
  summary:
    "a pause in the middle of two disputes: all calls are refused, a proof is made meanwhile, deadlines move by its seconds",
  overrides: ({ deployer }) => ({ guardian: deployer.address }),
  async play(stage) {
    const { sequencer, challenger, prover, deployer, alice, bob, carol } = stage.cast;
    const { params, node, watchNode } = stage;

    await postBond(stage, sequencer, 3n * params.batchBond);
    await postBond(stage, challenger, params.minChallengeBond);
    await postBond(stage, carol, params.minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await deposit(stage, bob, parseEther("1"));
    const calls = [pay(alice, bob, 1n), withdraw(bob, WITHDRAWN)];
    await send(stage, "a payment and a withdrawal", calls);
    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    await stage.step("bob", "opens the checkpoint of batch 1, and waits", () =>
      openCheckpoint(node, bob.signer, 1n),
    );

    await send(
      stage,
      "payments",
      [1n, 2n, 3n, 4n, 5n].map((i) => pay(alice, bob, i)),
    );
    const right = await commitHonest(stage);
    await send(stage, "one more", [pay(alice, bob, 6n)]);
    const wrong = await commitLie(stage, {
      segment: 0,
      accomplice: sequencer.address,
      amount: parseEther("9"),
    });
    const frivolous = await challengeBlindly(stage, challenger, right.id, SEGMENT);
    await watch(stage, carol, ["challenge"], "challenges the lie in batch 3, with a bond alone");
    const justified = disputeAt(stage, wrong.id);

    await stage.step("deployer", `stops the clock for ${PAUSE / 60n} minutes`, () =>
      pauseClock(node, deployer.signer, PAUSE),
    );
    const shelf: Shelf = new Map();
    const until = await standStill(stage, { right, wrong, shelf });

    await stage.setNextTime(until);
    await stage.increaseTime(0n);
    const unneeded = { prove: () => Promise.reject(new RangeError("the proof is made already")) };
    const { reports } = await stage.step("prover", "answers right after it, with that proof", () =>
      watchOnce(watchNode, { prover: unneeded, signer: prover.signer, may: ["answer"] }, shelf),
    );
    stage.check("answers", `2 ${SEGMENT}`, answersIn({ reports }));
    await node.derivation.sync();
    stage.check("what became of the frivolous challenge", "answered", disputeAt(stage, right.id)?.outcome);
    stage.check("its deadline in protocol time", frivolous.deadline, disputeAt(stage, right.id)?.deadline);

    const { committedAt } = node.derivation.batch(right.id);
    await stage.setNextTime(committedAt + params.challengeWindow + PAUSE - 1n);
    await refused(
      stage,
      sequencer,
      "finality of batch 2 a second before its window and the pause are over",
      "NotFinalizable",
      () => finalize(node, sequencer.signer, right.id),
    );
    await stage.setNextTime(committedAt + params.challengeWindow + PAUSE);
    await finalizeAllowed(stage, sequencer);
    stage.check("final in just that second", right.number, node.derivation.view.finalized);

    const deadline = justified?.deadline ?? 0n;
    stage.check("the challenge of the lie is still open", "open", disputeAt(stage, wrong.id)?.outcome);
    await stage.setNextTime(deadline + PAUSE - 1n);
    await refused(
      stage,
      carol,
      "the timeout a second before the deadline and the pause are over",
      "DeadlineNotReached",
      () => timeout(node, carol.signer, wrong.id, 0),
    );
    await stage.setNextTime(deadline + PAUSE);
    await stage.step("carol", "closes her win in just that second: batch 3 is rolled back", () =>
      timeout(node, carol.signer, wrong.id, 0),
    );

    await commitHonest(stage, { order: "any" });
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    await claimAll(stage, bob);
    await claimFeesOf(stage, sequencer, [1n]);
    await pauseAgain(stage, until);

    const reward = {
      batch: rewardOf(params.batchBond, params),
      challenge: rewardOf(params.minChallengeBond, params),
    };
    const fees = calls.reduce((sum, call) => sum + feeOf(call), 0n);
    const place = params.baseEnqueuePrice;
    return {
      gains: {
        sequencer: { wallet: fees - 3n * params.batchBond, bond: 2n * params.batchBond },
        challenger: { wallet: -params.minChallengeBond },
        prover: { bond: reward.challenge },
        carol: { wallet: -params.minChallengeBond, bond: params.minChallengeBond + reward.batch },
        alice: { wallet: -parseEther("2") - place },
        bob: { wallet: WITHDRAWN - parseEther("1") - place },
      },
      burnedBonds: params.batchBond - reward.batch + params.minChallengeBond - reward.challenge,
      queuePlaces: 2,
      head: 3n,
      finalized: 3n,
    };
  },
};

interface Disputed {
  readonly right: Committed;
  readonly wrong: Committed;
  readonly shelf: Shelf;
}

/** What happens in a pause: nothing on L1, and a proof beside it. Returns the first second after it. */
async function standStill(stage: Stage, { right, wrong, shelf }: Disputed): Promise<bigint> {
  const { node, watchNode, prover, params, cast } = stage;
  const { clock } = node.chain.contracts;
  const { pauses } = await node.derivation.sync();
  const [pause] = pauses;
  if (pause === undefined) throw new RangeError("expected a pause");
  stage.check("seconds of the pause", PAUSE, pause.until - pause.from);
  const before = await clock.look();
  const calls = await pausedCalls(stage, right.id, SEGMENT, wrong.id);
  await allRefused(stage, "in the pause", "ClockPaused", calls);
  const tried = [...Object.keys(calls), ...CALLS_IN_A_PAUSE].sort();
  stage.check("calls that change anything", changingCalls(stage).join(), tried.join());

  await wait(stage, PAUSE / 2n, "half of the pause goes by");
  const round = await stage.step("prover", "makes the proof of an answer; nothing can be sent", () =>
    watchOnce(watchNode, { prover, signer: cast.prover.signer, may: ["answer"] }, shelf),
  );
  const answer = round.reports.find(({ action }) => action === "answer");
  stage.check("the round is one in a pause", true, round.paused);
  stage.check("the answer waits, its proof is ready", "true true", `${answer?.deferred} ${answer?.ready}`);
  stage.check("transactions of that round", 0, stage.timeline.at(-1)?.transactions.length);
  const after = await clock.look();
  stage.check("protocol time half a pause later", before.now_, after.now_);
  stage.check("protocol time in the pause", pause.from, after.now_);

  await refused(stage, cast.deployer, "a pause in the pause", "PauseTooSoon", () =>
    pauseClock(node, cast.deployer.signer, params.longestPause),
  );
  await stage.setNextTime(pause.until - 1n);
  await refused(stage, cast.sequencer, "finality in the last second of the pause", "ClockPaused", () =>
    finalize(node, cast.sequencer.signer, right.id),
  );
  return pause.until;
}

/** Pauses cannot be chained: time runs for four times as long as it may stand still. */
async function pauseAgain(stage: Stage, until: bigint): Promise<void> {
  const { node, params, cast } = stage;
  const { deployer } = cast;
  const earliest = until + params.pauseCooldown;
  await stage.setNextTime(earliest - 1n);
  await refused(stage, deployer, "a second pause a second before the cooldown is over", "PauseTooSoon", () =>
    pauseClock(node, deployer.signer, PAUSE),
  );
  await stage.setNextTime(earliest);
  await stage.step(
    "deployer",
    "pauses in the first second in which it may, and lets time run at once",
    async () => {
      await pauseClock(node, deployer.signer, PAUSE);
      await resumeClock(node, deployer.signer);
    },
  );
  stage.check("pauses in all", 2, (await node.derivation.sync()).pauses.length);
}

/** The one challenge of a batch. */
function disputeAt({ node }: Stage, id: string) {
  return node.derivation.view.disputes.get(id)?.challenges[0];
}

function answersIn({ reports }: Pick<WatchRound, "reports">): string {
  return reports
    .filter(({ receipt }) => receipt !== undefined)
    .map(({ number, segment }) => `${number} ${segment}`)
    .join();
}
