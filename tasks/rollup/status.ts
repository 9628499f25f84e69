import { ether } from "../../src/chain/amounts.ts";
import { read } from "../../src/chain/client.ts";
import { pauseAt, skewOf, wallOf } from "../../src/chain/protocol-time.ts";
import { NOTHING_ADDRESS } from "../../src/chain/types.ts";
import { disputeOf, pendingOf, type View } from "../../src/chain/view.ts";
import { isFinalizable } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import { parseMilliseconds } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { facts, short, span, table } from "../support/output.ts";
import { proofSystemText } from "../support/proof-systems.ts";
import { interrupted } from "../support/service.ts";
import { keepWatching } from "../support/watch.ts";
import { openWorkspace, type Workspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { watch: boolean; interval: string };

export default action<Args>(async (args, context) => {
  const intervalMs = parseMilliseconds(args.interval, "--interval");
  const workspace = await openWorkspace(context, args);
  if (!args.watch) return await statusOf(workspace);
  const look = async () => {
    await workspace.node.derivation.sync();
    return await statusOf(workspace);
  };
  return await keepWatching(look, context, { intervalMs, json: args.json, ended: interrupted() });
});

async function statusOf({ node, book, openPool }: Workspace) {
  const { view } = node.derivation;
  const { contracts } = node.chain;
  const { parameters } = book;
  const [burnedBonds, lens, waiting] = await Promise.all([
    read(node.chain, "BondManager.burned", () => contracts.bonds.burned()),
    read(node.chain, "Lens.rollupStatus", () => contracts.lens.rollupStatus()),
    openPool().then((pool) => pool.list()),
  ]);
  const consumed = view.live.at(-1)?.header.queueEnd ?? 0n;
  const pending = pendingOf(view).map((batch) => {
    const { proven, challenges } = disputeOf(view, batch.id);
    const windowEnd = batch.committedAt + parameters.challengeWindow;
    return {
      number: batch.header.number,
      id: batch.id,
      committer: batch.committer,
      segments: batch.checkpoints.length,
      proven: proven.size,
      openChallenges: challenges.filter(({ outcome }) => outcome === "open").length,
      windowEnd,
      secondsLeft: windowEnd > view.time ? windowEnd - view.time : 0n,
      finalizable: isFinalizable(node, batch),
    };
  });
  const { enqueuePrice, pausedUntil, primary, fallbackFrom, oldestDueAt, freezableFrom } = lens;
  const clock = { time: view.time, paused: view.paused, pausedUntil, skew: skewOf(view.pauses) };
  const turn = { primary, slashed: view.primarySlashed, fallbackFrom, now: fallbackFrom <= view.time };
  const service = { oldestDueAt, freezableFrom, freezable: lens.freezable, freeze: view.freeze };
  const bonds = { challenge: lens.challengeBond, batch: lens.batchBond, openChallenges: lens.openChallenges };
  const queue = { length: view.queue.length, waiting: BigInt(view.queue.length) - consumed, enqueuePrice };
  return {
    json: {
      network: book.network,
      chainId: book.chainId,
      l2ChainId: book.l2ChainId,
      l1: view.l1,
      head: view.head,
      finalized: view.finalized,
      frozen: view.frozen,
      clock,
      turn,
      service,
      bonds,
      rolledBack: view.dead.map(({ header, id }) => ({ number: header.number, id })),
      pending,
      queue,
      pool: waiting.length,
      burnedBonds,
      addresses: book.addresses,
      instance: book.instance,
      proofSystem: book.proofSystem,
      verifiers: book.verifiers,
      parameters,
    },
    lines: [
      ...facts({
        Deployment: `${book.network}, chain ${book.chainId}, L2 chain id ${book.l2ChainId}`,
        "L1 block": `${view.l1.number} (time ${view.l1.timestamp})`,
        Clock: clockText(view),
        Turn: turnText(turn, view),
        Head: view.head,
        Final: `${view.finalized}${view.frozen ? ", FROZEN" : ""}`,
        "Rolled back": `${view.dead.length} batch(es)`,
        Queue: `${queue.waiting} waiting of ${queue.length}; a place costs ${ether(enqueuePrice)}`,
        ...(freezableFrom === 0n || view.frozen
          ? {}
          : {
              "Freezable from": `L1 time ${wallOf(view.pauses, freezableFrom)}${lens.freezable ? ", now" : ""}`,
            }),
        Pool: `${waiting.length} transaction(s), until their batch is final`,
        "Burned bonds": ether(burnedBonds),
        Windows: `challenge ${span(parameters.challengeWindow)}, proving ${span(parameters.provingWindow)}`,
        "Proof system": proofSystemText(book),
        Bonds: `batch ${ether(parameters.batchBond)}, challenge ${ether(lens.challengeBond)} now`,
      }),
      "",
      ...(pending.length === 0
        ? ["No pending batch."]
        : table(
            ["batch", "id", "committer", "segments", "proven", "challenged", "window left"],
            pending.map((one) => [
              one.number,
              short(one.id),
              short(one.committer),
              one.segments,
              one.proven,
              one.openChallenges,
              one.finalizable ? "can be final" : span(one.secondsLeft),
            ]),
          )),
    ],
  };
}

function clockText({ time, l1, pauses }: View): string {
  const pause = pauseAt(pauses, l1.timestamp);
  const state = pause === undefined ? "runs" : `STANDS STILL until L1 time ${pause.until}`;
  return `protocol time ${time}, ${state}`;
}

interface Turn {
  readonly primary: string;
  readonly slashed: boolean;
  readonly fallbackFrom: bigint;
  readonly now: boolean;
}

function turnText({ primary, slashed, fallbackFrom, now }: Turn, { pauses }: View): string {
  if (primary === NOTHING_ADDRESS) return "anyone bonded commits";
  if (slashed) return "anyone bonded commits: the primary was refuted";
  const by = `primary ${short(primary)}`;
  return now
    ? `anyone bonded commits; ${by} is quiet`
    : `${by} until L1 time ${wallOf(pauses, fallbackFrom)}, then anyone`;
}
