import { refundBatch, refundChallenge } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import { parseSegment } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; batch: string; segment: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const { id, header } = batchOf(node, args.batch);
  const sender = await signer(args.from);
  const segment = args.segment === undefined ? undefined : parseSegment(args.segment);
  const { transaction, gasUsed } =
    segment === undefined
      ? await refundBatch(node, sender, id)
      : await refundChallenge(node, sender, id, segment);
  const whose = segment === undefined ? "batch" : `challenge of segment ${segment} of batch`;
  return {
    json: { number: header.number, id, segment, transaction, gasUsed },
    lines: [`The bond of the ${whose} ${header.number} is available to its owner again.`],
  };
});
