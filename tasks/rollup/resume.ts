import { resumeClock } from "../../src/node/pause.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";

export default action<DeploymentArgs & { from: string }>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const { transaction, gasUsed } = await resumeClock(node, await signer(args.from));
  const { time } = await node.derivation.sync();
  return {
    json: { time, transaction, gasUsed },
    lines: [`Time runs again, from protocol time ${time} on.`],
  };
});
