import { ether } from "../../src/chain/amounts.ts";
import { LuntraError } from "../../src/errors.ts";
import { poolStatus } from "../../src/node/pool-status.ts";
import { buildBatch, commitBatch } from "../../src/node/sequencer.ts";
import { lie } from "../../src/scenarios/support/dishonest.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parseSegment } from "../support/arguments.ts";
import { localOnly } from "../support/connection.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; segment: string; amount: string };

export default action<Args>(async (args, context) => {
  const segment = parseSegment(args.segment);
  const amount = parseEtherAmount(args.amount, "--amount");
  const { node, connection, openPool, signer, address } = await openWorkspace(context, args);
  await localOnly(connection, "a batch that lies");
  const { waiting } = poolStatus(node, await (await openPool()).list());
  const honest = buildBatch(node, waiting);
  const count = honest.segments.length;
  if (segment >= count) throw new LuntraError("SEGMENT_INDEX", { segment, count });
  const { built } = lie(node, honest, { segment, amount, accomplice: await address(args.from) });
  const { id, number, segments, receipt } = await commitBatch(node, await signer(args.from), built);
  const { transaction, gasUsed } = receipt;
  return {
    json: { id, number, segments, wrong: segment, transaction, gasUsed },
    lines: [
      `Committed batch ${number} of ${segments} segments, where segment ${segment} makes ${ether(amount)} out of nothing.`,
      `id ${id}`,
    ],
  };
});
