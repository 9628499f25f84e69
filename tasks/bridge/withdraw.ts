import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { tokenOf } from "../support/demo-token.ts";
import { type FeeArgs, submitMovement, submittedAnswer } from "../support/l2.ts";
import { openWorkspace, placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs &
  FeeArgs & { from: string; amount: string | undefined; token: string | undefined; to: string | undefined };

export default action<Args>(async (args, context) => {
  const workspace = await openWorkspace(context, args);
  const submitted = await submitMovement(workspace, {
    ...args,
    kind: "withdraw",
    to: await workspace.address(args.to ?? args.from),
    amount: required(args.amount, "--amount"),
    token: await tokenOf(placeOf(context, workspace.connection, args), args.token),
  });
  return submittedAnswer(submitted);
});
