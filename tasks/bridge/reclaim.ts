import { reclaim, reclaimable } from "../../src/node/escape.ts";
import { action } from "../support/action.ts";
import { parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { amountOf, sentOf } from "./escape/lines.ts";

type Args = DeploymentArgs & { from: string; item: string | undefined; account: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const sender = await signer(args.from);
  const depositor = await address(args.account ?? args.from);
  const indices =
    args.item === undefined
      ? reclaimable(node, depositor).map(({ index }) => index)
      : [parseNatural(args.item, "--item")];
  const receipts = [];
  for (const index of indices) {
    context.progress(`returning deposit ${index}`);
    receipts.push(await reclaim(node, sender, index));
  }
  const { queue } = node.derivation.view;
  const items = indices.flatMap((index) => queue[Number(index)] ?? []);
  return {
    json: { items, ...sentOf(receipts) },
    lines:
      items.length === 0
        ? [`No deposit of ${depositor} to return.`]
        : items.map((item) => `Returned deposit ${item.index}: ${amountOf(item)} to ${item.sender}.`),
  };
});
