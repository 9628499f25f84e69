import { escapeAccount } from "../../../src/node/escape.ts";
import { action } from "../../support/action.ts";
import type { DeploymentArgs } from "../../support/define.ts";
import { openWorkspace } from "../../support/workspace.ts";
import { paidLines, sentOf } from "./lines.ts";

type Args = DeploymentArgs & { from: string; account: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const account = await address(args.account ?? args.from);
  context.progress(`proving the balances of ${account}`);
  const escaped = await escapeAccount(node, await signer(args.from), account);
  const { records, refused, receipts } = escaped;
  return { json: { account, records, refused, ...sentOf(receipts) }, lines: paidLines(escaped) };
});
