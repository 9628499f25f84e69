import { payEscapes } from "../../../src/node/escape.ts";
import { action } from "../../support/action.ts";
import type { DeploymentArgs } from "../../support/define.ts";
import { openWorkspace } from "../../support/workspace.ts";
import { paidLines, sentOf } from "./lines.ts";

type Args = DeploymentArgs & { from: string; account: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const account = args.account === undefined ? undefined : await address(args.account);
  const paid = await payEscapes(node, await signer(args.from), account, context.progress);
  const { records, refused, receipts } = paid;
  return { json: { records, refused, ...sentOf(receipts) }, lines: paidLines(paid) };
});
