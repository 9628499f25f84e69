import { finalizeAll } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";

export default action<DeploymentArgs & { from: string }>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const receipts = await finalizeAll(node, await signer(args.from));
  const { head, finalized } = node.derivation.view;
  const transactions = receipts.map(({ transaction }) => transaction);
  return {
    json: { finalized, head, transactions },
    lines: [
      receipts.length === 0
        ? `Nothing can be made final now: batch ${finalized} of ${head} is the last final one.`
        : `Made ${receipts.length} batch(es) final; batch ${finalized} of ${head} is the last final one.`,
    ],
  };
});
