import { contradict, forgedProof } from "../../src/node/contradiction.ts";
import { proveSegment } from "../../src/node/prover.ts";
import { action } from "../support/action.ts";
import { parseTransactionHash, required } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & { from: string; transaction: string | undefined };

export default action<Args>(async (args, context) => {
  const forgery = parseTransactionHash(required(args.transaction, "--transaction"), "--transaction");
  const { node, book, signer, address } = await openWorkspace(context, args);
  const forged = await forgedProof(node, forgery);
  const { id, batch, opening } = forged;
  const { segment } = opening;
  const sender = await signer(args.from);
  const prover = await openProver(context, book, args);
  context.progress(`proving segment ${segment}`);
  const proven = await proveSegment(node, prover, id, segment, await address(args.from));
  context.progress("showing both results, after proofs of the segments before it that are missing");
  const { transaction, gasUsed } = await contradict(node, sender, proven, forged, { prover });
  const { finalized } = await node.derivation.sync();
  const { number } = batch.header;
  const { computed, provingMs } = proven;
  return {
    json: {
      number,
      id,
      segment,
      forged: forged.computed,
      computed,
      provingMs,
      transaction,
      gasUsed,
      finalized,
    },
    lines: [
      `Showed two accepted results of segment ${segment} of batch ${number}: ${count(gasUsed)} gas.`,
      `The rollup is frozen for good at batch ${finalized}; leave with bridge claim and bridge escape.`,
    ],
  };
});
