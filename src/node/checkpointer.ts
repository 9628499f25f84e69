// Lists and verifies checkpoints by re-execution.

import type { Hex } from "../chain/types.ts";
import type { Node } from "./node.ts";

export interface CheckpointLine {
  readonly number: bigint;
  readonly id: Hex;
  readonly segment: number;
  readonly source: "queue" | "data";
  readonly claimed: Hex;
  /** Absent after the first wrong segment: the state it starts from is not the claimed one. */
  readonly computed?: Hex;
  readonly agrees: boolean | "unknown";
}

export declare function checkpointsOf(node: Node, id: Hex): Promise<readonly CheckpointLine[]>;
/** All live batches from `from` (default: the first one) to the head. */
export declare function verifyCheckpoints(node: Node, from?: bigint): Promise<readonly CheckpointLine[]>;
