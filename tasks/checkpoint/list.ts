import { checkpointsOf } from "../../src/node/checkpointer.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { checkpointTable } from "./lines.ts";

export default action<DeploymentArgs & { batch: string }>(async (args, context) => {
  const { node } = await openWorkspace(context, args);
  const { id, header, status, committer } = batchOf(node, args.batch);
  const checkpoints = checkpointsOf(node, id);
  return {
    json: { number: header.number, id, status, committer, checkpoints },
    lines: [`Batch ${header.number}, ${status}`, `id ${id}`, "", ...checkpointTable(checkpoints)],
  };
});
