import { LuntraError } from "../../../src/errors.ts";
import { escapeAll, payEscapes, type UnprovenSubtree } from "../../../src/node/escape.ts";
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
  const { unproven } = proven;
  return {
    json: { proven: proven.records.length, unproven, records, refused, ...sentOf(receipts) },
    lines: [
      `Proved ${proven.records.length} balance(s).`,
      ...unproven.map(
        (its) =>
          `L1 refused ${its.records.length} balance(s) from leaf ${its.first}: ${its.error.args.error}.`,
      ),
      ...paidLines({ ...paid, receipts }),
    ],
    ...failureOf(unproven),
  };
});

function failureOf(unproven: readonly UnprovenSubtree[]): { failure?: LuntraError } {
  const [its] = unproven;
  if (its === undefined) return {};
  const { error } = its;
  const args = { subtrees: unproven.length, first: error.args.error };
  return { failure: new LuntraError("ESCAPE_INCOMPLETE", args, error) };
}
