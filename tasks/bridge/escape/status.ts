import { escapeStatus } from "../../../src/node/escape.ts";
import { action } from "../../support/action.ts";
import type { DeploymentArgs } from "../../support/define.ts";
import { openWorkspace } from "../../support/workspace.ts";
import { amountOf, recordTable } from "./lines.ts";

type Args = DeploymentArgs & { account: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, address } = await openWorkspace(context, args);
  const account = args.account === undefined ? undefined : await address(args.account);
  const status = escapeStatus(node, account);
  const { frozen, root, records, deposits } = status;
  return {
    json: status,
    lines: [
      frozen
        ? `Frozen; the last final state is ${root === undefined ? "not open yet" : `open: ${root}`}.`
        : "Not frozen: withdraw in the usual way. What could escape if it froze now:",
      "",
      ...(records.length === 0 ? ["No balance."] : recordTable(records)),
      ...deposits.map(
        (item) =>
          `deposit ${item.index}: ${amountOf(item)} of ${item.sender}${item.reclaimed ? ", returned" : ""}`,
      ),
    ],
  };
});
