import { pauseClock } from "../../src/node/pause.ts";
import { action } from "../support/action.ts";
import { parseDuration, parsePositive, required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { span } from "../support/output.ts";
import { openWorkspace } from "../support/workspace.ts";

export default action<DeploymentArgs & { from: string; for: string | undefined }>(async (args, context) => {
  const seconds = parsePositive(parseDuration(required(args.for, "--for"), "--for"), "--for");
  const { node, signer } = await openWorkspace(context, args);
  const { transaction, gasUsed } = await pauseClock(node, await signer(args.from), seconds);
  const { time, pauses } = await node.derivation.sync();
  const until = pauses.at(-1)?.until;
  return {
    json: { time, until, seconds, transaction, gasUsed },
    lines: [
      `Time stands still for ${span(seconds)}, until L1 time ${until}; then it runs again by itself.`,
      "Nothing expires meanwhile. Nothing but recording and showing a contradiction works.",
    ],
  };
});
