import { timeout } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { challengedSegment } from "./select.ts";

type Args = DeploymentArgs & { from: string; batch: string; segment: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const batch = batchOf(node, args.batch);
  const segment = challengedSegment(node, batch, args.segment);
  const { transaction, gasUsed } = await timeout(node, await signer(args.from), batch.id, segment);
  const { head } = await node.derivation.sync();
  const { number } = batch.header;
  return {
    json: { number, id: batch.id, segment, transaction, gasUsed, head },
    lines: [
      `Rolled batch ${number} back: nobody proved segment ${segment} in time (${count(gasUsed)} gas).`,
      `The head is batch ${head}.`,
    ],
  };
});
