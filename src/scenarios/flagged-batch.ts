// A suspicious batch: scored from what L1 shows of it, run again, proven wrong and rolled back; honest users notice nothing.

import { parseEther } from "ethers";
import { encodeSegment, recordFromRaw } from "../model/index.ts";
import { type BuiltBatch, commitBatch } from "../node/sequencer.ts";
import { RiskMeter } from "../risk/index.ts";
import type { Scenario } from "./scenario.ts";
import { lie } from "./support/dishonest.ts";
import { L1_BLOCK_SECONDS } from "./support/figures.ts";
import { BASE_FEE, pay, sign, withdraw } from "./support/l2-calls.ts";
import { rewardOf } from "./support/prediction.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  send,
  wait,
  watch,
} from "./support/verbs.ts";

const LOOT = parseEther("500");
const ORDINARY = 3n;
/** Seconds: a proof of one segment, and some of Ethereum's blocks. */
const PROMISED = 300n;

export const flaggedBatch: Scenario = {
  name: "flagged-batch",
  summary:
    "a batch makes 500 ETH out of nothing and withdraws them: flagged as unusual, proven wrong, rolled back; its honest transactions come again",
  async play(stage) {
    const { sequencer, watchtower, alice, bob } = stage.cast;
    const { params, watchNode, node } = stage;

    await postBond(stage, sequencer, (ORDINARY + 2n) * params.batchBond);
    await deposit(stage, alice, parseEther("10"));
    for (let day = 1n; day <= ORDINARY; day++) {
      await send(stage, `payments of day ${day}`, [
        pay(alice, bob, day * 10n ** 15n),
        pay(alice, bob, 10n ** 15n),
      ]);
      await commitHonest(stage);
    }
    const honest = await send(
      stage,
      "payments of the day after",
      [5n, 6n, 7n].map((i) => pay(alice, bob, i * 10n ** 15n)),
    );
    const id = await commitLoot(stage);

    const meter = new RiskMeter(watchNode);
    await watchNode.derivation.sync();
    await meter.follow();
    const score = meter.score(id);
    const usual = watchNode.derivation.view.live
      .slice(1, -1)
      .map((batch) => meter.score(batch.id)?.probability ?? 1);
    tell(stage, score, usual);
    const flagged = score !== undefined && score.probability > 10 * Math.max(...usual);
    stage.check("flagged: ten times as likely an attack as any batch before it", true, flagged);

    const seenAt = stage.timeline.length;
    const reports = await watch(
      stage,
      watchtower,
      ["refute"],
      "runs it again, and proves the first wrong segment",
    );
    const refuted = reports.filter(({ action }) => action === "refute");
    stage.check("refutations", 1, refuted.length);
    const wall = stage.timeline.slice(seenAt).reduce((sum, { wallMs }) => sum + wallMs, 0) / 1000;
    stage.figure({
      what: "from a wrong batch on L1 to its rollback: one proof, and two blocks",
      ...{ unit: "seconds", promised: PROMISED, measured: BigInt(Math.ceil(wall) + 2 * L1_BLOCK_SECONDS) },
    });

    const again = await commitHonest(stage, { order: "any" });
    const kept = honest.filter(({ hash }) => again.transactions.includes(hash)).length;
    stage.check("honest transactions of the wrong batch in the next one", honest.length, kept);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    await node.derivation.sync();

    const reward = rewardOf(params.batchBond, params);
    return {
      gains: {
        sequencer: { wallet: -(ORDINARY + 2n) * params.batchBond, bond: (ORDINARY + 1n) * params.batchBond },
        watchtower: { bond: reward },
        alice: { wallet: -parseEther("10") - params.baseEnqueuePrice },
      },
      burnedBonds: params.batchBond - reward,
      queuePlaces: 1,
      head: ORDINARY + 1n,
      finalized: ORDINARY + 1n,
    };
  },
};

/** The honest batch, with money for an accomplice out of nothing, and a last segment in which the accomplice takes it to L1. */
async function commitLoot(stage: Stage): Promise<string> {
  const { node, cast, book } = stage;
  const built = await buildHonest(stage);
  const { raw } = await sign(withdraw(cast.carol, LOOT), 0n, book.l2ChainId);
  const bytes = encodeSegment([recordFromRaw(raw, book.l2ChainId)]);
  const last = built.header.lastCheckpoint;
  const longer: BuiltBatch = {
    ...built,
    segments: [...built.segments, { source: "data", bytes }],
    checkpoints: [...built.checkpoints, last],
  };
  const more = LOOT + BASE_FEE * 10n ** 6n;
  const lying = lie(node, longer, {
    segment: built.segments.length - 1,
    accomplice: cast.carol.address,
    amount: more,
  });
  const { id } = await stage.step(
    "sequencer",
    "commits a batch that makes 500 ETH for Carol, who withdraws them",
    () => commitBatch(node, cast.sequencer.signer, lying.built),
  );
  await node.derivation.sync();
  return id;
}

function tell(stage: Stage, score: ReturnType<RiskMeter["score"]>, usual: readonly number[]): void {
  stage.table({
    title: `Why it looks unusual: ${percent(score?.probability ?? 0)}, the batches before it ${percent(Math.max(...usual))} at most`,
    columns: ["feature", "value", "adds to the log-odds"],
    rows: (score?.reasons ?? [])
      .slice(0, 5)
      .map(({ feature, value, contribution }) => [feature, value.toFixed(2), contribution.toFixed(2)]),
  });
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
