import { ether } from "../../src/chain/amounts.ts";
import { wallOf } from "../../src/chain/protocol-time.ts";
import { challenge } from "../../src/node/dispute.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parseSegment } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { wrongSegment } from "./select.ts";

type Args = DeploymentArgs & {
  from: string;
  batch: string;
  segment: string | undefined;
  unchecked: boolean;
  maxBond: string | undefined;
};

export default action<Args>(async (args, context) => {
  const { node, signer } = await openWorkspace(context, args);
  const batch = batchOf(node, args.batch);
  const segment = args.segment === undefined ? wrongSegment(node, batch) : parseSegment(args.segment);
  const { unchecked, maxBond } = args;
  const { id, header } = batch;
  const { transaction, gasUsed, deadline, bond } = await challenge(
    node,
    await signer(args.from),
    id,
    segment,
    { unchecked, ...(maxBond === undefined ? {} : { maxBond: parseEtherAmount(maxBond, "--max-bond") }) },
  );
  return {
    json: { number: header.number, id, segment, deadline, bond, transaction, gasUsed },
    lines: [
      `Challenged segment ${segment} of batch ${header.number} with a bond of ${ether(bond)}.`,
      `Whoever proves it right gets part of the bond. From L1 time ${wallOf(node.derivation.view.pauses, deadline)} on: dispute timeout.`,
    ],
  };
});
