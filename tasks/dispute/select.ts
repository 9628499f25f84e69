// Which segment a dispute call is about, if the person did not say.

import type { DerivedBatch } from "../../src/chain/types.ts";
import { disputeOf } from "../../src/chain/view.ts";
import { fail } from "../../src/errors.ts";
import type { Node } from "../../src/node/node.ts";
import { parseSegment } from "../support/arguments.ts";

export function challengedSegment(node: Node, { id }: DerivedBatch, segment: string | undefined): number {
  if (segment !== undefined) return parseSegment(segment);
  const { challenges } = disputeOf(node.derivation.view, id);
  const open = challenges.find(({ outcome }) => outcome === "open");
  if (open !== undefined) return open.segment;
  const expected = "given, as no challenge of this batch is open";
  return fail("ARGUMENT_INVALID", { argument: "--segment", expected, actual: "nothing" });
}

export function wrongSegment(node: Node, { id, header }: DerivedBatch): number {
  const { wrong } = node.execute(id);
  if (wrong !== undefined) return wrong;
  const expected = "a batch with a wrong segment";
  const actual = `batch ${header.number}, all of whose segments are right`;
  return fail("ARGUMENT_INVALID", { argument: "--batch", expected, actual });
}
