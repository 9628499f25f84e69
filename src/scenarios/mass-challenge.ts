// An attacker with money challenges every segment that there is, to overrun the one prover that looks, and slips a wrong batch in.
// Deadlines queue a slot apart, so that a prover who needs a whole slot for a proof is in time with each.

import { parseEther } from "ethers";
import { ether } from "../chain/amounts.ts";
import { challengeBond } from "../chain/economics.ts";
import { type Challenged, challenge, finalize, timeout } from "../node/dispute.ts";
import { type Committed, commitBatch } from "../node/sequencer.ts";
import type { WatchReport } from "../watchtower/watch.ts";
import type { Scenario } from "./scenario.ts";
import { lie } from "./support/dishonest.ts";
import { paymentsFor, placesOf, say } from "./support/dispute-verbs.ts";
import { nextBlockAt, secondOf } from "./support/l1-control.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  refused,
  send,
  watch,
} from "./support/verbs.ts";

const GWEI = 10n ** 9n;
const BATCHES = 3;
const SEGMENTS = 4;
const CHALLENGES = BigInt(BATCHES * SEGMENTS);

/** A challenge that the attacker opened. */
interface Opened extends Challenged {
  /** As `batch:segment`. */
  readonly place: string;
}

export const massChallenge: Scenario = {
  name: "mass-challenge",
  summary:
    "every segment of three batches is challenged at once, as cover for a lie; one prover refutes it and answers all in time",
  async play(stage) {
    const { sequencer, follower, watchtower, challenger, alice, bob } = stage.cast;
    const { params, node } = stage;
    const { slot, provingWindow, challengeWindow, batchBond, minChallengeBond } = params;

    await postBond(stage, sequencer, BigInt(BATCHES) * batchBond);
    await postBond(stage, challenger, CHALLENGES * minChallengeBond);
    await postBond(stage, follower, batchBond);
    await deposit(stage, alice, parseEther("2"));
    const batches: Committed[] = [];
    for (let i = 0; i < BATCHES; i++) {
      // The deposit fills a segment of the first batch.
      await send(stage, "payments", paymentsFor(stage, i === 0 ? SEGMENTS - 1 : SEGMENTS, alice, bob));
      batches.push(await commitHonest(stage));
    }

    const opened = await challengeAll(stage, batches);
    for (const [i, { block, deadline, place }] of opened.entries()) {
      const until = deadline - (await secondOf(stage, block));
      stage.check(`time to answer ${place}`, BigInt(i + 1) * slot + provingWindow, until);
    }
    const last = batches.at(-1) as Committed;
    await nextBlockAt(stage, node.derivation.batch(last.id).committedAt + challengeWindow);
    await refused(stage, sequencer, "finality while challenges are open", "NotFinalizable", () =>
      finalize(node, sequencer.signer, (batches[0] as Committed).id),
    );

    const answers: WatchReport[] = [];
    for (const [i, { deadline, place }] of opened.entries()) {
      if (i === opened.length / 2) await refuteBetween(stage);
      await nextBlockAt(stage, deadline - 1n);
      const reports = await watch(stage, watchtower, ["answer"], `answers ${place} in the last second`);
      const now = reports.filter(({ receipt }) => receipt !== undefined);
      stage.check("answered, the most urgent first", place, placesOf(now));
      stage.check(`whether ${place} was answered in time`, true, (await stage.now()) < deadline);
      answers.push(...now);
    }
    await refused(stage, challenger, "a timeout of what was answered", "NoOpenChallenge", () =>
      timeout(node, challenger.signer, last.id, SEGMENTS - 1),
    );
    await finalizeAllowed(stage, sequencer);
    stage.check("batches that were rolled back", 1, node.derivation.view.dead.length);

    const ofBatch = rewardOf(batchBond, params);
    const reward = rewardOf(minChallengeBond, params);
    await tellCosts(stage, answers);
    return {
      gains: {
        sequencer: { wallet: -BigInt(BATCHES) * batchBond, bond: BigInt(BATCHES) * batchBond },
        challenger: { wallet: -CHALLENGES * minChallengeBond },
        follower: { wallet: -batchBond },
        watchtower: { bond: CHALLENGES * reward + ofBatch },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
      },
      burnedBonds: CHALLENGES * (minChallengeBond - reward) + batchBond - ofBatch,
      queuePlaces: 1,
      head: BigInt(BATCHES),
      finalized: BigInt(BATCHES),
    };
  },
};

/** The last batch first, so that no order of segments helps whoever answers. */
async function challengeAll(stage: Stage, batches: readonly Committed[]): Promise<readonly Opened[]> {
  const { node, cast } = stage;
  return await stage.step(
    "challenger",
    `challenges all ${CHALLENGES} segments of ${BATCHES} batches`,
    async () => {
      const opened: Opened[] = [];
      for (const { id, number, segments } of batches.toReversed()) {
        for (let segment = 0; segment < segments; segment++) {
          const its = await challenge(node, cast.challenger.signer, id, segment, { unchecked: true });
          opened.push({ ...its, place: `${number}:${segment}` });
        }
      }
      return opened;
    },
  );
}

/** The attacker's own sequencer lies while answers are due: the next proof is against the lie. */
async function refuteBetween(stage: Stage): Promise<void> {
  const { node, cast } = stage;
  const { follower, watchtower } = cast;
  const empty = await buildHonest(stage, { heartbeat: true });
  const { built } = lie(node, empty, { segment: 0, accomplice: follower.address, amount: parseEther("9") });
  await stage.step("follower", "commits a wrong batch under cover of the challenges", () =>
    commitBatch(node, follower.signer, built),
  );
  const reports = await watch(stage, watchtower, ["refute", "answer"], "refutes it before it answers again");
  const acted = reports.filter(({ receipt }) => receipt !== undefined);
  stage.check(
    "what the next proof is for",
    "4 refute",
    acted.map((its) => `${its.number} ${its.action}`).join(),
  );
}

/** What it cost both sides, with the gas that the answers took: at L1's price here, and at others. */
async function tellCosts(stage: Stage, answers: readonly WatchReport[]): Promise<void> {
  const { params, cast } = stage;
  const receipts = answers.flatMap(({ receipt }) => (receipt === undefined ? [] : [receipt]));
  stage.check("segments that were challenged and answered", CHALLENGES, receipts.length);
  const gas = receipts.reduce((sum, { gasUsed }) => sum + gasUsed, 0n);
  const fees = receipts.reduce((sum, { fee }) => sum + fee, 0n);
  const tell = async (where: string, bond: bigint, paid: bigint) => {
    const net = CHALLENGES * (rewardOf(bond, params) - params.provingCost) - paid;
    stage.check(`whether defending pays ${where}, gas and machine included`, true, net > 0n);
    await say(stage, cast.challenger, `loses ${ether(CHALLENGES * bond)} in bonds ${where}`);
    await say(stage, cast.watchtower, `gains ${ether(net)} net of gas and machine ${where}`);
  };
  await tell("here", params.minChallengeBond, fees);
  for (const gwei of [1n, 30n, 100n]) {
    const baseFee = gwei * GWEI;
    await tell(`at ${gwei} gwei`, challengeBond(params, baseFee), gas * baseFee);
  }
}
