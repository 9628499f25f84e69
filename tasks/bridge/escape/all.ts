import { escapeAll, payEscapes } from "../../../src/node/escape.ts";
import { action } from "../../support/action.ts";
import type { DeploymentArgs } from "../../support/define.ts";
import { openWorkspace } from "../../support/workspace.ts";
import { paidLines, sentOf } from "./lines.ts";

export default action<DeploymentArgs & { from: string }>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const sender = await signer(args.from);
  const proven = await escapeAll(node, sender, context.progress);
  const paid = await payEscapes(node, sender, undefined, context.progress);
  const receipts = [...proven.receipts, ...paid.receipts];
  const { records, refused } = paid;
  return {
    json: { proven: proven.records.length, records, refused, ...sentOf(receipts) },
    lines: [`Proved ${proven.records.length} balance(s).`, ...paidLines({ ...paid, receipts })],
  };
});
