import { bondOf, withdrawBond } from "../../src/node/bond.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parsePositive } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { bondAnswer } from "./answer.ts";

type Args = DeploymentArgs & { from: string; amount: string | undefined; to: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const account = await address(args.from);
  const { available } = await bondOf(node, account);
  const amount = args.amount === undefined ? available : parseEtherAmount(args.amount, "--amount");
  const recipient = await address(args.to ?? args.from);
  const signed = await signer(args.from);
  const receipt = await withdrawBond(node, signed, parsePositive(amount, "--amount"), recipient);
  return await bondAnswer(node, account, receipt);
});
