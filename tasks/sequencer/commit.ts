import { sequence, sequenceInTurn } from "../../src/node/sequencer.ts";
import { action } from "../support/action.ts";
import { parseEtherAmount, parseNatural } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { count } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { openWorkspace } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  from: string;
  feeRecipient: string | undefined;
  baseFee: string;
  maxSegments: string | undefined;
  recordsPerSegment: string | undefined;
  fallback: boolean;
  heartbeat: boolean;
};

export default action<Args>(async (args, context) => {
  const { node, book, openPool, signer, address } = await openWorkspace(context, args);
  const { maxSegments, recordsPerSegment } = args;
  const circuit = await openProver(context, book, args);
  context.progress("building the batch, and running circuit and decoder over every segment");
  const pool = await openPool();
  const sender = await signer(args.from);
  const options = {
    baseFee: parseEtherAmount(args.baseFee, "--base-fee"),
    feeRecipient: await address(args.feeRecipient ?? args.from),
    ...(maxSegments === undefined
      ? {}
      : { maxSegments: Number(parseNatural(maxSegments, "--max-segments")) }),
    ...(recordsPerSegment === undefined
      ? {}
      : { recordsPerSegment: Number(parseNatural(recordsPerSegment, "--records-per-segment")) }),
    heartbeat: args.heartbeat,
    checks: { circuit },
  };
  const onWait = once((until: bigint) => context.progress(`waiting until L1 time ${until}`));
  const { id, number, segments, queueItems, transactions, receipt } = args.fallback
    ? await sequenceInTurn(node, pool, sender, options, { onWait })
    : await sequence(node, pool, sender, options);
  const { transaction, gasUsed } = receipt;
  return {
    json: { id, number, segments, queueItems, transactions, transaction, gasUsed },
    lines: [
      `Committed batch ${number}: ${queueItems} queue item(s), ${transactions.length} transaction(s), ` +
        `${segments} segment(s), ${count(gasUsed)} gas`,
      `id ${id}`,
    ],
  };
});

/** Tells only what has changed since it was last told. */
function once(tell: (until: bigint) => void): (until: bigint) => void {
  let last: bigint | undefined;
  return (until) => {
    if (until !== last) tell(until);
    last = until;
  };
}
