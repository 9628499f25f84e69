import type { Signer } from "ethers";
import { ether } from "../../src/chain/amounts.ts";
import { wallOf } from "../../src/chain/protocol-time.ts";
import {
  claimExit,
  claimFees,
  feesOf,
  feesPutOff,
  findExits,
  openCheckpoint,
  type UserExit,
} from "../../src/node/bridge.ts";
import type { Node } from "../../src/node/node.ts";
import { action } from "../support/action.ts";
import type { DeploymentArgs } from "../support/define.ts";
import { openWorkspace } from "../support/workspace.ts";
import { exitTable } from "./exits.ts";

type Args = DeploymentArgs & { from: string; recipient: string | undefined; fees: boolean };

export default action<Args>(async (args, context) => {
  const { node, signer, address } = await openWorkspace(context, args);
  const recipient = await address(args.recipient ?? args.from);
  const sender = await signer(args.from);
  const exits = findExits(node, recipient);
  const { time } = node.derivation.view;
  const claimed: UserExit[] = [];
  const delayed: UserExit[] = [];
  for (const exit of exits.filter((its) => isClaimable(its, time))) {
    const { number, index } = exit;
    context.progress(`claiming exit ${index} of batch ${number}`);
    const { paid, payableFrom } = await claimExit(node, sender, number, index);
    if (paid) claimed.push(exit);
    else delayed.push({ ...exit, status: "delayed", ...(payableFrom === undefined ? {} : { payableFrom }) });
  }
  delayed.push(...exits.filter((its) => its.status === "delayed" && !isClaimable(its, time)));
  const fees = args.fees ? await collectFees(node, sender, recipient) : undefined;
  const pending = exits.filter(({ status }) => status === "pending");
  return {
    json: {
      recipient,
      claimed,
      delayed,
      pending,
      ...(fees === undefined ? {} : { fees: fees.paid, feesPayableFrom: fees.payableFrom }),
    },
    lines: [
      ...(claimed.length === 0 ? ["No withdrawal was paid."] : ["Claimed:", ...exitTable(claimed)]),
      ...delayed.map((exit) => putOff(`exit ${exit.index} of batch ${exit.number}`, node, exit.payableFrom)),
      ...(pending.length === 0 ? [] : ["", "Not final yet:", ...exitTable(pending)]),
      ...(fees === undefined ? [] : [`Fees claimed: ${ether(fees.paid)}`]),
      ...(fees?.payableFrom === undefined ? [] : [putOff("Fees", node, fees.payableFrom)]),
    ],
  };
});

/** An exit that met the limit is asked for again once its time has come. */
function isClaimable({ status, payableFrom }: UserExit, time: bigint): boolean {
  if (status === "delayed") return payableFrom !== undefined && time >= payableFrom;
  return status === "final" || status === "claimable";
}

function putOff(what: string, { derivation }: Node, payableFrom = 0n): string {
  const wall = wallOf(derivation.view.pauses, payableFrom);
  return `${what}: put off by the exit limit until L1 time ${wall}; claim again then.`;
}

interface CollectedFees {
  readonly paid: bigint;
  readonly payableFrom?: bigint;
}

/** Fees are credited when a checkpoint is opened. */
async function collectFees(node: Node, sender: Signer, recipient: string): Promise<CollectedFees> {
  const { live, finalized, opened } = await node.derivation.sync();
  for (const { header } of live.slice(1, Number(finalized) + 1)) {
    const its = header.feeRecipient.toLowerCase() === recipient;
    if (its && !opened.has(header.number)) await openCheckpoint(node, sender, header.number);
  }
  await node.derivation.sync();
  const fees = await feesOf(node, recipient);
  const [waiting] = feesPutOff(node, recipient);
  if (fees === 0n) return { paid: 0n };
  if (waiting?.amount === fees && node.derivation.view.time < waiting.payableFrom) {
    return { paid: 0n, payableFrom: waiting.payableFrom };
  }
  const { paid, payableFrom } = await claimFees(node, sender, recipient);
  if (!paid) return { paid: 0n, ...(payableFrom === undefined ? {} : { payableFrom }) };
  return { paid: fees - (await feesOf(node, recipient)) };
}
