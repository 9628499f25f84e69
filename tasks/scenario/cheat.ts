import { ether } from "../../src/chain/amounts.ts";
import { isLuntraError, LuntraError } from "../../src/errors.ts";
import type { Node } from "../../src/node/node.ts";
import { poolStatus } from "../../src/node/pool-status.ts";
import { buildBatch, commitBatch } from "../../src/node/sequencer.ts";
import { lie } from "../../src/scenarios/support/dishonest.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parseSegment } from "../support/arguments.ts";
import { localOnly } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; segment: string; amount: string };

/** Where a sequencer runs, its batches may come first. */
const TRIES = 10;
const OVERTAKEN = ["WrongParent", "WrongNumber", "NoReason"];

async function insist<T>({ derivation }: Node, attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      const late = isLuntraError(error, "CALL_REVERTED") && OVERTAKEN.includes(error.args.error);
      if (!late || tries === TRIES) throw error;
      await derivation.sync();
    }
  }
}

export default action<Args>(async (args, context) => {
  const segment = parseSegment(args.segment);
  const amount = parseEtherAmount(args.amount, "--amount");
  const { node, connection, openPool, signer, address } = await openWorkspace(context, args);
  await localOnly(connection, "a batch that lies");
  const accomplice = await address(args.from);
  const attempt = async () => {
    const { waiting } = poolStatus(node, await (await openPool()).list());
    // Lies need no transactions: with nothing to commit, an empty batch will do.
    const honest = buildBatch(node, waiting, { heartbeat: true });
    const count = honest.segments.length;
    if (segment >= count) throw new LuntraError("SEGMENT_INDEX", { segment, count });
    const { built } = lie(node, honest, { segment, amount, accomplice });
    return await commitBatch(node, await signer(args.from), built);
  };
  const { id, number, segments, receipt } = await insist(node, attempt);
  const { transaction, gasUsed } = receipt;
  return {
    json: { id, number, segments, wrong: segment, transaction, gasUsed },
    lines: [
      `Committed batch ${number} of ${segments} segments, where segment ${segment} makes ${ether(amount)} out of nothing.`,
      `id ${id}`,
    ],
  };
});
