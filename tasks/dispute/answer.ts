import { proveSegment, sendValid } from "../../src/node/prover.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { challengedSegment } from "./select.ts";

type Args = DeploymentArgs & { from: string; batch: string; segment: string | undefined };

export default action<Args>(async (args, context) => {
  const { node, book, signer, address } = await openWorkspace(context, args);
  const batch = batchOf(node, args.batch);
  const segment = challengedSegment(node, batch, args.segment);
  const prover = await openProver(context, book, args);
  context.progress(`proving segment ${segment}`);
  const proven = await proveSegment(node, prover, batch.id, segment, await address(args.from));
  const { transaction, gasUsed } = await sendValid(node, await signer(args.from), proven);
  const { provingMs } = proven;
  const { number } = batch.header;
  return {
    json: { number, id: batch.id, segment, provingMs, transaction, gasUsed },
    lines: [
      `Proved segment ${segment} of batch ${number} valid: ${provingMs} ms, ${count(gasUsed)} gas.`,
      "The challenge is over.",
    ],
  };
});
