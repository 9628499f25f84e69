import { openState } from "../../../src/node/escape.ts";
import { action } from "../../support/action.ts";
import type { DeploymentArgs } from "../../support/define.ts";
import { openWorkspace } from "../../support/workspace.ts";

export default action<DeploymentArgs & { from: string }>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const receipt = await openState(node, await signer(args.from));
  const { escape: its, finalized } = await node.derivation.sync();
  return {
    json: { root: its.root, finalized, transaction: receipt?.transaction, gasUsed: receipt?.gasUsed },
    lines: [
      receipt === undefined
        ? "The last final state was open already."
        : `Opened the state after batch ${finalized}: ${its.root}.`,
    ],
  };
});
