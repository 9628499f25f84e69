import { depositBond } from "../../src/node/bond.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parsePositive, required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { bondAnswer } from "./answer.ts";

type Args = DeploymentArgs & { from: string; amount: string | undefined; to: string | undefined };

export default action<Args>(async (args, context) => {
  const amount = parsePositive(parseEtherAmount(required(args.amount, "--amount"), "--amount"), "--amount");
  const { node, signer, address } = await openWorkspace(context, args);
  const account = await address(args.to ?? args.from);
  const receipt = await depositBond(node, await signer(args.from), amount, account);
  return await bondAnswer(node, account, receipt);
});
