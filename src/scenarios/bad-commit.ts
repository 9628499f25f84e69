// What contradicts L1 never becomes a batch: L1 refuses each such commit on its own, and nobody loses anything.

import { ContractFactory, hexlify, parseEther } from "ethers";
import { send } from "../chain/client.ts";
import { MAX_SEGMENTS, maxSegmentBytes, P, toBytes32 } from "../model/index.ts";
import { type BuiltBatch, commitBatch } from "../node/sequencer.ts";
import type { Scenario } from "./scenario.ts";
import { pay } from "./support/l2-calls.ts";
import type { Stage } from "./support/stage.ts";
import {
  buildHonest,
  commitHonest,
  deposit,
  finalizeAllowed,
  postBond,
  refused,
  send as submitAll,
  wait,
} from "./support/verbs.ts";

const OTHER = toBytes32(0xbadn);

/** One change to the good batch, and the error that it must meet. */
interface BadCommit {
  readonly what: string;
  readonly error: string;
  readonly change: (good: BuiltBatch, n: number) => BuiltBatch;
}

const BAD_COMMITS: readonly BadCommit[] = [
  {
    what: "on a parent with another header",
    error: "WrongParent",
    change: ({ parent, ...good }) => ({ ...good, parent: { ...parent, counter: parent.counter + 1n } }),
  },
  { what: "with another parent id", error: "WrongParent", change: header({ parent: OTHER }) },
  { what: "with another number", error: "WrongNumber", change: header({ number: 7n }) },
  {
    what: "with queue items that do not exist",
    error: "QueueEndOutOfRange",
    change: header({ queueEnd: 99n }),
  },
  { what: "with another queue hash", error: "WrongQueueHash", change: header({ queueHash: OTHER }) },
  {
    what: "with a checkpoint too few",
    error: "WrongSegmentCount",
    change: ({ checkpoints, ...good }) => ({ ...good, checkpoints: checkpoints.slice(1) }),
  },
  {
    what: "without a checkpoint",
    error: "NoSegments",
    change: (good) => ({ ...good, checkpoints: [], segments: good.segments.slice(0, 1) }),
  },
  {
    what: "whose header names another last checkpoint",
    error: "WrongLastCheckpoint",
    change: header({ lastCheckpoint: OTHER }),
  },
  {
    what: "with another data commitment",
    error: "WrongDataCommitment",
    change: header({ dataCommitment: OTHER }),
  },
  {
    what: "with a checkpoint that is no field element",
    error: "NonCanonicalCheckpoint",
    change: (good) => ({ ...good, checkpoints: good.checkpoints.map(() => toBytes32(P)) }),
  },
  {
    what: "with a segment without bytes",
    error: "EmptyDataSegment",
    change: (good) => ({
      ...good,
      segments: good.segments.map((one) =>
        one.source === "data" ? { ...one, bytes: new Uint8Array() } : one,
      ),
    }),
  },
  {
    what: "with a segment longer than its records can be",
    error: "DataSegmentTooLong",
    change: (good, n) => ({
      ...good,
      segments: good.segments.map((one) =>
        one.source === "data" ? { ...one, bytes: new Uint8Array(maxSegmentBytes(n) + 1) } : one,
      ),
    }),
  },
  {
    what: "with more segments than a batch holds",
    error: "TooManySegments",
    change: (good) => ({ ...good, checkpoints: Array.from({ length: MAX_SEGMENTS + 1 }, () => OTHER) }),
  },
];

export const badCommit: Scenario = {
  name: "bad-commit",
  summary: "commits that contradict L1 are refused one by one, each with its own error; the good one passes",
  async play(stage) {
    const { sequencer, alice, bob } = stage.cast;
    const { params, node } = stage;
    const tryToCommit = async (what: string, error: string, built: BuiltBatch) =>
      await refused(stage, sequencer, `a commit ${what}`, error, () =>
        commitBatch(node, sequencer.signer, built),
      );

    await deposit(stage, alice, parseEther("2"));
    await submitAll(
      stage,
      "payments",
      [1n, 2n, 3n, 4n, 5n].map((i) => pay(alice, bob, i)),
    );
    const good = await buildHonest(stage);
    await tryToCommit("without a bond", "InsufficientBond", good);
    await postBond(stage, sequencer, params.batchBond);
    for (const { what, error, change } of BAD_COMMITS) await tryToCommit(what, error, change(good, stage.n));
    await tryThroughContract(stage, good);

    await deposit(stage, bob, parseEther("1"));
    await wait(stage, params.forceInclusionDelay, "the deposit becomes due");
    await tryToCommit("that leaves a due deposit out", "DueItemOmitted", good);

    await commitHonest(stage);
    await wait(stage, params.challengeWindow, "the challenge window closes");
    await finalizeAllowed(stage, sequencer);
    return {
      gains: {
        sequencer: { wallet: -params.batchBond, bond: params.batchBond },
        alice: { wallet: -parseEther("2") - params.baseEnqueuePrice },
        bob: { wallet: -parseEther("1") - params.baseEnqueuePrice },
      },
      burnedBonds: 0n,
      queuePlaces: 2,
      head: 1n,
      finalized: 1n,
    };
  },
};

function header(change: Partial<BuiltBatch["header"]>) {
  return (good: BuiltBatch): BuiltBatch => ({ ...good, header: { ...good.header, ...change } });
}

/** Data that reaches L1 inside a contract's call stands in no transaction's input. */
async function tryThroughContract(stage: Stage, good: BuiltBatch): Promise<void> {
  const { sequencer } = stage.cast;
  const { artifacts, contracts, abis, provider } = stage.node.chain;
  const { abi, bytecode } = await artifacts.readArtifact("CommitForwarder");
  const factory = new ContractFactory(abi as never, bytecode, sequencer.signer);
  const forwarder = await stage.step("sequencer", "deploys a contract that forwards calls", async () => {
    const contract = await factory.deploy();
    return await contract.waitForDeployment();
  });
  const { parent, header: its, checkpoints, segments } = good;
  const data = segments.flatMap((one) => (one.source === "data" ? [hexlify(one.bytes)] : []));
  const call = contracts.rollup.interface.encodeFunctionData("commit", [parent, its, [...checkpoints], data]);
  await refused(stage, sequencer, "a commit through a contract", "CommitThroughContract", () =>
    send({ abis, provider }, "a forwarded commit", () =>
      forwarder.getFunction("forward")(stage.book.addresses.rollup, call),
    ),
  );
}
