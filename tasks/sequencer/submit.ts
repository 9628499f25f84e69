import { submit } from "../../src/node/sequencer.ts";
import { action } from "../support/action.ts";
import { required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { tokenOf } from "../support/demo-token.ts";
import { type FeeArgs, submitMovement, submittedAnswer } from "../support/l2.ts";
import { openWorkspace, placeOf } from "../support/workspace.ts";

type Args = DeploymentArgs &
  FeeArgs & {
    from: string;
    to: string | undefined;
    amount: string | undefined;
    token: string | undefined;
    raw: string | undefined;
  };

export default action<Args>(async (args, context) => {
  const workspace = await openWorkspace(context, args);
  if (args.raw !== undefined) {
    return submittedAnswer(await submit(workspace.node, await workspace.openPool(), args.raw));
  }
  const submitted = await submitMovement(workspace, {
    ...args,
    kind: "transfer",
    to: await workspace.address(required(args.to, "--to")),
    amount: required(args.amount, "--amount"),
    token: await tokenOf(placeOf(context, workspace.connection, args), args.token),
  });
  return submittedAnswer(submitted);
});
