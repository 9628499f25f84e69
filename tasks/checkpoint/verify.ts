import { LuntraError } from "../../src/errors.ts";
import { verifyCheckpoints } from "../../src/node/checkpointer.ts";
import { action } from "../support/action.ts";
import { parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { checkpointTable } from "./lines.ts";

export default action<DeploymentArgs & { first: string }>(async (args, context) => {
  const { node } = await openWorkspace(context, args);
  const checkpoints = verifyCheckpoints(node, parseNatural(args.first, "--first"));
  const wrong = checkpoints.find(({ verdict }) => verdict === "wrong");
  const right = checkpoints.filter(({ verdict }) => verdict === "right").length;
  return {
    json: { ok: wrong === undefined, right, checkpoints },
    lines: [...checkpointTable(checkpoints), "", `${right} of ${checkpoints.length} checkpoints are right.`],
    ...(wrong === undefined
      ? {}
      : { failure: new LuntraError("BATCH_INVALID", { id: wrong.id, segment: wrong.segment }) }),
  };
});
