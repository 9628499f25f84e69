// What a watchtower does besides disputes: it takes its own bonds back, and says, or acts, when nobody serves L1's queue.

import type { Signer } from "ethers";
import type { Receipt } from "../chain/client.ts";
import { type Refundable, refund, refundable } from "../node/dispute.ts";
import { freezeUnserved, type Unserved, unserved } from "../node/freeze.ts";
import type { Node } from "../node/node.ts";
import { insist, longestSend } from "./looks.ts";
import type { Action } from "./table.ts";

/** Besides what the table decides: take back its own bonds whose batch died, freeze a rollup that serves nobody. */
export type WatchAct = Action | "refund" | "freeze";

/** A bond that was taken back, or what kept it from that. */
export interface RefundReport extends Refundable {
  readonly receipt?: Receipt;
  readonly error?: unknown;
}

/** An item that nobody serves: from when on the rollup can be frozen for it, and whether that was done. */
export interface FreezeReport extends Unserved {
  readonly receipt?: Receipt;
  readonly error?: unknown;
}

interface Upkeep {
  readonly signer?: Signer;
  readonly signerFor?: (purpose: WatchAct, about: string) => Signer;
  readonly confirmations?: number;
  readonly sendMs?: number;
  readonly resendMs?: number;
}

/** Refunds what is the signer's own: the account's bonds behind and against batches that died with another. */
export async function takeBack(
  node: Node,
  { signer, signerFor, sendMs = longestSend(node), ...more }: Upkeep,
  may: readonly WatchAct[],
): Promise<{ readonly refunds?: readonly RefundReport[] }> {
  if (signer === undefined || node.derivation.view.paused || !may.includes("refund")) return {};
  const refunds: RefundReport[] = [];
  for (const its of refundable(node, await signer.getAddress())) {
    try {
      const by = signerFor?.("refund", `batch ${its.id}, segment ${its.segment ?? "none"}`) ?? signer;
      const what = `the refund for batch ${its.id}`;
      const receipt = await insist({ ...more, sendMs, what }, () => refund(node, by, its));
      refunds.push({ ...its, receipt });
    } catch (error) {
      refunds.push({ ...its, error });
    }
  }
  return refunds.length === 0 ? {} : { refunds };
}

/** Freezes only if it may: this cannot be taken back. */
export async function freezeReport(
  node: Node,
  { signer, signerFor, confirmations = 0, sendMs = longestSend(node), ...more }: Upkeep,
  may: readonly WatchAct[],
): Promise<{ readonly freeze?: FreezeReport }> {
  const its = unserved(node);
  if (its === undefined) return {};
  if (signer === undefined || !its.freezable || !may.includes("freeze")) return { freeze: its };
  try {
    const by = signerFor?.("freeze", `item ${its.index}`) ?? signer;
    // Without a limit, a freeze that L1 does not take would keep the next wrong batch from being refuted.
    const what = `the freeze for item ${its.index}`;
    const receipt = await insist({ ...more, sendMs, what }, () =>
      freezeUnserved(node, by, { confirmations }),
    );
    return { freeze: { ...its, receipt } };
  } catch (error) {
    return { freeze: { ...its, error } };
  }
}
