import { writeFile } from "node:fs/promises";
import type { DerivedBatch } from "../../src/chain/types.ts";
import { disputeOf } from "../../src/chain/view.ts";
import { fail } from "../../src/errors.ts";
import type { Node } from "../../src/node/node.ts";
import { proveBatch, proveSegment, sendFraud, sendValid } from "../../src/node/prover.ts";
import type { SegmentProver } from "../../src/prover/index.ts";
import { action } from "../support/action.ts";
import { parseSegment } from "../support/arguments.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { type Answer, count, facts, type Progress, toJson } from "../support/output.ts";
import { openProver } from "../support/prover.ts";
import { batchOf, openWorkspace, type Workspace } from "../support/workspace.ts";

type Args = DeploymentArgs & {
  batch: string;
  segment: string | undefined;
  from: string;
  send: boolean;
  out: string | undefined;
};

export default action<Args>(async (args, context) => {
  const workspace = await openWorkspace(context, args);
  const batch = batchOf(workspace.node, args.batch);
  const prover = await openProver(context, workspace.book, args);
  if (args.segment !== undefined) return await proveOne(workspace, prover, batch, args, context.progress);
  if (args.out !== undefined) {
    fail("ARGUMENT_INVALID", { argument: "--out", expected: "used with --segment", actual: args.out });
  }
  return await proveAll(workspace, prover, batch, args, context.progress);
});

async function proveOne(
  { node, signer, address }: Workspace,
  prover: SegmentProver,
  { id, header }: DerivedBatch,
  args: Args,
  progress: Progress,
): Promise<Answer> {
  const segment = parseSegment(args.segment ?? "");
  progress(`proving segment ${segment} of batch ${header.number}`);
  const proven = await proveSegment(node, prover, id, segment, await address(args.from));
  const right = proven.computed === proven.opening.claimed;
  if (args.out !== undefined) await writeFile(args.out, `${toJson(proven)}\n`);
  const receipt = args.send
    ? await (right ? sendValid : sendFraud)(node, await signer(args.from), proven)
    : undefined;
  const { computed, opening, beneficiary, proof, provingMs } = proven;
  const verdict = right ? "right" : "wrong";
  const sent = receipt && { transaction: receipt.transaction, gasUsed: receipt.gasUsed };
  return {
    json: {
      number: header.number,
      id,
      segment,
      verdict,
      claimed: opening.claimed,
      computed,
      beneficiary,
      proof,
      provingMs,
      sent,
    },
    lines: [
      `Proved segment ${segment} of batch ${header.number} in ${provingMs} ms: its claim is ${verdict}.`,
      ...facts({
        claimed: opening.claimed,
        proven: computed,
        beneficiary,
        proof: `${(proof.length - 2) / 2} bytes`,
      }),
      sent === undefined
        ? "Not sent (--send does)."
        : `Sent as a ${right ? "validity" : "fraud"} proof: ${count(sent.gasUsed)} gas, ${sent.transaction}`,
    ],
  };
}

async function proveAll(
  { node, signer, address }: Workspace,
  prover: SegmentProver,
  { id, header, checkpoints }: DerivedBatch,
  args: Args,
  progress: Progress,
): Promise<Answer> {
  const left = missing(node, id, checkpoints.length);
  progress(`proving ${left.length} segment(s) of batch ${header.number}`);
  if (args.send) {
    const { proven, receipts, finalized } = await proveBatch(node, prover, await signer(args.from), id);
    const gasUsed = receipts.reduce((sum, receipt) => sum + receipt.gasUsed, 0n);
    return {
      json: { number: header.number, id, proven, gasUsed, final: finalized !== undefined },
      lines: [
        `Proved ${proven.length} segment(s) of batch ${header.number} on L1 with ${count(gasUsed)} gas.`,
        finalized === undefined ? "It becomes final right after its parent." : "It is final.",
      ],
    };
  }
  const beneficiary = await address(args.from);
  const times: number[] = [];
  for (const segment of left) {
    const { provingMs } = await proveSegment(node, prover, id, segment, beneficiary);
    times.push(provingMs);
    progress(`segment ${segment}: ${provingMs} ms`);
  }
  return {
    json: { number: header.number, id, proven: left, provingMs: times, final: false },
    lines: [`Proved ${left.length} segment(s) of batch ${header.number}; not sent (--send does).`],
  };
}

function missing({ derivation }: Node, id: string, segments: number): number[] {
  const { proven } = disputeOf(derivation.view, id);
  return Array.from({ length: segments }, (_, i) => i).filter((i) => !proven.has(i));
}
