import { proveSegment, sendFraud } from "../../src/node/prover.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { batchOf, openWorkspace } from "../support/workspace.ts";
import { wrongSegment } from "./select.ts";

export default action<DeploymentArgs & { from: string; batch: string }>(async (args, context) => {
  const { node, book, signer, address } = await openWorkspace(context, args);
  const batch = batchOf(node, args.batch);
  const segment = wrongSegment(node, batch);
  const prover = await openProver(context, book, args);
  context.progress(`proving segment ${segment}`);
  const proven = await proveSegment(node, prover, batch.id, segment, await address(args.from));
  const { transaction, gasUsed } = await sendFraud(node, await signer(args.from), proven);
  const { head } = await node.derivation.sync();
  const { provingMs, computed, opening } = proven;
  const { number } = batch.header;
  return {
    json: {
      number,
      id: batch.id,
      segment,
      claimed: opening.claimed,
      computed,
      provingMs,
      transaction,
      gasUsed,
      head,
    },
    lines: [
      `Refuted batch ${number} by segment ${segment}: ${provingMs} ms to prove, ${count(gasUsed)} gas.`,
      `Rolled back; the head is batch ${head}.`,
    ],
  };
});
