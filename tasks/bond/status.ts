import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { bondAnswer } from "./answer.ts";

export default action<DeploymentArgs & { account: string }>(async (args, context) => {
  const { node, address } = await openWorkspace(context, args);
  return await bondAnswer(node, await address(args.account));
});
