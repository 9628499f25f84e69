// L1 takes another course in the middle of a dispute. The batch that it was about never was, and nobody acts on it any more.

import { parseEther } from "ethers";
import type { Hex } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import { bondOf } from "../node/bond.ts";
import { poolStatus } from "../node/pool-status.ts";
import { type ProvenSegment, sendValid } from "../node/prover.ts";
import type { Prover } from "../node/segment-run.ts";
import { watchOnce } from "../watchtower/watch.ts";
import type { Scenario } from "./scenario.ts";
import { commitInstead, commitInVain } from "./support/commit-verbs.ts";
import { direct } from "./support/direct.ts";
import { pay } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  challengeBlindly,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  prove,
  refused,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

/** Challenged, in the batch that vanishes and in the one that takes its number. */
const SEGMENT = 1;
/** How often the watchtower asks whether a batch still stands while it proves. */
const LOOK_MS = 50;

export const reorgedDispute: Scenario = {
  name: "reorged-dispute",
  summary:
    "a reorg drops a challenged batch while its proof is made; the work is given up, old calls are refused, bonds are untouched",
  async play(stage) {
    const { sequencer, follower, challenger, prover, alice, bob, carol } = stage.cast;
    const { params, watchNode } = stage;

    await postBond(stage, sequencer, 2n * params.batchBond);
    await postBond(stage, follower, params.batchBond);
    await postBond(stage, challenger, params.minChallengeBond);
    await deposit(stage, alice, parseEther("2"));
    await deposit(stage, bob, parseEther("1"));
    await commitHonest(stage);
    const payments = [1n, 2n, 3n, 4n, 5n].map((i) => pay(alice, bob, i));
    await send(stage, "payments", payments);
    stage.check("transactions that wait", payments.length, await waiting(stage));

    const reorg = await stage.fork();
    const vanishing = await commitInVain(stage);
    stage.check("transactions that wait after the commit", 0, await waiting(stage));
    await challengeBlindly(stage, challenger, vanishing.id, SEGMENT);
    const early = await prove(stage, prover, vanishing.id, 0);
    stage.check("locked behind the challenge", params.minChallengeBond, await lockedOf(stage));

    await proveIntoReorg(stage, vanishing.id, reorg);
    stage.check("locked behind the challenge that never was", 0n, await lockedOf(stage));
    stage.check("transactions that wait again", payments.length, await waiting(stage));

    await deposit(stage, carol, parseEther("0.5"));
    const other = await commitInstead(stage, follower);
    stage.check("the number of the other batch", vanishing.number, other.number);
    stage.check("it is another one", true, other.id !== vanishing.id);
    await refuseOldCalls(stage, vanishing.id, early);

    await challengeBlindly(stage, challenger, other.id, SEGMENT);
    const reports = await watch(
      stage,
      prover,
      ["answer"],
      "answers the challenge of the batch that is there",
    );
    const answers = reports.filter(({ receipt }) => receipt !== undefined);
    stage.check(
      "answers",
      `${other.id} ${SEGMENT}`,
      answers.map(({ id, segment }) => `${id} ${segment}`).join(),
    );
    await send(stage, "another payment", [pay(bob, alice, 7n)]);
    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    stage.check("batches that died", 0, (await watchNode.derivation.sync()).dead.length);

    const reward = rewardOf(params.minChallengeBond, params);
    const place = params.baseEnqueuePrice;
    return {
      gains: {
        sequencer: { wallet: -2n * params.batchBond, bond: 2n * params.batchBond },
        follower: { wallet: -params.batchBond, bond: params.batchBond },
        challenger: { wallet: -params.minChallengeBond },
        prover: { bond: reward },
        alice: { wallet: -parseEther("2") - place },
        bob: { wallet: -parseEther("1") - place },
        carol: { wallet: -parseEther("0.5") - place },
      },
      burnedBonds: params.minChallengeBond - reward,
      queuePlaces: 3,
      head: 3n,
      finalized: 3n,
    };
  },
};

/** The proof has begun when L1 drops what it is about. */
async function proveIntoReorg(stage: Stage, id: Hex, reorg: () => Promise<void>): Promise<void> {
  const { watchNode, prover, cast } = stage;
  const begins = Promise.withResolvers<void>();
  const abandoned = Promise.withResolvers<void>();
  let begun = 0;
  let given = 0;
  const overtaken: Prover = {
    prove(run, signal) {
      begun++;
      signal?.addEventListener("abort", () => given++);
      begins.resolve();
      // Ends when it is told to, however fast the machine proves.
      return Promise.all([prover.prove(run, signal), abandoned.promise]).then(([proof]) => proof);
    },
  };
  const round = watchOnce(watchNode, {
    prover: overtaken,
    signer: cast.prover.signer,
    may: ["answer"],
    lookMs: LOOK_MS,
  });
  await begins.promise;
  await stage.step("L1", "drops the commit, and the challenge with it: another block came instead", reorg);
  const { reports } = await stage.step(
    "prover",
    "had begun to prove, and gives up as the batch is gone",
    () => round,
  );
  abandoned.resolve();
  const about = reports.find((report) => report.id === id);
  stage.check(
    "the answer to the challenge",
    "answer dropped",
    `${about?.action} ${about?.dropped ? "dropped" : "kept"}`,
  );
  stage.check("proofs begun and given up", "1 1", `${begun} ${given}`);
  stage.check(
    "what failed about it",
    undefined,
    about?.error === undefined ? undefined : String(about.error),
  );
  const view = await watchNode.derivation.sync();
  const theirs = await stage.node.derivation.sync();
  stage.check("batches of the new chain, by both nodes", "1 1", `${view.head} ${theirs.head}`);
  const known = [...view.live, ...view.dead].some((batch) => batch.id === id);
  stage.check("the vanished batch is known", false, known);
}

/** A proof and a challenge of the vanished batch, which somebody sends all the same. */
async function refuseOldCalls(stage: Stage, id: Hex, proven: ProvenSegment): Promise<void> {
  const { watchNode, cast } = stage;
  const { challenger, prover } = cast;
  const { batch, opening, beneficiary, proof } = proven;
  const answer = await sendValid(watchNode, prover.signer, proven).catch((error: unknown) => error);
  stage.check("the node's answer to the old proof", true, isLuntraError(answer, "UNKNOWN_BATCH"));
  await refused(stage, prover, "the old proof", "NotLive", () =>
    direct(stage, prover, ({ challenges }) => challenges.proveValid(batch, opening, { beneficiary, proof })),
  );
  await refused(stage, challenger, "the old challenge, sent again", "NotLive", () =>
    direct(stage, challenger, ({ challenges }) => challenges.challenge(2n, id, SEGMENT, 10n ** 18n)),
  );
  stage.check("locked behind the refused challenge", 0n, await lockedOf(stage));
}

async function lockedOf({ node, cast }: Stage): Promise<bigint> {
  return (await bondOf(node, cast.challenger.address)).locked;
}

/** Of the sequencer's pool, as its node sees L1 now. */
async function waiting({ node, mempool }: Stage): Promise<number> {
  await node.derivation.sync();
  return poolStatus(node, await mempool.list()).waiting.length;
}
