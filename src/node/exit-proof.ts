// All that the bridge's contract asks for before it pays an exit: the opening of its batch's last checkpoint, and the exit's path.

import { batchOf } from "../chain/opening.ts";
import type { DerivedBatch, Hex } from "../chain/types.ts";
import { fail } from "../errors.ts";
import { type Batch, toBytes32 } from "../model/index.ts";
import type { Node } from "./node.ts";

/** Arguments of `Bridge.openCheckpoint`. */
export interface CheckpointOpening {
  readonly batch: Batch;
  readonly checkpoint: {
    readonly stateRoot: Hex;
    readonly leafCount: bigint;
    readonly exitRoot: Hex;
    readonly exitCount: bigint;
    readonly fees: bigint;
  };
}

/** Arguments of `Bridge.claim`, in order. */
export interface ExitProof {
  readonly number: bigint;
  readonly index: bigint;
  readonly exit: { readonly token: Hex; readonly recipient: Hex; readonly amount: bigint };
  readonly path: readonly (readonly [Hex, Hex])[];
}

/** Throws BATCH_INVALID if the batch's claim is wrong. */
export function checkpointOpening(node: Node, derived: DerivedBatch): CheckpointOpening {
  const { stateRoot, leafCount, exitRoot, exitCount, fees } = node.preimage(derived.id);
  const roots = { stateRoot: toBytes32(stateRoot), exitRoot: toBytes32(exitRoot) };
  return { batch: batchOf(derived), checkpoint: { ...roots, leafCount, exitCount, fees } };
}

/** Throws UNKNOWN_EXIT, or BATCH_INVALID if the batch's claim is wrong. */
export function exitProof(node: Node, { id, header: { number } }: DerivedBatch, index: bigint): ExitProof {
  const exit = node.execute(id).exits.find((one) => one.index === index);
  if (exit === undefined) return fail("UNKNOWN_EXIT", { number, index });
  const { token, recipient, amount } = exit;
  const path = node
    .exits(id)
    .path(Number(index))
    .map(([left, right]): [Hex, Hex] => [toBytes32(left), toBytes32(right)]);
  return { number, index, exit: { token, recipient, amount }, path };
}
