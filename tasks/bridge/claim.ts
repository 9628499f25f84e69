import type { Signer } from "ethers";
import { ether } from "../../src/chain/amounts.ts";
import { claimExit, claimFees, feesOf, findExits, openCheckpoint } from "../../src/node/bridge.ts";
import type { Node } from "../../src/node/node.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { exitTable } from "./exits.ts";

type Args = DeploymentArgs & { from: string; recipient: string | undefined; fees: boolean };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const recipient = await address(args.recipient ?? args.from);
  const sender = await signer(args.from);
  const exits = findExits(node, recipient);
  const payable = exits.filter(({ status }) => status === "final" || status === "claimable");
  for (const { number, index } of payable) {
    context.progress(`claiming exit ${index} of batch ${number}`);
    await claimExit(node, sender, number, index);
  }
  const fees = args.fees ? await collectFees(node, sender, recipient) : undefined;
  const pending = exits.filter(({ status }) => status === "pending");
  return {
    json: { recipient, claimed: payable, pending, ...(fees === undefined ? {} : { fees }) },
    lines: [
      ...(payable.length === 0 ? ["No withdrawal to claim."] : ["Claimed:", ...exitTable(payable)]),
      ...(pending.length === 0 ? [] : ["", "Not final yet:", ...exitTable(pending)]),
      ...(fees === undefined ? [] : [`Fees claimed: ${ether(fees)}`]),
    ],
  };
});

/** Fees are credited when a checkpoint is opened. */
async function collectFees(node: Node, sender: Signer, recipient: string): Promise<bigint> {
  const { live, finalized, opened } = await node.derivation.sync();
  for (const { header } of live.slice(1, Number(finalized) + 1)) {
    const its = header.feeRecipient.toLowerCase() === recipient;
    if (its && !opened.has(header.number)) await openCheckpoint(node, sender, header.number);
  }
  const fees = await feesOf(node, recipient);
  if (fees > 0n) await claimFees(node, sender, recipient);
  return fees;
}
