// Checkpoints as a table.

import type { CheckpointLine } from "../../src/node/checkpointer.ts";
import { short, table } from "../support/output.ts";

export function checkpointTable(checkpoints: readonly CheckpointLine[]): string[] {
  if (checkpoints.length === 0) return ["No checkpoint: genesis has no segments."];
  return table(
    ["batch", "segment", "data", "claimed", "computed", "verdict"],
    checkpoints.map(({ number, segment, source, claimed, computed, verdict }) => [
      number,
      segment,
      source === "queue" ? "queue" : "transactions",
      short(claimed),
      computed === undefined ? "–" : short(computed),
      verdict,
    ]),
  );
}
