// L1's demand that nobody serves: whether the rollup can be frozen for it, from when on, and the call.

import type { Signer } from "ethers";
import { type Receipt, read, send, withSigner } from "../chain/client.ts";
import type { Hex } from "../chain/types.ts";
import { lastFinalOf } from "../chain/view.ts";
import { fail } from "../errors.ts";
import { isFinalizable } from "./dispute.ts";
import type { Node } from "./node.ts";

/** The oldest item that no final batch took. */
export interface Unserved {
  readonly index: bigint;
  readonly enqueuedAt: bigint;
  /** Protocol time from which anybody may freeze the rollup for it. */
  readonly freezableFrom: bigint;
  /** This batch lacks nothing but the call that makes it final: that comes first. */
  readonly finalizeFirst?: Hex;
  /** Whether `freezeUnserved` passes at the view's block. */
  readonly freezable: boolean;
}

/** Absent if nobody waits for anything, or the rollup is frozen already. */
export function unserved(node: Node): Unserved | undefined {
  const { view, chain } = node.derivation;
  const item = view.queue[Number(lastFinalOf(view).header.queueEnd)];
  if (view.frozen || item === undefined) return undefined;
  const { index, enqueuedAt } = item;
  const freezableFrom = enqueuedAt + chain.book.parameters.escapeDelay;
  const next = view.live[Number(view.finalized) + 1];
  const finalizeFirst = next !== undefined && isFinalizable(node, next) ? next.id : undefined;
  const freezable = !view.paused && view.time >= freezableFrom && finalizeFirst === undefined;
  return {
    index,
    enqueuedAt,
    freezableFrom,
    ...(finalizeFirst === undefined ? {} : { finalizeFirst }),
    freezable,
  };
}

export interface FreezeOptions {
  /** Blocks of L1 for which the freeze must have been possible already; default 0. */
  readonly confirmations?: number;
}

/**
 * Freezes the rollup for good because its queue is not served. Anyone may. Throws NOT_FREEZABLE instead of sending what L1
 * would refuse, NOT_CONFIRMED if a short reorg could take the reason away.
 */
export async function freezeUnserved(
  node: Node,
  signer: Signer,
  { confirmations = 0 }: FreezeOptions = {},
): Promise<Receipt> {
  const view = await node.derivation.sync();
  if (view.frozen) fail("NOT_FREEZABLE", { reason: "it is frozen already" });
  const its = unserved(node);
  if (its === undefined) return fail("NOT_FREEZABLE", { reason: "no item waits" });
  const { index, freezableFrom, finalizeFirst } = its;
  if (view.paused) fail("NOT_FREEZABLE", { reason: "time stands still" });
  if (view.time < freezableFrom) {
    fail("NOT_FREEZABLE", { reason: `item ${index} is in time until ${freezableFrom}, now is ${view.time}` });
  }
  if (finalizeFirst !== undefined) {
    fail("NOT_FREEZABLE", { reason: `batch ${finalizeFirst} can be made final first` });
  }
  const { id } = lastFinalOf(view);
  if (confirmations > 0) await checkConfirmed(node, id, confirmations);
  const { rollup } = withSigner(node.chain, signer);
  return await send(node.chain, `the freeze for item ${index}`, () => rollup.freezeUnserved(id));
}

async function checkConfirmed(node: Node, lastFinal: Hex, confirmations: number): Promise<void> {
  const { chain, view } = node.derivation;
  const { rollup, lens } = chain.contracts;
  const at = { blockTag: view.l1.number - confirmations };
  const [status, id] = await read(chain, "the rollup's status some blocks ago", async () => {
    const its = await lens.rollupStatus(at);
    return [its, await rollup.idAt(its.finalized, at)] as const;
  });
  if (!status.freezable || id !== lastFinal) fail("NOT_CONFIRMED", { what: "the freeze", confirmations });
}
