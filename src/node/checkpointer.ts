// Lists checkpoints and verifies them by re-execution.

import type { Hex } from "../chain/types.ts";
import { isLuntraError } from "../errors.ts";
import type { Node } from "./node.ts";

export interface CheckpointLine {
  readonly number: bigint;
  readonly id: Hex;
  readonly segment: number;
  readonly source: "queue" | "data";
  readonly claimed: Hex;
  /** Absent after the first wrong segment, and after a wrong ancestor: the state to start from is unknown. */
  readonly computed?: Hex;
  readonly verdict: "right" | "wrong" | "unknown";
}

/** The checkpoints of one batch, live or dead. */
export function checkpointsOf(node: Node, id: Hex): readonly CheckpointLine[] {
  const batch = node.derivation.batch(id);
  const computed = computedCheckpoints(node, id);
  return batch.checkpoints.map((claimed, segment): CheckpointLine => {
    const line = {
      number: batch.header.number,
      id,
      segment,
      source: batch.segments[segment]?.source ?? "data",
      claimed,
    };
    const its = computed[segment];
    if (its === undefined) return { ...line, verdict: "unknown" };
    return { ...line, computed: its, verdict: its === claimed ? "right" : "wrong" };
  });
}

/** The checkpoints of all live batches, from number `from` (default 1) to the head. */
export function verifyCheckpoints(node: Node, from = 1n): readonly CheckpointLine[] {
  return node.derivation.view.live.slice(Number(from)).flatMap(({ id }) => checkpointsOf(node, id));
}

function computedCheckpoints(node: Node, id: Hex): readonly Hex[] {
  try {
    return node.execute(id).computed;
  } catch (error) {
    if (isLuntraError(error, "ANCESTOR_INVALID")) return [];
    throw error;
  }
}
