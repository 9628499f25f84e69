import { freezeUnserved } from "../../src/node/freeze.ts";
import { action } from "../support/action.ts";
import { parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; confirmations: string };

export default action<Args>(async (args, context) => {
  const confirmations = Number(parseNatural(args.confirmations, "--confirmations"));
  const { node, signer } = await openWorkspace(context, args);
  const { transaction, gasUsed } = await freezeUnserved(node, await signer(args.from), { confirmations });
  const { finalized, freeze } = await node.derivation.sync();
  return {
    json: { finalized, freeze, transaction, gasUsed },
    lines: [
      `The rollup is frozen at batch ${finalized} for good.`,
      'Balances leave by "bridge escape", unconsumed deposits by "bridge reclaim".',
    ],
  };
});
