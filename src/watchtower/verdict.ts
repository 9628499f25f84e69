// The watchtower's judgement of one batch: valid, invalid, or cannot tell. Fails closed: whatever goes wrong on the way to
// a judgement is "cannot tell", and nobody is disputed for that.

import { ask, blockAt } from "../chain/l1.ts";
import type { Hex } from "../chain/types.ts";
import { fail, isLuntraError } from "../errors.ts";
import type { Node } from "../node/node.ts";

export type Verdict =
  | { readonly kind: "valid" }
  /** The first wrong segment, and where it really leads. Later segments are not judged. */
  | { readonly kind: "invalid"; readonly segment: number; readonly claimed: Hex; readonly computed: Hex }
  | { readonly kind: "cannot-tell"; readonly reason: CannotTell; readonly cause: unknown };

export type CannotTell =
  | "l1-unavailable"
  | "l1-data-missing"
  | "l1-inconsistent"
  | "l1-reorg"
  | "l1-disagrees"
  | "ancestor-invalid"
  | "internal-error";

const REASONS: Readonly<Record<string, CannotTell>> = {
  L1_UNAVAILABLE: "l1-unavailable",
  L1_DATA_MISSING: "l1-data-missing",
  L1_INCONSISTENT: "l1-inconsistent",
  CALLDATA_MALFORMED: "l1-inconsistent",
  L1_REORG: "l1-reorg",
  L1_DISAGREES: "l1-disagrees",
  L1_WITNESSES: "l1-unavailable",
  ANCESTOR_INVALID: "ancestor-invalid",
};

export function cannotTell(cause: unknown): Verdict {
  const reason = (isLuntraError(cause) && REASONS[cause.code]) || "internal-error";
  return { kind: "cannot-tell", reason, cause };
}

/** Judges one batch of the derivation's view; never throws. */
export async function judge(node: Node, id: Hex): Promise<Verdict> {
  const [verdict] = await judgeAll(node, [id]);
  return verdict as Verdict;
}

/** As `judge`, one after the other; L1 is asked once. */
export async function judgeAll(node: Node, ids: readonly Hex[]): Promise<readonly Verdict[]> {
  const verdicts = ids.map((id) => verdictOf(node, id));
  try {
    // Judgements hold for the chain they were made on. If that is gone, so are they.
    const { l1 } = node.derivation.view;
    const now = await ask("the block of the view", () => blockAt(node.chain.provider, l1.number));
    if (now?.hash !== l1.hash) {
      fail("L1_REORG", { block: l1.number, expected: l1.hash, actual: now?.hash ?? "gone" });
    }
    return verdicts;
  } catch (error) {
    return verdicts.map((its) => (its.kind === "cannot-tell" ? its : cannotTell(error)));
  }
}

function verdictOf(node: Node, id: Hex): Verdict {
  try {
    const { checkpoints } = node.derivation.batch(id);
    const { wrong, computed } = node.execute(id);
    if (wrong === undefined) return { kind: "valid" };
    const [claimed, its] = [checkpoints[wrong] as Hex, computed[wrong] as Hex];
    return { kind: "invalid", segment: wrong, claimed, computed: its };
  } catch (error) {
    return cannotTell(error);
  }
}
